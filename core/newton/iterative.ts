import { type Batch, row, zeros } from '../batch.js';
import type { Evaluation } from '../loss.js';
import { type CgRow, conjugateGradient, ritzValues, type RowProduct } from '../numerics/conjugate-gradient.js';
import { meanOfRows } from '../numerics/gram.js';
import { hessianTimes, squaredNorms } from './curvature.js';
import { lambdaFor } from './damping.js';
import type { NewtonOptions } from './options.js';
import type { Failure, Solution, Spectrum } from './solution.js';

/**
 * Newton directions by conjugate gradients on products with C, which is never formed: for m too large for a matrix. C +
 * lambda I has to be positive definite; the spectra are Ritz values. An iteration costs, for the Hessian, N calls of
 * `hvp` in batch scope, where each of the N right-hand sides meets every H_i, and one call in sample scope.
 */
export function solveIterative(evaluation: Evaluation, G: Batch, options: Required<NewtonOptions>): Solution {
  const lambdas = dampings(G, options);
  const product = productWith(evaluation, G, options);
  const { X, rows } = conjugateGradient((P, active) => addScaledRows(product(P, active), lambdas, P), G);
  const spectra = (): Spectrum[] =>
    rows.map((run, i) => spectrumOfRun(run, lambdas[i])).filter(({ values }) => values.length > 0);
  if (options.scope === 'sample') {
    return { direction: X, failures: rows.flatMap((run, sample) => failureOf(run, lambdas[sample], sample)), spectra };
  }
  return {
    direction: X,
    failures: rows.flatMap((run) => failureOf(run, lambdas[0])),
    spectra() {
      const values = spectra().flatMap((spectrum) => Array.from(spectrum.values));
      return values.length > 0 ? [{ values, lambda: lambdas[0] }] : [];
    },
  };
}

function failureOf({ problem }: CgRow, lambda: number, sample?: number): Failure[] {
  if (problem === undefined) return [];
  return [sample === undefined ? { lambda, reason: problem } : { lambda, reason: problem, sample }];
}

function spectrumOfRun(run: CgRow, lambda: number): Spectrum {
  return { values: ritzValues(run).map((w) => w - lambda), lambda };
}

/** Lambda of each row's matrix. A relative one is for the Fisher matrix, whose mean diagonal is that of |g_i|^2 / m. */
function dampings(G: Batch, { lambda, scope }: Required<NewtonOptions>): Float64Array {
  const own = squaredNorms(G).map((square) => square / G.cols);
  if (scope === 'sample') return own.map((diagonal) => lambdaFor(lambda, diagonal));
  return own.fill(lambdaFor(lambda, meanOfRows(own, G.rows, 1)[0]));
}

/** Row r of P times the C that applies to it. */
function productWith(evaluation: Evaluation, G: Batch, { curvature, scope }: Required<NewtonOptions>): RowProduct {
  if (scope === 'sample') {
    return curvature === 'fisher'
      ? (P) => ownFisherProduct(G, P)
      : (P) => hessianTimes(evaluation, P);
  }
  return curvature === 'fisher'
    ? (P, active) => fisherProduct(G, P, active)
    : (P, active) => hessianProduct(evaluation, P, active);
}

/** mean_i H_i p for every active row p. */
function hessianProduct(evaluation: Evaluation, P: Batch, active: Uint8Array): Batch {
  const Q = zeros(P.rows, P.cols);
  const V = zeros(P.rows, P.cols);
  for (let r = 0; r < P.rows; r++) {
    if (!active[r]) continue;
    for (let i = 0; i < P.rows; i++) row(V, i).set(row(P, r));
    row(Q, r).set(meanOfRows(hessianTimes(evaluation, V).data, P.rows, P.cols));
  }
  return Q;
}

/** (1/N) sum_i g_i (g_i . p) for every active row p. */
function fisherProduct(G: Batch, P: Batch, active: Uint8Array): Batch {
  const Q = zeros(P.rows, P.cols);
  for (let r = 0; r < P.rows; r++) {
    if (active[r]) { for (let i = 0; i < G.rows; i++) addProjection(row(G, i), row(P, r), 1 / G.rows, row(Q, r)); }
  }
  return Q;
}

/** g_r (g_r . p_r) for every row. */
function ownFisherProduct(G: Batch, P: Batch): Batch {
  const Q = zeros(P.rows, P.cols);
  for (let r = 0; r < P.rows; r++) addProjection(row(G, r), row(P, r), 1, row(Q, r));
  return Q;
}

/** q += scale g (g . p). */
function addProjection(g: Float64Array, p: Float64Array, scale: number, q: Float64Array): void {
  let s = 0;
  for (let j = 0; j < g.length; j++) s += g[j] * p[j];
  for (let j = 0; j < g.length; j++) q[j] += scale * s * g[j];
}

/** Q + diag(lambdas) P as a new batch. */
function addScaledRows(Q: Batch, lambdas: Float64Array, P: Batch): Batch {
  const out = zeros(P.rows, P.cols);
  for (let r = 0, k = 0; r < P.rows; r++) {
    for (let j = 0; j < P.cols; j++, k++) out.data[k] = Q.data[k] + lambdas[r] * P.data[k];
  }
  return out;
}
