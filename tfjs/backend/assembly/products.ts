/** Products of matrices on the heap of tfjs's wasm backend. Addresses are in bytes, strides in entries. */
import { at } from './shared/entries';
import { addBlock, COLUMNS, DEPTH, packBlock } from './shared/panels';

/** Bytes of scratch memory that `multiply` needs, at a multiple of 16. */
export function scratchBytes(): usize {
  return (DEPTH * COLUMNS) << 2;
}

/**
 * Rows `first` to `end` of C (M, N) := activation(A B + bias), of A (M, K) with entry (i, k) at A + i aRow + k aColumn,
 * likewise B (K, N); C is row-major. `bias` is the address of N entries, or 0.
 */
export function multiply(
  first: i32,
  end: i32,
  scratch: usize,
  A: usize,
  aRow: i32,
  aColumn: i32,
  B: usize,
  bRow: i32,
  bColumn: i32,
  C: usize,
  K: i32,
  N: i32,
  bias: usize,
  activation: i32,
): void {
  const from = at(A, first * aRow);
  const to = at(C, first * N);
  for (let j = 0; j < N; j += COLUMNS) {
    let k = 0;
    do { // once also for K = 0, where C is the bias
      packBlock(at(B, k * bRow + j * bColumn), bRow, bColumn, min(DEPTH, K - k), min(COLUMNS, N - j), scratch);
      addBlock(from, aRow, aColumn, scratch, to, end - first, K, N, k, j, false, bias, activation);
      k += DEPTH;
    } while (k < K);
  }
}
