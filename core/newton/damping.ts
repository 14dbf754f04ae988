import { allFinite, allZero } from '../linear-algebra/vectors.js';
import { gram } from '../linear-algebra/gram.js';
import { symmetricEigen } from '../linear-algebra/symmetric-eigen.js';
import { factorise, solveRows } from '../linear-algebra/symmetric-solve.js';
import { NOT_FINITE, smallestPivot } from './failures.js';
import type { Lambda, NewtonOptions } from './options.js';

export type Definiteness = Required<NewtonOptions>['definiteness'];

/** The number that `lambda` stands for, given the mean of |C_jj|. */
export function lambdaFor(lambda: Lambda, meanDiagonal: number): number {
  return typeof lambda === 'number' ? lambda : lambda.relative * meanDiagonal;
}

/** (1/m) sum_j |C_jj|: the mean eigenvalue where C is positive semidefinite, and never negative. */
export function meanDiagonal(C: Float64Array, m: number): number {
  let sum = 0;
  for (let k = 0; k < C.length; k += m + 1) sum += Math.abs(C[k]);
  return sum / m;
}

/** What damping makes of an eigenvalue w of C. */
export function dampedEigenvalue(w: number, lambda: number, definiteness: Definiteness): number {
  if (definiteness === 'absolute') return Math.abs(w) + lambda;
  if (definiteness === 'clip') return Math.max(w, 0) + lambda;
  return w + lambda;
}

/**
 * The matrix that is solved with, for a finite symmetric C = sum_k w_k v_k v_k^T:
 *
 *     tikhonov    C + lambda I
 *     absolute    sum_k (|w_k| + lambda) v_k v_k^T
 *     clip        sum_k (max(w_k, 0) + lambda) v_k v_k^T
 *
 * The three are the same where C is positive semidefinite.
 */
export function damp(C: Float64Array, m: number, lambda: number, definiteness: Definiteness): Float64Array {
  if (definiteness === 'tikhonov') {
    const D = C.slice();
    for (let k = 0; k < D.length; k += m + 1) D[k] += lambda;
    return D;
  }
  const { values, vectors } = symmetricEigen(C, m);
  for (let k = 0; k < m; k++) {
    const root = Math.sqrt(dampedEigenvalue(values[k], lambda, definiteness));
    for (let j = k * m; j < (k + 1) * m; j++) vectors[j] *= root;
  }
  return gram(vectors, m, m);
}

/**
 * Solves with the damped C, in place, for every row of X (rows, m). Returns nothing, or where that is not possible the
 * reason. Where X is zero so is the result, whatever the matrix: a loss fitted exactly may have C = 0.
 */
export function solveDamped(
  C: Float64Array,
  m: number,
  lambda: number,
  definiteness: Definiteness,
  X: Float64Array,
): string | undefined {
  if (!allFinite(C)) return NOT_FINITE;
  if (allZero(X)) return undefined;
  const factors = factorise(damp(C, m, lambda, definiteness), m);
  if ('smallestPivot' in factors) return smallestPivot(factors.smallestPivot);
  solveRows(factors, X);
  return undefined;
}
