import { type Batch, copyOf, row, stacked, zeros } from '../../batch.js';
import { LossError } from '../../errors.js';
import { type Factors, meanOfFactors } from '../../factors.js';
import { factoriseGeneral, solveRows } from '../../linear-algebra/symmetric-solve.js';
import { addScaled, dot } from '../../linear-algebra/vectors.js';
import { lambdaFor, meanDiagonal } from '../damping.js';
import { smallestPivot } from '../failures.js';
import type { Lambda } from '../options.js';
import { type Solution, solutionOfSamples, spectrumOf } from '../solution.js';
import { solveMatrix } from './direct.js';
import { solveEachFisher, solveFisher } from './fisher.js';
import type { Solver } from './solver.js';

/**
 * Solves through a matrix of the size of the factors' rank R instead of m. With C = shift I + A^T K A and mu = lambda +
 * shift, Woodbury's identity (the paper's supplement F) reads
 *
 *     (C + lambda I)^-1 g = (g - A^T (mu I + K A A^T)^-1 K A g) / mu
 *
 * where A has the rows of `left`, and K the weights; or, where the two sides differ, A has the rows of both and K = [0,
 * W/2; W/2, 0]. Needs mu > 0: matrices with another, or with a diagonal, are solved densely; and so are those with R >=
 * m, where K A A^T has no inverse and a small mu would cost digits that the smaller matrix keeps. O(R^2 m + R^3) a
 * matrix. Where the factors are the gradients themselves a form without cancellation serves (`solveFisher`).
 */
export const lowRank: Solver = {
  objection({ outer, factors }, { lambda, definiteness, products }) {
    const needs = (what: string): LossError =>
      new LossError('UNSUPPORTED', `newton: solver woodbury needs ${what}; use solver direct`);
    if (products !== 'all') return needs(`products all, got ${products}`);
    if (!factors) return needs('curvature fisher or one that the loss gives by factors');
    if (definiteness !== 'tikhonov') return needs(`definiteness tikhonov, got ${definiteness}`);
    const undamped = lambda === 0 || (typeof lambda === 'object' && lambda.relative === 0);
    if (!outer || !undamped) return undefined;
    return new LossError('PARAMS', 'newton: solver woodbury needs lambda > 0, got 0');
  },
  solve(C, G, { lambda }) {
    if (C.outer) return G.rows < G.cols ? solveFisher(G, lambda) : solveMatrix(C.mean(), G, lambda, 'tikhonov');
    return solveFactored(C.factors!, G, lambda);
  },
  solveEach({ outer, factors }, G, { lambda }) {
    if (outer) return solveEachFisher(outer, lambda);
    const own = (i: number): Batch => ({ rows: 1, cols: G.cols, data: row(G, i) });
    return solutionOfSamples(G, (i) => solveFactored(ofSample(factors!, i), own(i), lambda));
  },
};

function ofSample({ rank, weights, left, right, shift, diagonal }: Factors, i: number): Factors {
  const rows = ({ cols, data }: Batch): Batch => ({
    rows: rank,
    cols,
    data: data.subarray(i * rank * cols, (i + 1) * rank * cols),
  });
  const L = rows(left);
  return {
    ...{ rank, weights: weights.subarray(i * rank, (i + 1) * rank), left: L, right: left === right ? L : rows(right) },
    ...(shift && { shift: shift.subarray(i, i + 1) }),
    ...(diagonal && { diagonal: { rows: 1, cols: diagonal.cols, data: row(diagonal, i) } }),
  };
}

/** For the mean of the factors' matrices. */
function solveFactored(factors: Factors, G: Batch, asked: Lambda): Solution {
  const m = G.cols;
  const lambda = typeof asked === 'number' ? asked : lambdaFor(asked, meanDiagonal(meanOfFactors(factors), m));
  const N = factors.weights.length / factors.rank;
  const mu = lambda + (factors.shift?.reduce((sum, s) => sum + s, 0) ?? 0) / N;
  const R = factors.left === factors.right ? factors.left.rows : 2 * factors.left.rows;
  if (!(mu > 0) || R >= m || factors.diagonal) return solveMatrix(meanOfFactors(factors), G, lambda, 'tikhonov');
  const spectra: Solution['spectra'] = () => spectrumOf(meanOfFactors(factors), m, lambda);
  const { A, KA } = inner(factors, N);
  const M = new Float64Array(R * R);
  for (let a = 0; a < R; a++) {
    for (let b = 0; b < R; b++) M[a * R + b] = dot(row(KA, a), row(A, b));
    M[a * R + a] += mu;
  }
  const solved = factoriseGeneral(M, R);
  if ('smallestPivot' in solved) {
    return { direction: copyOf(G), failures: [{ lambda, reason: smallestPivot(solved.smallestPivot) }], spectra };
  }
  const X = zeros(G.rows, R);
  for (let i = 0; i < G.rows; i++) for (let a = 0; a < R; a++) X.data[i * R + a] = dot(row(KA, a), row(G, i));
  solveRows(solved, X.data);
  const direction = copyOf(G);
  for (let i = 0; i < G.rows; i++) {
    const d = row(direction, i);
    for (let a = 0; a < R; a++) addScaled(-X.data[i * R + a], row(A, a), d);
    for (let j = 0; j < m; j++) d[j] /= mu;
  }
  return { direction, failures: [], spectra };
}

/** A and K A of the mean of N matrices. */
function inner({ weights, left, right }: Factors, N: number): { readonly A: Batch; readonly KA: Batch } {
  if (left === right) return { A: left, KA: scaledRows(left, weights, 1 / N) };
  return {
    A: stacked(left, right),
    KA: stacked(scaledRows(right, weights, 0.5 / N), scaledRows(left, weights, 0.5 / N)),
  };
}

function scaledRows(A: Batch, weights: Float64Array, scale: number): Batch {
  const out = copyOf(A);
  for (let k = 0; k < A.rows; k++) {
    const w = weights[k] * scale;
    for (let j = k * A.cols; j < (k + 1) * A.cols; j++) out.data[j] *= w;
  }
  return out;
}
