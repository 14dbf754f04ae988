import { type Batch } from '../batch.js';
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
  /** |D| / |G|, Frobenius norms; 0 where G is zero. */
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
  const least = (f: (s: Spectrum) => number): number => spectra.reduce((m, s) => Math.min(m, f(s)), Infinity);
  const most = (f: (s: Spectrum) => number): number => spectra.reduce((m, s) => Math.max(m, f(s)), -Infinity);
  return {
    smallestEigenvalue: least(({ values }) => Math.min(...Array.from(values))),
    largestEigenvalue: most(({ values }) => Math.max(...Array.from(values))),
    conditionNumber: most((spectrum) => conditionNumber(spectrum, definiteness)),
    smallestLambda: least(({ lambda }) => lambda),
    largestLambda: most(({ lambda }) => lambda),
  };
}

function conditionNumber({ values, lambda }: Spectrum, definiteness: Definiteness): number {
  const sizes = Array.from(values, (w) => Math.abs(dampedEigenvalue(w, lambda, definiteness)));
  return Math.max(...sizes) / Math.min(...sizes);
}

/** |D| / |G|, Frobenius norms; 0 where G is zero. */
export function directionToGradient(D: Batch, G: Batch): number {
  const gradient = norm(G);
  return gradient === 0 ? 0 : norm(D) / gradient;
}

function norm({ data }: Batch): number {
  let sum = 0;
  for (let k = 0; k < data.length; k++) sum += data[k]! ** 2;
  return Math.sqrt(sum);
}
