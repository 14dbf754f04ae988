import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { LossError } from '../../../core/errors.js';
import { isFused, type Kernel, moduleOf } from '../../../core/kernels/kernels.js';
import {
  type Columns,
  columns,
  type Convolutions,
  convolutions,
  type Pools,
  pools,
  type Products,
  products,
  type Winograd,
  winograd,
} from '../binary.js';
import { type Board, computeTogether, type PartialKernel } from './threads.js';
import { dispose } from './wasm.js';

/** Our kernels on the heap of a backend. */
export interface HeapKernels extends Products, Columns, Convolutions, Winograd, Pools {}

/** Those that several threads may compute together. */
const partial = [
  'multiply',
  'convolve',
  'inputGradient',
  'filterGradient',
  'filterTiles',
  'tileFilterGradient',
  'scatterToMaxima',
  'columnSums',
] as const;
type Partial = (typeof partial)[number];
type Arguments<Name extends Partial> = HeapKernels[Name] extends
  (first: number, end: number, scratch: number, ...args: infer Args extends readonly number[]) => void ? Args : never;

/** What there is of an Emscripten module beyond its types; memory that threads share is not among its exports. */
interface Heap {
  readonly asm: { readonly memory?: WebAssembly.Memory };
}

interface Instance {
  readonly kernels: HeapKernels;
  readonly memory: WebAssembly.Memory;
  board?: Board;
}

const instances = new WeakMap<BackendWasm, Instance>();

/** Instances on the memory of a backend, once; `made` is what it made while it started. UNSUPPORTED without any. */
export function instantiateOn(backend: BackendWasm, made: WebAssembly.Memory | undefined): void {
  if (instances.has(backend)) return;
  const memory = (backend.wasm as unknown as Heap).asm.memory ?? made;
  if (!memory) {
    const what = 'wasm was started on several threads by something else';
    throw new LossError('UNSUPPORTED', `useBackend: ${what}; let useBackend start it`);
  }
  instances.set(backend, { kernels: instancesOn(memory), memory });
}

/** Lets the threads at a board compute together; they have the memory that is returned. */
export function shareHeap(backend: BackendWasm, board: Board): WebAssembly.Memory {
  const instance = instances.get(backend)!;
  instance.board = board;
  return instance.memory;
}

export function instancesOn(memory: WebAssembly.Memory): HeapKernels {
  const shared = !(memory.buffer instanceof ArrayBuffer);
  const exportsOf = <Exports>(kernel: Kernel<Exports>): Exports =>
    new WebAssembly.Instance(moduleOf(shared ? kernel.shared! : kernel), { env: { memory } }).exports as Exports;
  return {
    ...exportsOf(products),
    ...exportsOf(columns),
    ...exportsOf(convolutions),
    ...exportsOf(winograd),
    ...exportsOf(pools),
  };
}

/** Whether the engine has fused multiply-adds, and our products are computed with them. */
export function hasFusedProducts(): boolean {
  return isFused(products);
}

/** In the order by which threads know them. */
export function partialKernels(kernels: HeapKernels): PartialKernel[] {
  return partial.map((name) => kernels[name]);
}

export function heapKernels(backend: BackendWasm): HeapKernels {
  return instances.get(backend)!.kernels;
}

/** Multiplications that are worth waking other threads for. */
const LARGE = 4e6;

/**
 * All of the `count` parts of what a kernel computes, each thread with `scratchBytes` of memory; on one thread where
 * there are fewer than a few million multiplications, `work`.
 */
export function compute<Name extends Partial>(
  backend: BackendWasm,
  name: Name,
  { count, scratchBytes, work }: { readonly count: number; readonly scratchBytes: number; readonly work: number },
  ...args: Arguments<Name>
): void {
  const { kernels, board } = instances.get(backend)!;
  const together = board && work >= LARGE ? board : undefined;
  const stride = 16 * Math.ceil(scratchBytes / 16);
  const scratch = backend.makeOutput([(together ? together.helpers + 1 : 1) * stride / 4], 'float32');
  const at = addressOf(backend, scratch);
  const kernel: PartialKernel = kernels[name];
  if (together) computeTogether(together, partialKernels(kernels), partial.indexOf(name), count, [at, stride], args);
  else kernel(0, count, at, ...args);
  dispose(backend, scratch);
}

/** Where a tensor is on the heap. */
export function addressOf(backend: BackendWasm, { dataId }: { readonly dataId: object }): number {
  return backend.dataIdMap.get(dataId).memoryOffset;
}
