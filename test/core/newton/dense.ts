import { type Batch, batchOf, row, zeros } from '../../../core/batch.js';
import { LossError } from '../../../core/errors.js';
import type { Evaluation } from '../../../core/loss.js';
import type { Rng } from '../../../core/random/rng.js';

export type Matrix = number[][];

export const identity = (m: number): Matrix =>
  Array.from({ length: m }, (_, i) => Array.from({ length: m }, (_, j) => (i === j ? 1 : 0)));
export const scale = (A: Matrix, s: number): Matrix => A.map((r) => r.map((x) => x * s));
export const plus = (A: Matrix, B: Matrix): Matrix => A.map((r, i) => r.map((x, j) => x + B[i][j]));
export const transposed = (A: Matrix): Matrix => A[0].map((_, j) => A.map((r) => r[j]));
export const times = (A: Matrix, B: Matrix): Matrix =>
  A.map((r) => B[0].map((_, j) => r.reduce((sum, x, k) => sum + x * B[k][j], 0)));
export const rowsOf = (b: Batch): Matrix => Array.from({ length: b.rows }, (_, i) => [...row(b, i)]);

/** Gauss and Jordan with partial pivoting: slow, and nothing in common with the code under test. */
export function inverse(A: Matrix): Matrix {
  const m = A.length;
  const W = A.map((r, i) => [...r, ...identity(m)[i]]);
  for (let k = 0; k < m; k++) {
    const p = W.reduce((best, r, i) => (i >= k && Math.abs(r[k]) > Math.abs(W[best][k]) ? i : best), k);
    [W[k], W[p]] = [W[p], W[k]];
    W[k] = W[k].map((x) => x / W[k][k]);
    for (let i = 0; i < m; i++) if (i !== k) W[i] = W[i].map((x, j) => x - W[i][k] * W[k][j]);
  }
  return W.map((r) => r.slice(m));
}

/** |A - B| / |B|, Frobenius norms. */
export function relativeError(A: Matrix, B: Matrix): number {
  const norm = (M: Matrix): number => Math.sqrt(M.flat().reduce((sum, x) => sum + x * x, 0));
  return norm(plus(A, scale(B, -1))) / norm(B);
}

export function normalBatch(rng: Rng, rows: number, cols: number): Batch {
  const b = zeros(rows, cols);
  for (let k = 0; k < b.data.length; k++) b.data[k] = rng.normal();
  return b;
}

/** Random symmetric blocks, (N, m * m): indefinite, or B B^T of a random B. */
export function symmetricBlocks(rng: Rng, rows: number, m: number, kind: 'indefinite' | 'psd'): Batch {
  return batchOf(
    Array.from({ length: rows }, () => {
      const B = rowsOf(normalBatch(rng, m, m));
      return (kind === 'psd' ? times(B, transposed(B)) : scale(plus(B, transposed(B)), 0.5)).flat();
    }),
  );
}

/** What a raw plugin would return. */
export function evaluationOf(gradient: Batch, more: Partial<Evaluation> = {}): Evaluation {
  return { value: new Float64Array(gradient.rows), gradient: () => gradient, ...more };
}

/** A row-major block as a matrix. */
export function square(block: readonly number[], m: number): Matrix {
  return Array.from({ length: m }, (_, a) => block.slice(a * m, (a + 1) * m));
}

/** The mean of the (m, m) blocks of H. */
export function meanBlock(H: Batch): Matrix {
  const m = Math.sqrt(H.cols);
  return scale(rowsOf(H).map((r) => square(r, m)).reduce(plus), 1 / H.rows);
}

/** The code of the LossError that f throws; undefined where it throws none. */
export function codeOf(f: () => unknown): string | undefined {
  try {
    f();
    return undefined;
  } catch (error) {
    if (error instanceof LossError) return error.code;
    throw error;
  }
}
