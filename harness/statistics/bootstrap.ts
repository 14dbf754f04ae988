import { normalCdf, normalQuantile } from '../../core/random/normal.js';
import type { Rng } from '../../core/random/rng.js';
import { mean, quantile } from './moments.js';

/** As many that the ends of an interval move by a hundredth of its width from one seed to another. */
export const RESAMPLES = 10_000;

/** Below five values there are at most 35 different resamples: an interval of them says little but how few there are. */
export const LEAST_RESAMPLED = 5;

/** Both ends of what holds a number with the stated confidence. */
export type Interval = readonly [low: number, high: number];

/**
 * Bias-corrected and accelerated bootstrap interval of the mean (`bcaInterval`) from 10,000 resamples of `rng`: the
 * same stream gives the same interval. It takes nothing as normal, skew included, but is too narrow for few values:
 * for a nominal 95 %, ten normal ones are covered 89 % of the time, five 84 %.
 */
export function bootstrapInterval(values: readonly number[], rng: Rng, confidence = 0.95): Interval {
  const draws = new Float64Array(values.length);
  const means = Float64Array.from({ length: RESAMPLES }, () => {
    rng.uniforms(draws);
    return draws.reduce((sum, u) => sum + values[Math.floor(u * values.length)], 0) / values.length;
  });
  return bcaInterval(values, means, confidence);
}

/**
 * The interval from the means of resamples: their quantiles at
 *
 *     Phi(z0 + (z0 + z) / (1 - a (z0 + z))),    z = Phi^-1((1 -+ confidence) / 2),
 *     z0 = Phi^-1(share of the means below that of the values, equal ones by half),
 *     a = sum (m - m_i)^3 / (6 (sum (m - m_i)^2)^(3/2)),    m_i the mean without value i, m that of these
 *
 * (Efron, Better bootstrap confidence intervals, JASA 1987). Values must not all be the same.
 */
export function bcaInterval(values: readonly number[], means: Float64Array, confidence = 0.95): Interval {
  const sorted = Float64Array.from(means).sort();
  const z0 = normalQuantile(shareBelow(sorted, mean(values)));
  const a = acceleration(values);
  const end = (share: number): number => {
    const z = z0 + normalQuantile(share);
    return quantile(sorted, normalCdf(z0 + z / (1 - a * z)));
  };
  return [end((1 - confidence) / 2), end((1 + confidence) / 2)];
}

function shareBelow(sorted: Float64Array, centre: number): number {
  const largest = Math.max(Math.abs(sorted[0]), Math.abs(sorted[sorted.length - 1]));
  const rounding = 1e-12 * largest; // the values themselves in another order sum to another last bit
  let [below, equal] = [0, 0];
  for (const value of sorted) {
    if (Math.abs(value - centre) <= rounding) equal++;
    else if (value < centre) below++;
  }
  return (below + equal / 2) / sorted.length;
}

/** m - m_i = (v_i - v) / (n - 1), whose factor cancels. */
function acceleration(values: readonly number[]): number {
  const centre = mean(values);
  const sum = (power: number): number => values.reduce((all, value) => all + (value - centre) ** power, 0);
  return sum(3) / (6 * sum(2) ** 1.5);
}
