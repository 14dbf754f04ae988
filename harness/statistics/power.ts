import { normalQuantile } from '../../core/random/normal.js';
import { noncentralStudentTail, studentQuantile } from './student.js';

/** What a paired test is to do: find an effect with chance `power`, and none where there is none but with chance `alpha`. */
export interface Demands {
  readonly alpha: number;
  readonly power: number;
}

/** What is usual. */
export const USUAL: Demands = { alpha: 0.05, power: 0.8 };

/** More than anybody trains. */
export const MOST_PAIRS = 10_000;

/**
 * The chance that a two-sided paired t-test of n pairs is significant at `alpha`, where the differences are normal with
 * a mean of `effect` standard deviations: with t = t_(1 - alpha / 2, n - 1) and delta = effect sqrt(n),
 *
 *     P(|T| > t),    T noncentral t with n - 1 degrees of freedom and delta
 *
 * (Cohen, Statistical power analysis, 1988, chapter 2). RangeError unless 2 <= n <= 10,000 and 0.001 <= alpha < 1.
 */
export function pairedPower(effect: number, pairs: number, alpha = USUAL.alpha): number {
  if (!Number.isInteger(pairs) || pairs < 2 || pairs > MOST_PAIRS || !(alpha >= 0.001 && alpha < 1)) {
    throw new RangeError(
      `pairedPower: expected from 2 to ${MOST_PAIRS} pairs and alpha from 0.001, got ${pairs} and ${alpha}`,
    );
  }
  const t = studentQuantile(1 - alpha / 2, pairs - 1);
  const delta = Math.abs(effect) * Math.sqrt(pairs);
  return noncentralStudentTail(t, pairs - 1, delta) + noncentralStudentTail(t, pairs - 1, -delta);
}

/**
 * The least number of pairs that finds an effect (mean over standard deviation of the differences), looked for from
 * where normal quantiles would have it; undefined above 10,000.
 */
export function pairsNeeded(effect: number, { alpha, power }: Demands = USUAL): number | undefined {
  const enough = (pairs: number): boolean => pairedPower(effect, pairs, alpha) >= power;
  const z = normalQuantile(1 - alpha / 2);
  const near = Math.ceil(((z + normalQuantile(power)) / effect) ** 2 + z ** 2 / 2);
  let pairs = Math.min(Math.max(near, 2), MOST_PAIRS);
  while (pairs > 2 && enough(pairs - 1)) pairs--;
  while (!enough(pairs)) {
    if (pairs === MOST_PAIRS) return undefined;
    pairs++;
  }
  return pairs;
}

/** The smallest effect that so many pairs find; 0 where chance alone, alpha, is as much as is asked for. */
export function detectableEffect(pairs: number, { alpha, power }: Demands = USUAL): number {
  if (power <= alpha) return 0;
  let high = 1;
  while (pairedPower(high, pairs, alpha) < power) high *= 2;
  let low = 0;
  for (let middle = high / 2; high - low > 1e-12 * high; middle = (low + high) / 2) {
    if (pairedPower(middle, pairs, alpha) < power) low = middle;
    else high = middle;
  }
  return high;
}
