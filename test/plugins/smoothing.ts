import { type Batch, row } from '../../core/batch.js';
import { normalCdf } from '../../core/random/normal.js';
import { type DistributionName, distributions } from '../../core/algorithm-losses/noise/distributions.js';

const EULER = 0.5772156649015329;

/** P(Z <= z) as textbooks have it. */
const cdf: Record<DistributionName, (z: number) => number> = {
  gaussian: normalCdf,
  gumbel: (z) => Math.exp(-Math.exp(-(z + EULER))),
  logistic: (z) => 1 / (1 + Math.exp(-z)),
  cauchy: (z) => 0.5 + Math.atan(z) / Math.PI,
  laplace: (z) => (z < 0 ? Math.exp(z) / 2 : 1 - Math.exp(-z) / 2),
  triangular: (z) => (z <= -1 ? 0 : z < 0 ? (1 + z) ** 2 / 2 : z < 1 ? 1 - (1 - z) ** 2 / 2 : 1),
};

/** P(Z_1 - Z_0 > delta) for two independent draws: the mean over Z_0 of 1 - P(Z_1 <= Z_0 + delta), by midpoints. */
export function differenceTail(name: DistributionName, delta: number): number {
  const n = 20_000;
  let sum = 0;
  for (let k = 0; k < n; k++) sum += (1 - cdf[name](distributions[name].quantile((k + 0.5) / n) + delta)) / n;
  return sum;
}

/** The mean of values, and its standard error. */
export function meanAndError(values: Float64Array): { mean: number; error: number } {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length;
  return { mean, error: Math.sqrt(variance / values.length) };
}

/** Entry k of every row. */
export function entry(batch: Batch, k: number): Float64Array {
  return Float64Array.from({ length: batch.rows }, (_, i) => row(batch, i)[k]);
}
