import { createRng } from '../../core/random/rng.js';
import { bootstrapInterval, type Interval, LEAST_RESAMPLED } from './bootstrap.js';
import { hedgesFactor } from './effect-size.js';
import { mean, standardDeviation } from './moments.js';
import { pairsNeeded } from './power.js';
import { MOST_SIGN_FLIPS, signFlipP } from './sign-flips.js';
import { signedRankP } from './signed-ranks.js';
import { studentP, studentQuantile } from './student.js';

/**
 * What paired runs say about a variant against its baseline: the difference of each seed, and how sure one may be of
 * their mean. What is not defined is absent.
 */
export interface PairedDifference {
  /** Mean over the seeds of (variant - baseline). */
  readonly mean: number;
  /** Number of pairs. */
  readonly pairs: number;
  /** Sample standard deviation of the differences; absent for one pair. */
  readonly deviation?: number;
  /** Student's t confidence interval of the mean; absent for one pair, and where all differences are the same. */
  readonly interval?: Interval;
  /** Bootstrap interval of the mean (BCa, 10,000 resamples of a fixed stream); likewise, and below five pairs. */
  readonly bootstrap?: Interval;
  /** Two-sided p-values. */
  readonly p: {
    /** Of the paired t-test; absent where `interval` is. */
    readonly student?: number;
    /** Exact, takes nothing as normal; absent for one pair and above 20. */
    readonly signFlip?: number;
    /** Wilcoxon's signed ranks, exact; absent for one pair, and where all differences are 0. */
    readonly signedRank?: number;
  };
  /** Mean over deviation, d_z, as it is and by Hedges' correction for few pairs, which needs three; absent where `interval` is. */
  readonly effect?: { readonly d: number; readonly hedges?: number };
  /**
   * Pairs by which a difference as large as this, with this deviation, is significant at 0.05 with a chance of 0.8;
   * absent where `interval` is, and above 10,000.
   */
  readonly pairsNeeded?: number;
}

const RESAMPLING = createRng(0);

/**
 * Compares paired values, `values[i]` and `baseline[i]` having seen the same seed:
 *
 *     d_i = values[i] - baseline[i],    mean(d) +- t_{(1 + confidence) / 2, n - 1} sd(d) / sqrt(n).
 *
 * Throws a RangeError where the lengths differ or there is no pair.
 */
export function pairedDifference(
  values: readonly number[],
  baseline: readonly number[],
  confidence = 0.95,
): PairedDifference {
  if (values.length !== baseline.length || values.length === 0) {
    throw new RangeError(
      `pairedDifference: expected as many values as baseline values, at least one, got ${values.length} and ${baseline.length}`,
    );
  }
  const differences = values.map((value, i) => value - baseline[i]);
  const [centre, deviation] = [mean(differences), standardDeviation(differences)];
  const pairs = differences.length;
  if (deviation === undefined) return { mean: centre, pairs, p: {} };
  const plain = withoutRounding(differences, [...values, ...baseline]);
  const p = testsOf(plain);
  if (standardDeviation(plain) === 0) return { mean: centre, pairs, deviation: 0, p };
  const [t, d] = [studentQuantile((1 + confidence) / 2, pairs - 1), centre / deviation];
  const half = (t * deviation) / Math.sqrt(pairs);
  const needed = pairsNeeded(d);
  return {
    mean: centre,
    pairs,
    deviation,
    interval: [centre - half, centre + half],
    ...(pairs >= LEAST_RESAMPLED && { bootstrap: bootstrapInterval(differences, RESAMPLING.split(0), confidence) }),
    p: { student: studentP(d * Math.sqrt(pairs), pairs - 1), ...p },
    effect: { d, ...(pairs > 2 && { hedges: hedgesFactor(pairs - 1) * d }) },
    ...(needed !== undefined && { pairsNeeded: needed }),
  };
}

function testsOf(differences: readonly number[]): PairedDifference['p'] {
  const signedRank = signedRankP(differences);
  return {
    ...(differences.length <= MOST_SIGN_FLIPS && { signFlip: signFlipP(differences) }),
    ...(signedRank !== undefined && { signedRank }),
  };
}

/** To 44 bits of the largest value, so that differences which would be equal are: 0.3 - 0.1 and 0.4 - 0.2. */
function withoutRounding(differences: readonly number[], values: readonly number[]): number[] {
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (largest === 0) return [...differences];
  const unit = 2 ** (Math.ceil(Math.log2(largest)) - 44);
  return differences.map((difference) => unit * Math.round(difference / unit));
}
