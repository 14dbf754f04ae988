import { type Batch, copyOf, row } from '../batch.js';
import { type Definiteness, lambdaFor, meanDiagonal, solveDamped } from './damping.js';
import type { Lambda } from './options.js';
import { type Failure, type Solution, spectrumOf } from './solution.js';

/** d_i = (C + lambda I)^-1 g_i for the batch's one C: one factorisation, N right-hand sides. O(m^3 + N m^2). */
export function solveBatch(C: Float64Array, G: Batch, asked: Lambda, definiteness: Definiteness): Solution {
  const m = G.cols;
  const direction = copyOf(G);
  const lambda = lambdaFor(asked, meanDiagonal(C, m));
  const reason = solveDamped(C, m, lambda, definiteness, direction.data);
  const failures = reason === undefined ? [] : [{ lambda, reason }];
  return { direction, failures, spectra: () => spectrumOf(C, m, lambda) };
}

/** d_i = (C_i + lambda I)^-1 g_i for each sample's own C_i, the rows of C (N, m * m). O(N m^3). */
export function solveSamples(C: Batch, G: Batch, asked: Lambda, definiteness: Definiteness): Solution {
  const m = G.cols;
  const direction = copyOf(G);
  const lambdas = new Float64Array(G.rows);
  const failures: Failure[] = [];
  for (let i = 0; i < G.rows; i++) {
    const lambda = (lambdas[i] = lambdaFor(asked, meanDiagonal(row(C, i), m)));
    const reason = solveDamped(row(C, i), m, lambda, definiteness, row(direction, i));
    if (reason !== undefined) failures.push({ sample: i, lambda, reason });
  }
  return {
    direction,
    failures,
    spectra: () => Array.from(lambdas, (lambda, i) => spectrumOf(row(C, i), m, lambda)).flat(),
  };
}
