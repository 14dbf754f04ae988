/** Products of matrices on the heap of tfjs's wasm backend. Addresses are in bytes, strides in entries. */
import { at } from './shared/entries';
import { addBlock, COLUMNS, DEPTH, packBlock } from './shared/panels';
import { isFinite, isSparse, multiplySparse, SCRATCH } from './shared/sparse';

/** Bytes of scratch memory that `multiply` needs, at a multiple of 16. */
export function scratchBytes(): usize {
  return max((<usize>(DEPTH * COLUMNS)) << 2, SCRATCH);
}

/**
 * Rows `first` to `end` of C (M, N) := activation(A B + bias), of A (M, K) with entry (i, k) at A + i aRow + k aColumn,
 * likewise B (K, N), one of the two strides being 1; C is row-major. `bias` is the address of N entries, or 0. Zeros
 * are left out of an A that is mostly zeros, except where B has NaN or infinities, which go to the same entries of C as
 * ever.
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
  const rows = end - first;
  if (isSparse(from, aRow, aColumn, rows, K, N) && isFinite(B, bRow, bColumn, K, N)) {
    multiplySparse(from, aRow, aColumn, B, bRow, bColumn, to, rows, K, N, bias, activation, scratch);
    return;
  }
  for (let j = 0; j < N; j += COLUMNS) {
    let k = 0;
    do { // once also for K = 0, where C is the bias
      packBlock(at(B, k * bRow + j * bColumn), bRow, bColumn, min(DEPTH, K - k), min(COLUMNS, N - j), scratch);
      addBlock(from, aRow, aColumn, scratch, to, rows, K, N, k, j, false, bias, activation);
      k += DEPTH;
    } while (k < K);
  }
}
