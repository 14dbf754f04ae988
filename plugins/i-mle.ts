import {
  costSign,
  designOf,
  type DistanceName,
  distanceSchema,
  type DistributionName,
  distributionNames,
  distributions,
  drawNoise,
  meanOfDraws,
  perturb,
  perturbationSchema,
  sampleWithinNoise,
  solutionDistanceGradients,
  solutionDistances,
  solutionSchema,
  solutionTargets,
  topK,
} from '../core/algorithm-losses/index.js';
import { algorithmSchema, type Batch, defineLoss, parameters, type Rng, zeros } from '../core/index.js';
import { leastMove, move } from './i-mle/moves.js';
import { drawSumOfGamma } from './i-mle/sum-of-gamma.js';

interface Params {
  samples: number;
  sigma: number;
  distribution: 'sum-of-gamma' | DistributionName;
  k: number;
  terms: number;
  lambda: number;
  adaptive: number;
  distance: DistanceName;
}

/**
 * Implicit maximum likelihood estimation: the mean distance d of solutions of perturbed costs, and as gradient how they
 * differ from solutions of a target distribution, whose costs are moved the way that makes the distance cost something,
 * under the same noise.
 *
 *     value    = mean_s d(w_s, t)               w_s  = w(y - sigma Z_s)
 *     gradient = mean_s (w'_s - w_s) / lambda   w'_s = w(y - sigma Z_s + lambda d'(w_s, t))
 *
 * and for scores that are maximised y + sigma Z_s, - lambda and - (w'_s - w_s). It is blackbox differentiation under
 * noise: that itself as sigma goes to 0, and as lambda goes to 0, for the Hamming distance, the derivative of the mean
 * value. The published gradient is not divided by lambda.
 *
 * Z is sum-of-Gamma noise of `terms` terms for solutions whose sum is k (0: the sum of the target's), or any other.
 * Where `adaptive` is above 0, lambda is the least of 16 values, lambda / 2^15 to lambda in units of |y - sigma Z| /
 * |d'|, for which that share of those draws changes that change for the largest: chosen for each sample by itself, so
 * that nothing is remembered between steps. Two solutions a draw, adaptive six.
 */
export default defineLoss({
  name: 'i-mle',
  title: 'Implicit maximum likelihood estimation (I-MLE)',
  source:
    'Niepert et al., Implicit MLE: Backpropagating Through Discrete Exponential Family Distributions, NeurIPS 2021; ' +
    'adaptive after Minervini et al., Adaptive Perturbation-Based Gradient Estimation for Discrete Latent Variable Models, AAAI 2023',
  params: parameters({
    algorithm: algorithmSchema(topK),
    samples: perturbationSchema.properties.samples,
    sigma: perturbationSchema.properties.sigma,
    distribution: {
      type: 'string',
      enum: ['sum-of-gamma', ...distributionNames],
      default: 'sum-of-gamma',
      description: 'of the noise',
    },
    k: {
      type: 'integer',
      minimum: 0,
      maximum: 1_000_000,
      default: 0,
      description: 'of sum-of-gamma noise: the sum of a solution; 0: of the target',
    },
    terms: { type: 'integer', minimum: 1, maximum: 1000, default: 10, description: 'of sum-of-gamma noise' },
    lambda: {
      type: 'number',
      exclusiveMinimum: 0,
      default: 1,
      description: 'how far costs are moved; larger is smoother',
    },
    adaptive: {
      type: 'number',
      minimum: 0,
      maximum: 1,
      default: 0,
      description: 'share of the draws that are to change; 0: lambda as it is',
    },
    distance: { ...distanceSchema, default: 'hamming' },
  }),
  target: solutionSchema,
  capabilities: { gradient: 'surrogate', hessian: 'none', nonnegative: true, deterministic: false },

  create(params) {
    const { algorithm, samples, sigma, lambda, adaptive, distance } = params;
    const sign = costSign(algorithm);
    return {
      ...solutionTargets(algorithm, distance),
      evaluate(y, targets, rng) {
        const costs = zeros(y.rows * samples, y.cols);
        perturb(y, draw(params, rng, y, targets), -sign * sigma, costs.data);
        const { w } = algorithm.solveBatch(costs);
        return {
          value: meanOfDraws(solutionDistances(distance, w, targets), y.rows),
          gradient() {
            const slope = solutionDistanceGradients(distance, w, targets);
            for (let k = 0; k < slope.data.length; k++) slope.data[k] *= sign;
            const draws = { algorithm, samples, costs, slope, w };
            const { after, moves } = adaptive > 0
              ? leastMove(draws, lambda, adaptive)
              : move(draws, new Float64Array(y.rows).fill(lambda));
            const g = zeros(y.rows, y.cols);
            for (let r = 0, k = 0; r < w.rows; r++) {
              const i = Math.floor(r / samples);
              for (let j = i * y.cols; j < (i + 1) * y.cols; j++, k++) {
                g.data[j] += (sign * (after.data[k] - w.data[k])) / (samples * moves[i]);
              }
            }
            return g;
          },
        };
      },
    };
  },

  sample: ({ algorithm, sigma }, rng, rows, m) => sampleWithinNoise(algorithm, rng, rows, sigma, m),
});

function draw(
  { samples, distribution, k, terms }: Params,
  rng: Rng,
  y: Batch,
  targets: readonly number[][],
): { z: Batch } {
  if (distribution !== 'sum-of-gamma') {
    return drawNoise(rng, y.rows, y.cols, distributions[distribution], designOf('plain', samples));
  }
  const sizes = targets.map((t) => Math.max(1, k || t.reduce((sum, tj) => sum + tj, 0)));
  return { z: drawSumOfGamma(rng, sizes, samples, y.cols, terms) };
}
