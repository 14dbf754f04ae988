import { LossError } from '../errors.js';
import { binary } from './binary.js';

/**
 * What assembly/index.ts exports; see there for what each computes. Arrays are passed as addresses in the instance's
 * memory.
 */
interface Exports {
  heapBase(): number;
  forwardRows(count: number, stride: number, ...arrays: number[]): void;
  reverseRows(count: number, stride: number, ...arrays: number[]): void;
  forwardRows32(count: number, stride: number, ...arrays: number[]): void;
  reverseRows32(count: number, stride: number, ...arrays: number[]): void;
  hessian(count: number, n: number, stride: number, ...arrays: number[]): void;

  normalQuantiles(count: number, x: number, tails: number, places: number): void;
  uniforms(k0: number, k1: number, first: number, high: number, count: number, out: number): void;

  addProducts(A: number, B: number, count: number, n: number, triangular: number, C: number): void;
  addSparseProducts(A: number, B: number, count: number, n: number, C: number): void;
  scaleRows(A: number, scale: number, count: number, n: number): void;
  mirror(C: number, n: number, triangular: number): void;

  /** Lays out the arrays of rows.ts, whose addresses are then in the globals; the first free byte. */
  allocateRows(n: number, rows: number, curvature: boolean): number;
  rowsStart(relaxation: number, scale: number): void;
  /** How many rows are done. */
  rowsForward(relaxation: number): number;
  rowsGradient(relaxation: number, crossEntropy: number, scale: number): number;
  rowsHessian(relaxation: number, crossEntropy: number, scale: number): void;
  readonly SOFTSORT: Global;
  readonly NEURALSORT: Global;
  readonly BINARY: Global;
  readonly FLOAT32: Global;
  readonly CATEGORICAL: Global;
  readonly scores: Global;
  readonly ranks: Global;
  readonly order: Global;
  readonly P: Global;
  readonly gradient: Global;
  readonly blocks: Global;

  /** Lays out the arrays of bellman-ford/grid.ts; whether there was the memory. */
  allocateGrid(rows: number, columns: number, iterations: number): number;
  configureGrid(beta: number, absorbs: boolean, waits: boolean, squared: boolean, conorm: number): void;
  gridGradient(): number;
  gridProduct(): void;
  gridSoftPath(): void;
  gridPathGradient(cell: number): void;
  readonly gridCosts: Global;
  readonly gridPath: Global;
  readonly gridVector: Global;
  readonly gridSlopes: Global;
}

/** An address, or a name for a choice. */
interface Global {
  readonly value: number;
}

/** WebAssembly kernels with a memory of their own. */
export interface Kernels extends Exports {
  /** A zeroed array of the memory, not overlapping any other of this function and the next two. */
  float64(length: number): Float64Array;
  float32(length: number): Float32Array;
  int32(values: ArrayLike<number>): Int32Array;
  /** Views of arrays that the kernels laid out themselves. */
  float64At(address: Global, length: number): Float64Array;
  int32At(address: Global, length: number): Int32Array;
}

let compiled: object | undefined;

const PAGE = 65536;
/** A cache line. */
const ALIGNMENT = 64;
/** What a WebAssembly memory can hold, less a page for the kernels' own constants and one for alignment. */
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

/**
 * An instance of the kernels with room for arrays of `bytes` in all; each array may take up to 64 bytes more.
 * UNSUPPORTED without the memory.
 */
export function instantiateKernels(bytes: number): Kernels {
  compiled ??= new WebAssembly.Module(Uint8Array.from(atob(binary), (c) => c.charCodeAt(0)));
  const memory = memoryOf(Math.ceil(bytes / PAGE) + 1);
  const exports = new WebAssembly.Instance(compiled, { env: { memory } }).exports as unknown as Exports;
  let top = aligned(exports.heapBase());
  const take = (size: number): number => {
    const start = top;
    top = aligned(top + size);
    return start;
  };
  return {
    ...exports,
    float64: (length) => new Float64Array(memory.buffer, take(8 * length), length),
    float32: (length) => new Float32Array(memory.buffer, take(4 * length), length),
    int32(values) {
      const array = new Int32Array(memory.buffer, take(4 * values.length), values.length);
      array.set(values);
      return array;
    },
    float64At: ({ value }, length) => new Float64Array(memory.buffer, value, length),
    int32At: ({ value }, length) => new Int32Array(memory.buffer, value, length),
  };
}

function memoryOf(pages: number): { readonly buffer: ArrayBuffer } {
  try {
    return new WebAssembly.Memory({ initial: pages });
  } catch (cause) {
    const wanted = `should get ${Math.ceil((pages * PAGE) / 2 ** 20)} MiB of memory`;
    throw new LossError('UNSUPPORTED', `kernels: ${wanted}, got ${(cause as Error).message}`, { cause });
  }
}

function aligned(address: number): number {
  return Math.ceil(address / ALIGNMENT) * ALIGNMENT;
}

/** The even length to which rows of n entries are padded with zeros. */
export function evenLength(n: number): number {
  return n + (n % 2);
}
