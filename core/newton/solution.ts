import { type Batch, row, zeros } from '../batch.js';
import { allFinite } from '../linear-algebra/vectors.js';
import { symmetricEigen } from '../linear-algebra/symmetric-eigen.js';

/** What a solver hands back. A matrix is the batch's one, or in sample scope one of N. */
export interface Solution {
  /** (N, m); rows whose matrix failed hold anything. */
  readonly direction: Batch;
  readonly failures: readonly Failure[];
  /** One a finite matrix. Computed at the call. */
  spectra(): Spectrum[];
}

/** A matrix that could not be solved with. */
export interface Failure {
  /** Absent where the matrix is the whole batch's. */
  readonly sample?: number;
  readonly lambda: number;
  /** What was found: "smallest pivot 1e-17". */
  readonly reason: string;
}

/** The eigenvalues of an undamped matrix, in any order, and its damping. */
export interface Spectrum {
  readonly values: ArrayLike<number>;
  readonly lambda: number;
}

/** Of an m x m matrix: empty where it is not finite. */
export function spectrumOf(C: Float64Array, m: number, lambda: number): Spectrum[] {
  return allFinite(C) ? [{ values: symmetricEigen(C, m).values, lambda }] : [];
}

/** The solutions of the samples of G, one after another, as one. */
export function solutionOfSamples(G: Batch, solve: (i: number) => Solution): Solution {
  const parts = Array.from({ length: G.rows }, (_, i) => solve(i));
  const direction = zeros(G.rows, G.cols);
  parts.forEach((part, i) => row(direction, i).set(part.direction.data));
  const failures = parts.flatMap((part, sample): Failure[] => part.failures.map((failure) => ({ ...failure, sample })));
  return { direction, failures, spectra: () => parts.flatMap((part) => part.spectra()) };
}
