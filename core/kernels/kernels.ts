import { LossError } from '../errors.js';
import type { Address, Binary, Kernel } from './binary.js';

export * from './binary.js';

const PAGE = 65536;
/** What a WebAssembly memory can hold, less a page for a kernel's own constants and one for alignment. */
const MOST = 2 ** 32 - 2 * PAGE;

/** The largest n >= 2 whose arrays fit into a memory; `bytes` grows with n. */
function largestSize(bytes: (n: number) => number): number {
  let [fits, beyond] = [2, 2 ** 31];
  while (beyond - fits > 1) {
    const n = Math.floor((fits + beyond) / 2);
    if (bytes(n) <= MOST) fits = n;
    else beyond = n;
  }
  return fits;
}

/**
 * UNSUPPORTED, with the limit, where the arrays of `subject` for n scores do not fit into a memory. Allocates nothing.
 */
export function checkSize(subject: string, n: number, bytes: (n: number) => number): void {
  if (bytes(n) <= MOST) return;
  throw new LossError('UNSUPPORTED', `${subject}: takes at most ${largestSize(bytes)} scores a sample, got ${n}`);
}

/** An instance of a kernel, with a memory of its own. */
export interface Instance<Exports> {
  readonly kernel: Exports;
  /** Views of the arrays that it has laid out. */
  float64(address: Address, length: number): Float64Array;
  float32(address: Address, length: number): Float32Array;
  int32(address: Address, length: number): Int32Array;
  uint8(address: Address, length: number): Uint8Array;
}

type Imports = Record<string, Record<string, (...words: number[]) => void>>;

const compiled = new WeakMap<object, WebAssembly.Module>();

/**
 * An instance of a kernel whose arrays `allocate` lays out, by calling the kernel's own function of that name, with the
 * functions that it imports. UNSUPPORTED without the memory.
 */
export function instantiate<Exports>(
  kernel: Kernel<Exports>,
  allocate: (exports: Exports) => number,
  imports: Imports = {},
): Instance<Exports> {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const instance = new WebAssembly.Instance(moduleOf(kernel), { ...imports, env: { memory } });
  const exports = instance.exports as Exports;
  if (allocate(exports) === 0) {
    const cause = new RangeError('WebAssembly.Memory: could not grow');
    throw new LossError('UNSUPPORTED', 'kernels: the arrays should fit into memory, got less of it', { cause });
  }
  return {
    kernel: exports,
    float64: ({ value }, length) => new Float64Array(memory.buffer, value, length),
    float32: ({ value }, length) => new Float32Array(memory.buffer, value, length),
    int32: ({ value }, length) => new Int32Array(memory.buffer, value, length),
    uint8: ({ value }, length) => new Uint8Array(memory.buffer, value, length),
  };
}

/** The compiled module of a kernel, once: with fused multiply-adds where there are such and the engine has them. */
export function moduleOf(kernel: Binary): WebAssembly.Module {
  let module = compiled.get(kernel);
  if (!module) {
    module = new WebAssembly.Module(bytesOf(isFused(kernel) ? kernel.fused! : kernel.base64));
    compiled.set(kernel, module);
  }
  return module;
}

/** Whether a kernel runs with fused multiply-adds here. */
export function isFused({ fused }: Binary): boolean {
  return fused !== undefined && WebAssembly.validate(bytesOf(fused));
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
}

/** The even length to which rows of n entries are padded with zeros. */
export function evenLength(n: number): number {
  return n + (n % 2);
}
