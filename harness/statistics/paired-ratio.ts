import type { Interval } from './bootstrap.js';
import { pairedDifference } from './paired.js';

/** How many times as large paired values are. */
export interface PairedRatio {
  /** Geometric mean over the pairs of (value / baseline). */
  readonly mean: number;
  readonly pairs: number;
  /** Student's t confidence interval of the mean of the logarithms; absent for one pair, and where all ratios are the same. */
  readonly interval?: Interval;
}

/**
 * Compares paired positive values, `values[i]` and `baseline[i]` having seen the same seed:
 *
 *     exp(mean(r) +- t_{(1 + confidence) / 2, n - 1} sd(r) / sqrt(n)),    r_i = log(values[i] / baseline[i]).
 *
 * Throws a RangeError where the lengths differ or there is no pair.
 */
export function pairedRatio(values: readonly number[], baseline: readonly number[], confidence = 0.95): PairedRatio {
  const { mean, pairs, interval } = pairedDifference(values.map(Math.log), baseline.map(Math.log), confidence);
  return {
    mean: Math.exp(mean),
    pairs,
    ...(interval && { interval: [Math.exp(interval[0]), Math.exp(interval[1])] }),
  };
}
