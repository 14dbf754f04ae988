import { type Batch, zeros } from '../../batch.js';
import { lowRank, once } from '../../matrices.js';
import type { Evaluation } from '../../loss.js';
import { type Distribution, gaussian } from './distributions.js';
import type { Noise } from './noise.js';

/** (N): the mean of each sample's S draws f (N S). */
export function meanOfDraws(f: Float64Array, N: number): Float64Array {
  const samples = f.length / N;
  const out = new Float64Array(N);
  for (let r = 0; r < f.length; r++) out[Math.floor(r / samples)] += f[r] / samples;
  return out;
}

/** (N, m): the sum over draws of weights_s nu'(Z_s), with weights (N S). */
export function weightedScores({ score }: Noise, weights: Float64Array, N: number): Batch {
  const m = score.cols;
  const samples = score.rows / N;
  const out = zeros(N, m);
  for (let i = 0, r = 0; i < N; i++) {
    for (let s = 0; s < samples; s++, r++) {
      const weight = weights[r];
      if (weight === 0) continue;
      for (let j = i * m, k = r * m; j < (i + 1) * m; j++, k++) out.data[j] += weight * score.data[k];
    }
  }
  return out;
}

/**
 * Adds the Hessian, by S products for each sample and a diagonal, that for Gaussian noise, where nu'' = 1, is a
 * multiple of I:
 *
 *     H_i = sum over draws of weights_s (nu'(Z_s) nu'(Z_s)^T - diag nu''(Z_s))
 */
export function withHermiteHessian(
  evaluation: Evaluation,
  noise: Noise,
  weights: Float64Array,
  distribution: Distribution,
): Evaluation {
  const N = evaluation.value.length;
  const products = { rank: weights.length / N, weights, left: noise.score, right: noise.score };
  const hessian = once(() =>
    lowRank(
      distribution === gaussian
        ? { ...products, shift: minusSums(weights, N) }
        : { ...products, diagonal: minusSlopes(noise.z, weights, N, distribution.scoreSlope!) },
    )
  );
  return { ...evaluation, hessian };
}

function minusSums(weights: Float64Array, N: number): Float64Array {
  const samples = weights.length / N;
  return meanOfDraws(weights, N).map((mean) => -samples * mean);
}

function minusSlopes(z: Batch, weights: Float64Array, N: number, slope: (z: number) => number): Batch {
  const m = z.cols;
  const samples = z.rows / N;
  const out = zeros(N, m);
  for (let r = 0, k = 0; r < z.rows; r++) {
    for (let j = Math.floor(r / samples) * m, end = j + m; j < end; j++, k++) {
      out.data[j] -= weights[r] * slope(z.data[k]);
    }
  }
  return out;
}
