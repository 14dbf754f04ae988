import type { Noise } from '../../core/algorithm-losses/index.js';
import { type Batch, lowRank, row, zeros } from '../../core/index.js';

/** (N S, m): the factors f = exp(sigma Z - sigma^2 / 2) of Gaussian noise, of mean 1. */
export function noiseFactors({ z }: Noise, sigma: number): Batch {
  return { ...z, data: z.data.map((zk) => Math.exp(sigma * zk - 0.5 * sigma * sigma)) };
}

/** Writes y f into `out`, (N S, m) from its start, for y (N, m) and f (N S, m). */
export function multiplyDraws(y: Batch, f: Batch, out: Float64Array): void {
  const samples = f.rows / y.rows;
  for (let i = 0, k = 0; i < y.rows; i++) {
    for (let s = 0; s < samples; s++) {
      for (let j = i * y.cols; j < (i + 1) * y.cols; j++, k++) out[k] = y.data[j] * f.data[k];
    }
  }
}

/**
 * (N, m m): an estimate of the derivative in y of E f u(y f) for Gaussian noise and factors f = exp(sigma Z - sigma^2 /
 * 2), given f_s u_s of S draws for each sample, symmetrised.
 *
 *     d/dy_k E f_j u_j = E f_j u_j (Z_k / sigma - [j = k]) / y_k
 *
 * For v = log |y| + sigma Z is Gaussian, E h(v) has the derivative E h Z_k / sigma in log y_k, and f_j u_j is a
 * function of v over y_j. Of mean 0 for a u that does not depend on the noise: a control variate may be subtracted from
 * u. Columns where y is 0, beside the largest of the sample, are 0.
 */
export function multiplicativeJacobian(fu: Batch, { z }: Noise, y: Batch, sigma: number): Batch {
  const samples = z.rows / y.rows;
  const inverse = inverseOf(y);
  const right = zeros(z.rows, z.cols);
  multiplyDraws(inverse, z, right.data);
  const blocks = lowRank({
    rank: samples,
    weights: new Float64Array(z.rows).fill(1 / (samples * sigma)),
    left: fu,
    right,
  }).blocks();
  multiplyDraws(inverse, fu, right.data);
  for (let r = 0, k = 0; r < z.rows; r++) {
    const J = row(blocks, Math.floor(r / samples));
    for (let h = 0; h < J.length; h += z.cols + 1, k++) J[h] -= right.data[k] / samples;
  }
  return blocks;
}

/** (N, m): 1 / y, or 0. */
function inverseOf(y: Batch): Batch {
  const out = zeros(y.rows, y.cols);
  for (let i = 0; i < y.rows; i++) {
    const largest = row(y, i).reduce((max, yj) => Math.max(max, Math.abs(yj)), 0);
    row(y, i).forEach((yj, j) => (row(out, i)[j] = Math.abs(yj) > 1e-8 * largest ? 1 / yj : 0));
  }
  return out;
}
