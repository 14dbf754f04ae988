import type { Lambda } from '../../core/newton/index.js';
import { mean, pairedDifference, standardDeviation } from '../statistics/index.js';

/** What a lambda has come to on validation data. */
export interface Score {
  /** Absent for the plain loss, which has none. */
  readonly lambda?: Lambda;
  /** The task's first metric after the last step, by seed; empty where a run has failed. */
  readonly values: readonly number[];
  /** That each value is of, where that is on record. */
  readonly samples?: number | undefined;
  /** Why a run failed. */
  readonly failure?: string | undefined;
}

/** A lambda among others. */
export interface Choice {
  /** Undefined where runs of every lambda have failed. */
  readonly best: Score | undefined;
  /** What one should know before one takes it. */
  readonly warnings: readonly string[];
}

/** A difference of less than so many of its standard errors is noise. */
const NOISE = 2;

/**
 * The lambda with the highest mean, as the paper chooses; of those with the same one the largest, whose steps are nearest
 * to those of the plain loss.
 */
export function chooseLambda(scores: readonly Score[], plain: Score): Choice {
  const sound = scores.filter(({ values }) => values.length > 0).sort((a, b) => sizeOf(b) - sizeOf(a));
  if (sound.length === 0) return { best: undefined, warnings: ['no lambda has finished all its runs'] };
  const best = sound.reduce((first, other) => (mean(other.values) > mean(first.values) ? other : first));
  const others = sound.filter((other) => other !== best);
  return {
    best,
    warnings: [...edgeWarning(best, scores), ...noiseWarning(best, others), ...plainWarning(best, plain)],
  };
}

/**
 * Of the mean over seeds, sd / sqrt(n). Of one seed that of a share p of N samples drawn at random, sqrt(p (1 - p) / N),
 * the most that a mean of N values in [0, 1] can have; undefined where N is not on record.
 */
export function standardError({ values, samples }: Score): number | undefined {
  const deviation = standardDeviation(values);
  if (deviation !== undefined) return deviation / Math.sqrt(values.length);
  const [p] = values;
  return samples === undefined || p === undefined ? undefined : Math.sqrt(Math.max(0, p * (1 - p)) / samples);
}

/** `0.1`, or `0.1 relative`. */
export function lambdaText(lambda: Lambda | undefined): string {
  if (lambda === undefined) return 'none';
  return typeof lambda === 'number' ? String(lambda) : `${lambda.relative} relative`;
}

/** A lambda as a number among those of its kind. */
function sizeOf({ lambda = Infinity }: Score): number {
  return typeof lambda === 'number' ? lambda : lambda.relative;
}

function edgeWarning(best: Score, all: readonly Score[]): string[] {
  const sizes = all.map(sizeOf);
  const smallest = sizes.every((size) => sizeOf(best) <= size);
  const largest = sizes.every((size) => sizeOf(best) >= size);
  if (smallest === largest) return []; // in the middle, or alone
  const [which, others] = smallest ? ['smallest', 'smaller'] : ['largest', 'larger'];
  return [`${lambdaText(best.lambda)} is the ${which} that was tried: ${others} ones may be better (--lambdas)`];
}

function noiseWarning(best: Score, others: readonly Score[]): string[] {
  const alike = others.filter((other) => isNoise(best, other)).map(({ lambda }) => lambdaText(lambda)).reverse();
  if (alike.length === 0) return [];
  return [`within noise of it: ${alike.join(', ')}; more seeds (--seed 0,1,2) tell more`];
}

function plainWarning(best: Score, plain: Score): string[] {
  if (plain.values.length === 0) return [];
  if (mean(best.values) <= mean(plain.values)) return ['no lambda is better than the plain loss'];
  return isNoise(best, plain) ? ['the difference from the plain loss is within noise'] : [];
}

/** By Student's interval of the differences over the seeds; of one seed by the standard errors of both. */
function isNoise(best: Score, other: Score): boolean {
  const { mean: difference, interval } = pairedDifference(best.values, other.values);
  if (interval) return interval[0] <= 0;
  if (best.values.length > 1) return difference === 0; // the same on every seed
  return difference <= NOISE * Math.hypot(standardError(best) ?? 0, standardError(other) ?? 0);
}
