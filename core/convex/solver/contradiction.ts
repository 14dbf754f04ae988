import { dot } from '../../linear-algebra/vectors.js';
import { DenseCholesky } from '../linear-algebra/dense-cholesky.js';
import { addTransposedTimes } from '../linear-algebra/sparse.js';
import type { ProgramData } from './cone-program.js';

/** Beyond, equalities are not looked at. */
const MOST_ROWS = 1000;

/** Of the largest diagonal entry. */
const REGULARISATION = 1e-12;

/**
 * Do equalities E x = b contradict one another? If so, the z that proves it, E^T z = 0 and b^T z < 0: the negative of
 * what the least squares solution leaves of b. Iterates towards it stall, as nothing in E says how to go on.
 */
export function contradiction({ A, b }: ProgramData, equal: Uint8Array, tolerance: number): Float64Array | undefined {
  const rows = Array.from(equal.keys()).filter((i) => equal[i] === 1);
  if (rows.length < 2 || rows.length > MOST_ROWS) return undefined;
  const M = productsOfRows(A, rows);
  const right = Float64Array.from(rows, (i) => b[i]);
  const left = remainder(M, right);
  const z = new Float64Array(b.length);
  if (!left) return undefined;
  rows.forEach((i, e) => (z[i] = -left[e]));
  const slope = new Float64Array(A.cols);
  addTransposedTimes(A, 1, z, slope);
  const proof = -dot(b, z);
  return proof > 0 && slope.every((value) => Math.abs(value) <= tolerance * proof) ? z : undefined;
}

/** E E^T, its lower triangle. */
function productsOfRows({ cols, start, index, value }: ProgramData['A'], rows: readonly number[]): Float64Array {
  const place = new Map(rows.map((row, e) => [row, e]));
  const M = new Float64Array(rows.length ** 2);
  for (let j = 0; j < cols; j++) {
    for (let k = start[j]; k < start[j + 1]; k++) {
      const a = place.get(index[k]);
      for (let l = start[j]; l <= k && a !== undefined; l++) {
        const b = place.get(index[l]);
        if (b !== undefined) M[a * rows.length + b] += value[k] * value[l];
      }
    }
  }
  return M;
}

/** What M + regularisation leaves of the right side, twice: r - M (M + delta)^-1 r is delta (M + delta)^-1 r. */
function remainder(M: Float64Array, right: Float64Array): Float64Array | undefined {
  const n = right.length;
  let most = 0;
  for (let k = 0; k < M.length; k += n + 1) most = Math.max(most, M[k]);
  const delta = REGULARISATION * most;
  for (let k = 0; k < M.length; k += n + 1) M[k] += delta;
  const factor = DenseCholesky.of(M, n, 0);
  if (!factor) return undefined;
  const left = right.slice();
  for (let turn = 0; turn < 2; turn++) {
    factor.solve(left);
    for (let e = 0; e < n; e++) left[e] *= delta;
  }
  return left;
}
