import { type Batch, copyOf, row } from '../../batch.js';
import { allZero } from '../../linear-algebra/vectors.js';
import { gram, transpose } from '../../linear-algebra/gram.js';
import { squaredNorms } from '../curvature.js';
import { lambdaFor, meanDiagonal, solveDamped } from '../damping.js';
import { NOT_FINITE, smallestPivot } from '../failures.js';
import type { Lambda } from '../options.js';
import { type Failure, type Solution, type Spectrum, spectrumOf } from '../solution.js';

/**
 * Fisher directions through an N x N matrix instead of m x m, for N < m. Woodbury's identity (the paper's supplement
 * F),
 *
 *     (G^T G / N + lambda I)^-1 = I / lambda - 1 / (N lambda^2) G^T (G G^T / (N lambda) + I)^-1 G,
 *
 * applied to the rows of G itself collapses to a form without the cancellation of the two terms, D = G (G^T G / N +
 * lambda I)^-1:
 *
 *     D = (G G^T / N + lambda I)^-1 G
 *
 * Needs lambda > 0, however small, and N < m: from N = m on G G^T is singular where G^T G is not, and a small lambda
 * would cost digits that solving with the smaller matrix keeps. O(N^3 + N^2 m).
 */
export function solveFisher(G: Batch, asked: Lambda): Solution {
  const { rows: N, cols: m } = G;
  const D = transpose(G.data, N, m);
  const K = gram(D, m, N);
  for (let k = 0; k < K.length; k++) K[k] /= N;
  const lambda = lambdaFor(asked, (meanDiagonal(K, N) * N) / m);
  const reason = solveDamped(K, N, lambda, 'tikhonov', D);
  return {
    direction: { rows: N, cols: m, data: transpose(D, m, N) },
    failures: reason === undefined ? [] : [{ lambda, reason }],
    spectra: () => spectrumOf(K, N, lambda).map((spectrum) => ofTransposed(spectrum, m)),
  };
}

/**
 * The m eigenvalues of A^T A from those of A A^T: the same but for zeros, of which as many are added or dropped as are
 * needed.
 */
function ofTransposed({ values, lambda }: Spectrum, m: number): Spectrum {
  const descending = Array.from(values).sort((a, b) => b - a);
  return { values: Array.from({ length: m }, (_, k) => descending[k] ?? 0), lambda };
}

/**
 * Each sample's own Fisher matrix, by Sherman and Morrison: (g g^T + lambda I)^-1 g = g / (|g|^2 + lambda). O(N m).
 * A zero gradient has a zero direction.
 */
export function solveEachFisher(G: Batch, asked: Lambda): Solution {
  const { rows: N, cols: m } = G;
  const direction = copyOf(G);
  const squares = squaredNorms(G);
  const lambdas = squares.map((square) => lambdaFor(asked, square / m));
  const failures: Failure[] = [];
  for (let i = 0; i < N; i++) {
    const denominator = squares[i] + lambdas[i];
    if (denominator === 0 && allZero(row(G, i))) continue;
    if (!(denominator < Infinity)) failures.push({ sample: i, lambda: lambdas[i], reason: NOT_FINITE });
    else if (lambdas[i] === 0 && m > 1) failures.push({ sample: i, lambda: 0, reason: smallestPivot(0) });
    else for (let k = i * m; k < (i + 1) * m; k++) direction.data[k] /= denominator;
  }
  const spectrumOfSample = (square: number, i: number): Spectrum[] =>
    square < Infinity ? [ofTransposed({ values: [square], lambda: lambdas[i] }, m)] : [];
  return { direction, failures, spectra: () => Array.from(squares, spectrumOfSample).flat() };
}
