import { type Batch, row, stacked, zeros } from '../../batch.js';
import { LossError } from '../../errors.js';
import type { Matrices } from '../../matrices.js';
import { allFinite } from '../../linear-algebra/vectors.js';
import {
  orthonormalise,
  principalDirections,
  times,
  timesTransposed,
} from '../../linear-algebra/principal-directions.js';
import { symmetricEigen } from '../../linear-algebra/symmetric-eigen.js';
import { dampedEigenvalue, lambdaFor } from '../damping.js';
import { NOT_FINITE, smallestPivot } from '../failures.js';
import type { Solution } from '../solution.js';
import type { Damping, Solver } from './solver.js';

/**
 * Solves with a sketch E of the mean matrix C, from q products with it instead of m. With the rows
 * of B the q orthonormal directions in which most of the gradients lie, leading eigenvectors of the Fisher matrix, and
 * P = B^T B,
 *
 *     E = P C P + P C (I - P) + (I - P) C P
 *
 * is the smallest symmetric matrix with E B^T = C B^T: C, but for what it does among directions that gradients hardly
 * have. Its rank is at most 2 q, E = sum_k w_k v_k v_k^T, so that
 *
 *     d_i = g_i / lambda + sum_k (1 / damped(w_k) - 1 / lambda) <v_k, g_i> v_k
 *
 * q calls of `timesMean` and O(q N m) besides. Needs lambda > 0.
 */
export const sketch: Solver = {
  objection({ outer }, { products }) {
    if (products === 'all') return new LossError('PARAMS', 'newton: a sketch needs a number of products, got all');
    if (outer) return new LossError('PARAMS', `newton: products ${products} needs curvature hessian, got fisher`);
    return undefined;
  },
  solve: (C, G, damping) => solveSketch(C, G, damping),
  solveEach: (_C, _G, { products }) => {
    throw new LossError('PARAMS', `newton: products ${products} needs scope batch, got sample`);
  },
};

function solveSketch(C: Matrices, G: Batch, { lambda: asked, definiteness, products }: Damping): Solution {
  const q = products as number;
  const { w, V } = eigenOfSketch(C, G, q);
  const lambda = lambdaFor(asked, meanDiagonal(w, V));
  const failed = (reason: string): Solution => ({ direction: G, failures: [{ lambda, reason }], spectra: () => [] });
  if (!allFinite(w)) return failed(NOT_FINITE);
  if (asked === 0) throw new LossError('PARAMS', `newton: products ${q} needs lambda > 0, got 0`);
  const damped = w.map((value) => dampedEigenvalue(value, lambda, definiteness));
  const [least, largest] = rangeOfSizes(lambda, damped);
  if (!(least > G.cols * Number.EPSILON * largest)) return failed(smallestPivot(least));
  const shares = timesTransposed(G, V);
  for (let k = 0; k < shares.data.length; k++) shares.data[k] *= 1 / damped[k % V.rows] - 1 / lambda;
  const direction = times(shares, V);
  for (let k = 0; k < direction.data.length; k++) direction.data[k] += G.data[k] / lambda;
  const values = new Float64Array(G.cols);
  values.set(w);
  return { direction, failures: [], spectra: () => [{ values, lambda }] };
}

/**
 * The eigenvalues w of E that need not be 0, NaN where a product is not finite, and the rows of V their eigenvectors.
 */
function eigenOfSketch(C: Matrices, G: Batch, q: number): { w: Float64Array; V: Batch } {
  const B = principalDirections(G, Math.min(q, G.rows, G.cols));
  if (B.rows === 0) return { w: new Float64Array(0), V: B };
  const CB = zeros(B.rows, B.cols);
  for (let k = 0; k < B.rows; k++) row(CB, k).set(C.timesMean(row(B, k)));
  if (!allFinite(CB.data)) return { w: Float64Array.of(NaN), V: zeros(1, G.cols) };
  const Q = stacked(B, orthonormalise(CB, B));
  const n = Q.rows;
  const half = timesTransposed(CB, Q); // (r, n): the rows of S = Q E Q^T that belong to B; the others have their transpose, and 0
  const S = new Float64Array(n * n);
  for (let k = 0; k < B.rows; k++) {
    for (let l = 0; l < n; l++) {
      S[k * n + l] = S[l * n + k] = l < k
        ? 0.5 * (half.data[k * n + l] + half.data[l * n + k])
        : half.data[k * n + l];
    }
  }
  const { values, vectors } = symmetricEigen(S, n);
  return { w: values, V: times({ rows: n, cols: n, data: vectors }, Q) };
}

/** The least and the largest |x| of the damped eigenvalues, of which lambda is one. */
function rangeOfSizes(lambda: number, damped: Float64Array): [least: number, largest: number] {
  return damped.reduce<[number, number]>(
    ([least, largest], x) => [Math.min(least, Math.abs(x)), Math.max(largest, Math.abs(x))],
    [lambda, lambda],
  );
}

/** (1/m) sum_j |E_jj| */
function meanDiagonal(w: Float64Array, V: Batch): number {
  const diagonal = new Float64Array(V.cols);
  for (let k = 0; k < V.data.length; k++) diagonal[k % V.cols] += w[Math.floor(k / V.cols)] * V.data[k] ** 2;
  return diagonal.reduce((sum, x) => sum + Math.abs(x), 0) / V.cols;
}
