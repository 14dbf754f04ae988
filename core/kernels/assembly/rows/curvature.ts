import { symmetricRankSum } from '../shared/rank-sums';
import { d, gamma, H, left, n, P, q, right, stride, w } from './rows';
import { at, clear, get, set } from '../shared/vectors';

/**
 * H as `curvatureOf` makes it, without gamma, where pull-backs are those of rows that do not sum to 0 as they should: `diagonal` gives the
 * factors of what J_r^T diag(d) J_r has beyond `pullDiagonals`.
 */
export function unevenCurvatureOf(
  pullRow: (r: i32, v: usize, out: usize) => void,
  pullDiagonals: (D: usize) => void,
  diagonal: (r: i32, v: usize, one: usize, other: usize) => void,
): void {
  clear(H, stride * stride);
  pullDiagonals(d);
  for (let r = 0; r < n; r++) {
    const o = r * stride;
    const more = (n + r) * stride;
    pullRow(r, at(P, o), at(left, o));
    pullRow(r, at(w, o), at(right, o));
    diagonal(r, at(d, o), at(left, more), at(right, more));
  }
  symmetricRankSum(left, right, 2 * n, stride, H);
}

/**
 * H = sum_r J_r^T (diag(d) + p w^T + w p^T + gamma q q^T) J_r with the factors of each row: the low-rank terms of all rows are one sum
 * of outer products of pulled-back vectors.
 */
export function curvatureOf(pullRow: (r: i32, v: usize, out: usize) => void, pullDiagonals: (D: usize) => void): void {
  clear(H, stride * stride);
  pullDiagonals(d);
  let count = n;
  for (let r = 0; r < n; r++) {
    pullRow(r, at(P, r * stride), at(left, r * stride));
    pullRow(r, at(w, r * stride), at(right, r * stride));
    const c = get(gamma, r);
    if (c == 0) continue;
    const o = count++ * stride;
    pullRow(r, at(q, r * stride), at(left, o));
    for (let k = o; k < o + n; k++) set(right, k, 0.5 * c * get(left, k));
  }
  symmetricRankSum(left, right, count, stride, H);
}
