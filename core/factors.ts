import { type Batch, row, zeros } from './batch.js';
import { meanOfRows, symmetrise } from './linear-algebra/gram.js';
import { symmetricProductSum } from './linear-algebra/product-sum.js';
import { dot } from './linear-algebra/vectors.js';

/**
 * Matrices of low rank, one a sample, as their factors: with the r rows k of sample i, l_k and r_k,
 *
 *     H_i = shift_i I + diag d_i + sum_k weights_k (l_k r_k^T + r_k l_k^T) / 2
 *
 * `left === right` where the products are symmetric by themselves, which halves the work.
 */
export interface Factors {
  /** r, rows a sample. */
  readonly rank: number;
  /** (N r) */
  readonly weights: Float64Array;
  /** (N r, m); rows may be sparse. */
  readonly left: Batch;
  /** (N r, m) */
  readonly right: Batch;
  /** (N); absent: 0. */
  readonly shift?: Float64Array;
  /** (N, m): the rows d; absent: 0. With it Newton steps solve densely. */
  readonly diagonal?: Batch;
}

/** The dense blocks, (N, m * m). O(N r m^2). */
export function blocksOf(factors: Factors): Batch {
  const { rank, weights, left, right, shift, diagonal } = factors;
  const m = left.cols;
  const blocks = zeros(weights.length / rank, m * m);
  for (let i = 0; i < blocks.rows; i++) {
    const H = row(blocks, i);
    for (let k = i * rank; k < (i + 1) * rank; k++) addOuterProduct(H, weights[k], row(left, k), row(right, k));
    if (left !== right) symmetrise(H, m);
    for (let a = 0; a < m; a++) H[a * (m + 1)] += diagonalOf(i, a, m, shift, diagonal);
  }
  return blocks;
}

function diagonalOf(
  i: number,
  j: number,
  m: number,
  shift: Float64Array | undefined,
  diagonal: Batch | undefined,
): number {
  return (shift ? shift[i] : 0) + (diagonal ? diagonal.data[i * m + j] : 0);
}

function addOuterProduct(H: Float64Array, weight: number, l: Float64Array, r: Float64Array): void {
  const m = l.length;
  for (let a = 0; a < m; a++) {
    const w = weight * l[a];
    if (w !== 0) { for (let b = 0, h = a * m; b < m; b++, h++) H[h] += w * r[b]; }
  }
}

/** H_i v_i for every row of v (N, m). O(N r m). */
export function timesFactors({ rank, weights, left, right, shift, diagonal }: Factors, v: Batch): Batch {
  const out = zeros(v.rows, v.cols);
  for (let i = 0; i < v.rows; i++) {
    const vi = row(v, i);
    const Hv = row(out, i);
    for (let j = 0; j < Hv.length; j++) Hv[j] = diagonalOf(i, j, v.cols, shift, diagonal) * vi[j];
    for (let k = i * rank; k < (i + 1) * rank; k++) {
      const [l, r] = [row(left, k), row(right, k)];
      const half = 0.5 * weights[k];
      const [lv, rv] = [half * dot(l, vi), half * dot(r, vi)];
      for (let j = 0; j < Hv.length; j++) Hv[j] += rv * l[j] + lv * r[j];
    }
  }
  return out;
}

/** Their mean, (m * m): one product over all N r rows. O(N r m^2). */
export function meanOfFactors({ rank, weights, left, right, shift, diagonal }: Factors): Float64Array {
  const C = symmetricProductSum(weights, left, right);
  const N = weights.length / rank;
  for (let k = 0; k < C.length; k++) C[k] /= N;
  if (shift) addToDiagonal(C, left.cols, shift.reduce((sum, s) => sum + s, 0) / N);
  if (diagonal) meanOfRows(diagonal.data, N, left.cols).forEach((d, j) => (C[j * (left.cols + 1)] += d));
  return C;
}

function addToDiagonal(C: Float64Array, m: number, x: number): void {
  for (let k = 0; k < C.length; k += m + 1) C[k] += x;
}
