import { type Batch, row, takeRows } from '../batch.js';
import { normalised, timesPowerOfTwo } from '../linear-algebra/powers-of-two.js';
import { allFinite, dot } from '../linear-algebra/vectors.js';
import { dampedEigenvalue, type Definiteness } from './damping.js';
import type { Spectrum } from './solution.js';

/**
 * What one Newton step looked like. In sample scope the extremes are over the matrices of all samples; NaN where none
 * is finite.
 */
export interface NewtonDiagnostics {
  /** Of the curvature C before damping. */
  readonly smallestEigenvalue: number;
  readonly largestEigenvalue: number;
  /**
   * Of the damped matrix: max |w| / min |w| over its eigenvalues w; in sample scope the worst. NaN where all matrices
   * are 0.
   */
  readonly conditionNumber: number;
  /** The damping used; these two differ only in sample scope with a relative lambda. */
  readonly smallestLambda: number;
  readonly largestLambda: number;
  /** |D| / |G|, Frobenius norms over the samples whose gradient is finite; 0 where G is zero. */
  readonly directionToGradient: number;
  /** Share of the samples whose gradient or own curvature is not finite. */
  readonly nonfiniteShare: number;
  /** Share of the samples whose direction was set to zero (`onSingular: 'skip'`). */
  readonly skippedShare: number;
}

/** The part of the diagnostics that the spectra hold. */
export type SpectralDiagnostics = Omit<NewtonDiagnostics, 'directionToGradient' | 'nonfiniteShare' | 'skippedShare'>;

export function spectralDiagnostics(spectra: readonly Spectrum[], definiteness: Definiteness): SpectralDiagnostics {
  if (spectra.length === 0) {
    return {
      smallestEigenvalue: NaN,
      largestEigenvalue: NaN,
      conditionNumber: NaN,
      smallestLambda: NaN,
      largestLambda: NaN,
    };
  }
  const [smallestEigenvalue, largestEigenvalue] = range(spectra.flatMap(({ values }) => Array.from(values)));
  const [smallestLambda, largestLambda] = range(spectra.map(({ lambda }) => lambda));
  const conditions = spectra
    .map((spectrum) => conditionOf(spectrum, definiteness))
    .filter((condition) => !Number.isNaN(condition));
  const conditionNumber = conditions.length > 0 ? range(conditions)[1] : NaN;
  return { smallestEigenvalue, largestEigenvalue, conditionNumber, smallestLambda, largestLambda };
}

function range(values: readonly number[]): [smallest: number, largest: number] {
  return values.reduce(([least, most], x) => [Math.min(least, x), Math.max(most, x)], [Infinity, -Infinity]);
}

/** NaN for a matrix of zeros, as of a sample without gradient whose lambda is relative: nothing is solved with it. */
function conditionOf({ values, lambda }: Spectrum, definiteness: Definiteness): number {
  const [least, most] = range(Array.from(values, (w) => Math.abs(dampedEigenvalue(w, lambda, definiteness))));
  return most / least;
}

/** |D| / |G|, Frobenius norms over the samples whose gradient is finite; 0 where G is zero. */
export function directionToGradient(D: Batch, G: Batch): number {
  const finite = Array.from({ length: G.rows }, (_, i) => i).filter((i) => allFinite(row(G, i)));
  const [direction, gradient] = [norm(takeRows(D, finite)), norm(takeRows(G, finite))];
  return gradient.length === 0
    ? 0
    : timesPowerOfTwo(direction.length / gradient.length, direction.exponent - gradient.exponent);
}

/** length 2^exponent: the norm itself may overflow. */
function norm({ data }: Batch): { readonly length: number; readonly exponent: number } {
  const { scaled, exponent } = normalised(data);
  return { length: Math.sqrt(dot(scaled, scaled)), exponent };
}
