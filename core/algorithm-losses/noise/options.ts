import type { CheckedAlgorithm } from '../../algorithms/algorithm.js';
import { type Batch, row } from '../../batch.js';
import type { Rng } from '../../random/rng.js';
import { distributionNames } from './distributions.js';
import { samplingNames } from './noise.js';

/** The parameters that every loss with noise on its outputs takes. */
export const perturbationSchema = {
  properties: {
    samples: {
      type: 'integer',
      minimum: 1,
      maximum: 1_000_000,
      default: 10,
      description: 'draws of noise for each sample, S',
    },
    sigma: {
      type: 'number',
      exclusiveMinimum: 0,
      default: 0.1,
      description: 'what the standard noise is multiplied by, in units of the outputs',
    },
    distribution: {
      type: 'string',
      enum: distributionNames,
      default: 'gaussian',
      description: 'of each coordinate of the noise',
    },
    sampling: {
      type: 'string',
      enum: samplingNames,
      default: 'plain',
      description: 'independent, in mirrored pairs, or Latin hypercubes',
    },
  },
} as const;

/**
 * Typical outputs and targets for noise of size sigma: an algorithm's own, multiplied so that they spread as far as the
 * noise, and solutions under such noise.
 */
export function sampleWithinNoise(
  algorithm: CheckedAlgorithm,
  rng: Rng,
  rows: number,
  sigma: number,
  m?: number,
): { y: Batch; targets: number[][] } {
  const typical = algorithm.plugin.sample(algorithm.params, rng, rows, m);
  const n = typical.data.length;
  const mean = typical.data.reduce((sum, x) => sum + x / n, 0);
  const deviation = Math.sqrt(typical.data.reduce((sum, x) => sum + (x - mean) ** 2 / n, 0)) || 1;
  const y = { ...typical, data: typical.data.map((x) => (sigma * x) / deviation) };
  const { w } = algorithm.solveBatch({ ...y, data: y.data.map((x) => x + sigma * rng.normal()) });
  return { y, targets: Array.from({ length: rows }, (_, i) => [...row(w, i)]) };
}
