import { binary } from './binary.js';

/** What assembly/index.ts exports; see there for what each computes. Arrays are passed as addresses in the instance's memory. */
interface Exports {
  heapBase(): number;
  forwardRows(count: number, stride: number, ...arrays: number[]): void;
  reverseRows(count: number, stride: number, ...arrays: number[]): void;
  hessian(count: number, n: number, stride: number, ...arrays: number[]): void;

  normalQuantiles(count: number, x: number, tails: number, places: number): void;
  uniforms(k0: number, k1: number, first: number, high: number, count: number, out: number): void;

  addProducts(A: number, B: number, count: number, n: number, triangular: number, C: number): void;
  addSparseProducts(A: number, B: number, count: number, n: number, C: number): void;
  scaleRows(A: number, scale: number, count: number, n: number): void;
  mirror(C: number, n: number, triangular: number): void;

  /** Lays out the arrays of rows.ts, whose addresses are then in the globals. */
  allocateRows(n: number): void;
  rowsForward(relaxation: number, scale: number): void;
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
  /** A zeroed array of the memory, not overlapping any other of this function and the next. */
  float64(length: number): Float64Array;
  int32(values: ArrayLike<number>): Int32Array;
  /** Views of arrays that the kernels laid out themselves. */
  float64At(address: Global, length: number): Float64Array;
  int32At(address: Global, length: number): Int32Array;
}

let compiled: object | undefined;

const PAGE = 65536;
/** A cache line. */
const ALIGNMENT = 64;

/** An instance of the kernels with room for arrays of `bytes` in all; each array may take up to 64 bytes more. */
export function instantiateKernels(bytes: number): Kernels {
  compiled ??= new WebAssembly.Module(Uint8Array.from(atob(binary), (c) => c.charCodeAt(0)));
  const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / PAGE) + 1 });
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
    int32(values) {
      const array = new Int32Array(memory.buffer, take(4 * values.length), values.length);
      array.set(values);
      return array;
    },
    float64At: ({ value }, length) => new Float64Array(memory.buffer, value, length),
    int32At: ({ value }, length) => new Int32Array(memory.buffer, value, length),
  };
}

function aligned(address: number): number {
  return Math.ceil(address / ALIGNMENT) * ALIGNMENT;
}

/** The even length to which rows of n entries are padded with zeros. */
export function evenLength(n: number): number {
  return n + (n % 2);
}
