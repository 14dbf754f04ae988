import type { Design } from '../../core/algorithm-losses/index.js';
import { type Batch, row, zeros } from '../../core/index.js';

/** (R, k): w - t. Each of the N targets has R / N rows of w (R, k), one after another. */
export function residualsOf(w: Batch, targets: readonly ArrayLike<number>[]): Batch {
  const out = zeros(w.rows, w.cols);
  const each = w.rows / targets.length;
  const t = new Float64Array(w.cols);
  for (let i = 0, k = 0; i < targets.length; i++) {
    t.set(targets[i]);
    for (let s = 0; s < each; s++) for (let j = 0; j < w.cols; j++, k++) out.data[k] = w.data[k] - t[j];
  }
  return out;
}

/**
 * Visits the blocks of sample i, rows `start` to `end` of the residuals r (N S, k), with the mean residual R (k) of the
 * draws of all other blocks, which are independent of them; R is overwritten by the next visit.
 */
export function forEachBlock(
  r: Batch,
  i: number,
  { samples, block }: Design,
  visit: (start: number, end: number, R: Float64Array) => void,
): void {
  const [from, to] = [i * samples, (i + 1) * samples];
  const total = new Float64Array(r.cols);
  const R = new Float64Array(r.cols);
  addRows(r, from, to, 1, total);
  for (let start = from; start < to; start += block) {
    const end = Math.min(start + block, to);
    R.set(total);
    addRows(r, start, end, -1, R);
    for (let j = 0; j < R.length; j++) R[j] /= samples - (end - start);
    visit(start, end, R);
  }
}

function addRows({ cols, data }: Batch, start: number, end: number, sign: number, out: Float64Array): void {
  for (let s = start, k = start * cols; s < end; s++) for (let j = 0; j < cols; j++, k++) out[j] += sign * data[k];
}

/**
 * Estimates, of residuals r_s = w_s - t of mean rho = E w - t, from products of those that are independent of each
 * other: R_s is the mean residual of the draws of all blocks but that of s, and `base` (N, k) the control variate as a
 * residual, R_s where there is none.
 *
 *     value     (N):    1/2 mean <r_s, R_s>       estimates 1/2 |rho|^2
 *     products  (N S):  <r_s - base, R_s>         sum of products_s nu'(Z_s) / (S sigma) estimates its derivative <d rho / dy, rho>
 */
export function productsOfIndependent(
  r: Batch,
  base: Batch | undefined,
  N: number,
  design: Design,
): { value: Float64Array; products: Float64Array } {
  const value = new Float64Array(N);
  const products = new Float64Array(r.rows);
  for (let i = 0; i < N; i++) {
    forEachBlock(r, i, design, (start, end, R) => {
      const baseline = dot(R, base ? row(base, i) : R, 0);
      for (let s = start; s < end; s++) {
        const product = dot(R, r.data, s * r.cols);
        products[s] = product - baseline;
        value[i] += product / (2 * design.samples);
      }
    });
  }
  return { value, products };
}

function dot(a: Float64Array, b: Float64Array, from: number): number {
  let sum = 0;
  for (let j = 0; j < a.length; j++) sum += a[j] * b[from + j];
  return sum;
}
