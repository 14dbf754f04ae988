import { type Batch, row, zeros } from './batch.js';
import type { Evaluation } from './loss.js';
import { symmetrise } from './numerics/gram.js';
import { dot } from './numerics/vectors.js';

/**
 * Matrices of low rank, one a sample, as their factors: with the r rows k of sample i, l_k and r_k,
 *
 *     H_i = shift_i I + diag d_i + sum_k weights_k (l_k r_k^T + r_k l_k^T) / 2
 *
 * `left === right` where the products are symmetric by themselves, which halves the work.
 */
export interface CurvatureFactors {
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

/** Adds the Hessian by its factors, which are made once, and the `hessian` and `hvp` that follow from them. */
export function withFactors(evaluation: Evaluation, make: () => CurvatureFactors): Evaluation {
  const factors = once(make);
  return {
    ...evaluation,
    hessianFactors: factors,
    hessian: () => blocksOf(factors()),
    hvp: (v) => timesFactors(factors(), v),
  };
}

/** Adds a Gauss-Newton matrix by its factors: weights and shift at least 0, and `left === right`. */
export function withGaussNewtonFactors(evaluation: Evaluation, make: () => CurvatureFactors): Evaluation {
  const factors = once(make);
  return { ...evaluation, gaussNewtonFactors: factors, gaussNewton: () => blocksOf(factors()) };
}

/** What `make` gives, made at the first call. */
export function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

/** The dense blocks, (N, m * m). O(N r m^2). */
export function blocksOf(factors: CurvatureFactors): Batch {
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
export function timesFactors({ rank, weights, left, right, shift, diagonal }: CurvatureFactors, v: Batch): Batch {
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
