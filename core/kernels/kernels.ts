import { binary } from './binary.js';

type Pointer = number;

/** The exports of assembly/: see there for what each computes. Arrays are passed as byte offsets into the instance's memory. */
interface Exports {
  forwardRows(count: number, stride: number, ...arrays: Pointer[]): void;
  reverseRows(count: number, stride: number, ...arrays: Pointer[]): void;
  hessian(count: number, n: number, stride: number, ...arrays: Pointer[]): void;
  symmetricRankSum(left: Pointer, right: Pointer, count: number, n: number, H: Pointer): void;
  weightedGram(A: Pointer, weights: Pointer, count: number, n: number, H: Pointer): void;
}

/** WebAssembly kernels with a memory of their own, in which the arrays that they work on are allocated. */
export interface Kernels extends Exports {
  float64(length: number): Float64Array;
  int32(values: ArrayLike<number>): Int32Array;
}

let compiled: object | undefined;

const PAGE = 65536;
/** So that two float64 never straddle a cache line. */
const ALIGNMENT = 64;

/** An instance of the kernels with room for arrays of `bytes` in all; each array may take up to 64 bytes more. */
export function instantiateKernels(bytes: number): Kernels {
  compiled ??= new WebAssembly.Module(Uint8Array.from(atob(binary), (c) => c.charCodeAt(0)));
  const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / PAGE) + 1 });
  const { exports } = new WebAssembly.Instance(compiled, { env: { memory } });
  let top = ALIGNMENT;
  const take = (size: number): number => {
    const start = top;
    top = Math.ceil((top + size) / ALIGNMENT) * ALIGNMENT;
    return start;
  };
  return {
    ...(exports as unknown as Exports),
    float64: (length) => new Float64Array(memory.buffer, take(8 * length), length),
    int32(values) {
      const array = new Int32Array(memory.buffer, take(4 * values.length), values.length);
      array.set(values);
      return array;
    },
  };
}

/** The even length to which rows of n entries are padded with zeros. */
export function evenLength(n: number): number {
  return n + (n % 2);
}
