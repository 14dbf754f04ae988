import { type Address, instantiate, type Instance, type Kernel, type NetworkFloat32 } from '../kernels/kernels.js';
import type { SortingNetwork } from './sorting-network.js';

/**
 * What a network is for: its value and gradient, in blocks of items where it is large; also the Hessian; or, in float64, the Hessian
 * of samples that went through it in float32.
 */
export type Purpose = 'gradient' | 'hessian' | 'promoted';

/** How numbers are kept: bytes of one, and views of them; 16 bytes are a vector. */
export interface Precision<Numbers> {
  readonly bytes: number;
  readonly view: (instance: Instance<unknown>) => (address: Address, length: number) => Numbers;
}

export const float64: Precision<Float64Array> = { bytes: 8, view: (instance) => instance.float64 };
export const float32: Precision<Float32Array> = { bytes: 4, view: (instance) => instance.float32 };

/** The kernel for a network (core/kernels/assembly/network/layout.ts says what its arrays hold), and these. */
export interface NetworkArrays<Exports, Numbers> {
  readonly kernel: Exports;
  readonly n: number;
  /** Comparators. */
  readonly size: number;
  /** Rows over items or scores are padded to this length. */
  readonly stride: number;
  readonly lower: Int32Array;
  readonly upper: Int32Array;
  readonly D: Numbers;
  readonly alpha: Numbers;
  readonly complement: Numbers;
  readonly first: Numbers;
  readonly X: Numbers;
  readonly XBar: Numbers;
  readonly xBar: Numbers;
  view(address: Address, length: number): Numbers;
  integers(address: Address, length: number): Int32Array;
  floats(address: Address, length: number): Float32Array;
}

/** Those that `allocate`, the kernel's own, lays out for so many samples. */
export function allocateArrays<Exports extends Omit<NetworkFloat32, 'allocate'>, Numbers>(
  source: Kernel<Exports>,
  precision: Precision<Numbers>,
  network: SortingNetwork,
  samples: number,
  allocate: (kernel: Exports) => number,
): NetworkArrays<Exports, Numbers> {
  const { n } = network;
  const size = network.lower.length;
  const stride = paddedLength(n, precision);
  const instance = instantiate(source, allocate);
  const { kernel } = instance;
  const view = precision.view(instance);
  const lanes = 16 / precision.bytes;
  const integers = instance.int32;
  const [lower, upper, from, to] = [kernel.lower, kernel.upper, kernel.from, kernel.to]
    .map((address) => integers(address, size));
  lower.set(network.lower);
  upper.set(network.upper);
  from.set(network.from.map((item) => item - (item % lanes)));
  to.set(network.to.map((item) => paddedLength(item, precision)));
  return {
    ...{ kernel, n, size, stride, lower, upper, view, integers, floats: instance.float32 },
    D: view(kernel.D, samples * size),
    alpha: view(kernel.alpha, samples * size),
    complement: view(kernel.complement, samples * size),
    first: view(kernel.first, samples * size),
    X: view(kernel.X, n * stride),
    XBar: view(kernel.XBar, samples * n * stride),
    xBar: view(kernel.xBar, n),
  };
}

/** The length to which rows of n numbers are padded. */
export function paddedLength(n: number, { bytes }: Precision<unknown>): number {
  const lanes = 16 / bytes;
  return Math.ceil(n / lanes) * lanes;
}

/** Bytes that the differences of a block of items may take, if there is more than one, and items that are worth more. */
const BLOCK = 2 ** 24;
const ITEMS = 16;
/** Bytes that they may take in any case. */
const LARGEST_BLOCK = 2 ** 28;

/** Items of a block, for n scores and `size` comparators: a whole number of vectors, or all. */
export function blockWidth(purpose: Purpose, size: number, n: number, precision: Precision<unknown>): number {
  const stride = paddedLength(n, precision);
  if (purpose !== 'gradient') return stride;
  const lanes = 16 / precision.bytes;
  const column = precision.bytes * Math.max(1, size);
  const items = Math.floor(Math.min(Math.max(ITEMS, BLOCK / column), LARGEST_BLOCK / column));
  return Math.min(stride, Math.max(lanes, items - (items % lanes)));
}

/** One instance for each network and purpose; its arrays hold what the last call left there. */
export function onePerNetwork<Instance>(
  precision: Precision<unknown>,
  allocate: (network: SortingNetwork, purpose: Purpose, width: number) => Instance,
): (network: SortingNetwork, purpose: Purpose) => Instance {
  const instances: Record<Purpose, Map<SortingNetwork, Instance>> = {
    gradient: new Map(),
    hessian: new Map(),
    promoted: new Map(),
  };
  return (network, purpose) => {
    let instance = instances[purpose].get(network);
    if (!instance) {
      const width = blockWidth(purpose, network.lower.length, network.n, precision);
      instances[purpose].set(network, instance = allocate(network, purpose, width));
    }
    return instance;
  };
}
