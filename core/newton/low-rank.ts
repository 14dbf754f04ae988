import { type Batch, copyOf, row, stacked, zeros } from '../batch.js';
import type { CurvatureFactors } from '../factors.js';
import { factoriseGeneral, solveRows } from '../numerics/symmetric-solve.js';
import { meanOfRows } from '../numerics/gram.js';
import { symmetricProductSum } from '../numerics/product-sum.js';
import { addScaled, dot } from '../numerics/vectors.js';
import { lambdaFor, meanDiagonal } from './damping.js';
import { solveBatch } from './direct.js';
import { smallestPivot } from './failures.js';
import type { Lambda } from './options.js';
import { type Solution, solutionOfSamples, spectrumOf } from './solution.js';

/** The batch's mean matrix from the factors of the samples': one product over all N r rows. O(N r m^2). */
export function meanOfFactors({ rank, weights, left, right, shift, diagonal }: CurvatureFactors): Float64Array {
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

/**
 * Newton directions of matrices known by factors, through a matrix of the size of their rank R instead of m. With C =
 * shift I + A^T K A and mu = lambda + shift, Woodbury's identity (the paper's supplement F) reads
 *
 *     (C + lambda I)^-1 g = (g - A^T (mu I + K A A^T)^-1 K A g) / mu
 *
 * where A has the rows of `left`, and K the weights; or, where the two sides differ, A has the rows of both and K = [0,
 * W/2; W/2, 0]. Needs mu > 0: matrices with another, or with a diagonal, are solved densely; and so are those with R >=
 * m, where K A A^T has no inverse and a small mu would cost digits that the smaller matrix keeps. O(R^2 m + R^3) a
 * matrix.
 */
export function solveLowRank(factors: CurvatureFactors, G: Batch, asked: Lambda, scope: 'batch' | 'sample'): Solution {
  if (scope === 'batch') return solveOne(factors, G, asked);
  return solutionOfSamples(G, (i) => solveOne(ofSample(factors, i), { rows: 1, cols: G.cols, data: row(G, i) }, asked));
}

function ofSample({ rank, weights, left, right, shift, diagonal }: CurvatureFactors, i: number): CurvatureFactors {
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
function solveOne(factors: CurvatureFactors, G: Batch, asked: Lambda): Solution {
  const m = G.cols;
  const lambda = typeof asked === 'number' ? asked : lambdaFor(asked, meanDiagonal(meanOfFactors(factors), m));
  const N = factors.weights.length / factors.rank;
  const mu = lambda + (factors.shift?.reduce((sum, s) => sum + s, 0) ?? 0) / N;
  const R = factors.left === factors.right ? factors.left.rows : 2 * factors.left.rows;
  if (!(mu > 0) || R >= m || factors.diagonal) return solveBatch(meanOfFactors(factors), G, lambda, 'tikhonov');
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
function inner({ weights, left, right }: CurvatureFactors, N: number): { readonly A: Batch; readonly KA: Batch } {
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
