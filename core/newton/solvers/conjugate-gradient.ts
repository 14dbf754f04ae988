import { type Batch, row, zeros } from '../../batch.js';
import { LossError } from '../../errors.js';
import type { Matrices } from '../../matrices.js';
import { type CgRow, conjugateGradient, ritzValues, type RowProduct } from '../../linear-algebra/conjugate-gradient.js';
import { meanOfRows } from '../../linear-algebra/gram.js';
import { squaredNorms } from '../curvature.js';
import { lambdaFor } from '../damping.js';
import type { Failure, Solution, Spectrum } from '../solution.js';
import type { Solver } from './solver.js';

/**
 * Conjugate gradients on products with matrices that are never formed: for m too large for a matrix. C + lambda I has
 * to be positive definite; the spectra are Ritz values. An iteration costs `timesMean` for each of the N right-hand
 * sides, which for a Hessian is as many calls of `times`; with each sample's own matrix it is one call.
 */
export const conjugateGradients: Solver = {
  objection(C, { lambda, definiteness, products }) {
    const needs = (what: string): LossError =>
      new LossError('UNSUPPORTED', `newton: solver conjugate-gradient needs ${what}; use solver direct`);
    if (products !== 'all') return needs(`products all, got ${products}`);
    if (definiteness !== 'tikhonov') return needs(`definiteness tikhonov, got ${definiteness}`);
    if (typeof lambda === 'number' || C.outer) return undefined;
    return needs('lambda as a number: a relative one needs the diagonal of the matrix');
  },

  solve(C, G, { lambda: asked }) {
    const lambda = lambdaFor(asked, C.outer ? meanOfRows(ownDiagonals(C.outer), C.count, 1)[0] : 0);
    const lambdas = new Float64Array(G.rows).fill(lambda);
    const { X, rows } = damped((P, active) => meanProducts(C, P, active), lambdas, G);
    return {
      direction: X,
      failures: rows.flatMap(({ problem }) => (problem === undefined ? [] : [{ lambda, reason: problem }])),
      spectra() {
        const values = spectraOf(rows, lambdas).flatMap((spectrum) => Array.from(spectrum.values));
        return values.length > 0 ? [{ values, lambda }] : [];
      },
    };
  },

  solveEach(C, G, { lambda }): Solution {
    const lambdas = (C.outer ? ownDiagonals(C.outer) : new Float64Array(G.rows)).map((mean) => lambdaFor(lambda, mean));
    const { X, rows } = damped((P) => C.times(P), lambdas, G);
    const failureOf = ({ problem }: CgRow, sample: number): Failure[] =>
      problem === undefined ? [] : [{ lambda: lambdas[sample], reason: problem, sample }];
    return { direction: X, failures: rows.flatMap(failureOf), spectra: () => spectraOf(rows, lambdas) };
  },
};

function damped(product: RowProduct, lambdas: Float64Array, G: Batch): ReturnType<typeof conjugateGradient> {
  return conjugateGradient((P, active) => addScaledRows(product(P, active), lambdas, P), G);
}

function spectraOf(rows: readonly CgRow[], lambdas: Float64Array): Spectrum[] {
  return rows
    .map((run, i) => ({ values: ritzValues(run).map((w) => w - lambdas[i]), lambda: lambdas[i] }))
    .filter(({ values }) => values.length > 0);
}

/** (N): the mean diagonal of each g_i g_i^T, |g_i|^2 / m. */
function ownDiagonals(G: Batch): Float64Array {
  return squaredNorms(G).map((square) => square / G.cols);
}

/** The mean matrix times every active row of P. */
function meanProducts(C: Matrices, P: Batch, active: Uint8Array): Batch {
  const Q = zeros(P.rows, P.cols);
  for (let r = 0; r < P.rows; r++) if (active[r]) row(Q, r).set(C.timesMean(row(P, r)));
  return Q;
}

/** Q + diag(lambdas) P as a new batch. */
function addScaledRows(Q: Batch, lambdas: Float64Array, P: Batch): Batch {
  const out = zeros(P.rows, P.cols);
  for (let r = 0, k = 0; r < P.rows; r++) {
    for (let j = 0; j < P.cols; j++, k++) out.data[k] = Q.data[k] + lambdas[r] * P.data[k];
  }
  return out;
}
