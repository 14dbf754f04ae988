/**
 * What paired runs say about a variant against its baseline: the difference of each seed, and how sure one may be of
 * their mean.
 */
export interface PairedDifference {
  /** Mean over the seeds of (variant - baseline). */
  readonly mean: number;
  /** Number of pairs. */
  readonly pairs: number;
  /**
   * Student's t confidence interval of the mean difference; absent with fewer than two pairs, where nothing is known of
   * the spread.
   */
  readonly interval?: readonly [low: number, high: number];
  /** Two-sided exact sign-flip p-value; absent where `interval` is, and above 20 pairs. */
  readonly p?: number;
}

const MOST_SIGN_FLIPS = 20; // 2^20 sign patterns take a few milliseconds

/** Arithmetic mean; NaN of nothing. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Sample standard deviation, with divisor n - 1; undefined for fewer than two values. */
export function standardDeviation(values: readonly number[]): number | undefined {
  if (values.length < 2) return undefined;
  const centre = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1));
}

/** Middle value, the mean of the two middle ones for an even count; NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

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
  const pairs = differences.length;
  const centre = mean(differences);
  const deviation = standardDeviation(differences);
  if (deviation === undefined) return { mean: centre, pairs };
  const half = (studentQuantile((1 + confidence) / 2, pairs - 1) * deviation) / Math.sqrt(pairs);
  const interval = [centre - half, centre + half] as const;
  return pairs > MOST_SIGN_FLIPS
    ? { mean: centre, pairs, interval }
    : { mean: centre, pairs, interval, p: signFlipP(differences) };
}

/**
 * The share of the 2^n sign patterns of the differences whose |sum| is at least the observed one: exact under the
 * hypothesis that each difference is as likely to have either sign, whatever its distribution. Never below 2^(1 - n),
 * 0.25 for three seeds.
 */
export function signFlipP(differences: readonly number[]): number {
  const n = differences.length;
  if (n > MOST_SIGN_FLIPS) throw new RangeError(`signFlipP: at most ${MOST_SIGN_FLIPS} differences, got ${n}`);
  const observed = Math.abs(differences.reduce((sum, d) => sum + d, 0));
  const rounding = 1e-12 * differences.reduce((sum, d) => sum + Math.abs(d), 0); // equal sums may differ in their last bits
  let extreme = 0;
  for (let signs = 0; signs < 2 ** n; signs++) {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += (signs >> i) & 1 ? -differences[i] : differences[i];
    if (Math.abs(sum) >= observed - rounding) extreme++;
  }
  return extreme / 2 ** n;
}

/**
 * Student's t distribution function for a whole number of degrees of freedom: with theta = atan(t / sqrt(nu)), P(|T| <=
 * |t|) is
 *
 *     2 / pi (theta + sin theta (cos theta + 2/3 cos^3 theta + ... up to cos^(nu - 2)))       nu odd
 *     sin theta (1 + 1/2 cos^2 theta + 1 3 / (2 4) cos^4 theta + ... up to cos^(nu - 2))      nu even
 *
 * (Abramowitz and Stegun, Handbook of Mathematical Functions, 26.7.3 and 26.7.4). O(nu); all terms are positive, so
 * nothing cancels.
 */
export function studentCdf(t: number, degrees: number): number {
  return (1 + Math.sign(t) * centralProbability(Math.atan(Math.abs(t) / Math.sqrt(degrees)), degrees)) / 2;
}

/** Inverse of `studentCdf` in its first argument, for p in (0, 1), by bisection on theta. */
export function studentQuantile(p: number, degrees: number): number {
  if (!(p > 0 && p < 1) || !Number.isInteger(degrees) || degrees < 1) {
    throw new RangeError(
      `studentQuantile: expected p in (0, 1) and a whole number of degrees of freedom, got ${p} and ${degrees}`,
    );
  }
  const central = Math.abs(2 * p - 1);
  let low = 0;
  let high = Math.PI / 2;
  for (let middle = high / 2; middle > low && middle < high; middle = (low + high) / 2) {
    if (centralProbability(middle, degrees) < central) low = middle;
    else high = middle;
  }
  return Math.sign(p - 0.5) * Math.sqrt(degrees) * Math.tan(low);
}

function centralProbability(theta: number, degrees: number): number {
  const odd = degrees % 2 === 1;
  const cosine = Math.cos(theta);
  let term = odd ? cosine : 1;
  let sum = degrees === 1 ? 0 : term;
  for (let k = odd ? 3 : 2; k <= degrees - 2; k += 2) {
    term *= ((k - 1) / k) * cosine ** 2;
    sum += term;
  }
  return odd ? (2 / Math.PI) * (theta + Math.sin(theta) * sum) : Math.sin(theta) * sum;
}
