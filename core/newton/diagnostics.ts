import { type Batch, row } from '../batch.js';
import { allFinite } from '../numerics/finite.js';
import { dampedEigenvalue, type Definiteness } from './damping.js';
import { type Spectrum } from './solution.js';

/** What one Newton step looked like. In sample scope the extremes are over the matrices of all samples; NaN where none is finite. */
export interface NewtonDiagnostics {
  /** Of the curvature C before damping. */
  readonly smallestEigenvalue: number;
  readonly largestEigenvalue: number;
  /** Of the damped matrix: max |w| / min |w| over its eigenvalues w; in sample scope the worst. */
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
    return { smallestEigenvalue: NaN, largestEigenvalue: NaN, conditionNumber: NaN, smallestLambda: NaN, largestLambda: NaN };
  }
  const [smallestEigenvalue, largestEigenvalue] = range(spectra.flatMap(({ values }) => Array.from(values)));
  const [smallestLambda, largestLambda] = range(spectra.map(({ lambda }) => lambda));
  const [, conditionNumber] = range(spectra.map((spectrum) => conditionOf(spectrum, definiteness)));
  return { smallestEigenvalue, largestEigenvalue, conditionNumber, smallestLambda, largestLambda };
}

function range(values: readonly number[]): [smallest: number, largest: number] {
  return values.reduce(([least, most], x) => [Math.min(least, x), Math.max(most, x)], [Infinity, -Infinity]);
}

function conditionOf({ values, lambda }: Spectrum, definiteness: Definiteness): number {
  const [least, most] = range(Array.from(values, (w) => Math.abs(dampedEigenvalue(w, lambda, definiteness))));
  return most / least;
}

/** |D| / |G|, Frobenius norms over the samples whose gradient is finite; 0 where G is zero. */
export function directionToGradient(D: Batch, G: Batch): number {
  let direction = 0;
  let gradient = 0;
  for (let i = 0; i < G.rows; i++) {
    if (!allFinite(row(G, i))) continue;
    direction = Math.hypot(direction, norm(row(D, i)));
    gradient = Math.hypot(gradient, norm(row(G, i)));
  }
  return gradient === 0 ? 0 : direction / gradient;
}

function norm(x: Float64Array): number {
  return x.reduce((length, xj) => Math.hypot(length, xj), 0);
}
