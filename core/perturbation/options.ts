import { type Batch } from '../batch.js';
import { type DistributionName, distributionNames } from './distributions.js';
import { type Sampling, samplingNames } from './sampling.js';

/** What every loss with noise on its outputs takes. */
export interface PerturbationParams {
  samples: number;
  sigma: number;
  distribution: DistributionName;
  sampling: Sampling;
}

/** Their schemas, for `properties`, and their names, for `required`. */
export const perturbationSchema = {
  properties: {
    samples: { type: 'integer', minimum: 1, default: 10, description: 'draws of noise for each sample, S' },
    sigma: { type: 'number', exclusiveMinimum: 0, default: 0.1, description: 'what the standard noise is multiplied by, in units of the outputs' },
    distribution: { type: 'string', enum: distributionNames, default: 'gaussian', description: 'of each coordinate of the noise' },
    sampling: { type: 'string', enum: samplingNames, default: 'plain', description: 'independent, in mirrored pairs, or Latin hypercubes' },
  },
  required: ['samples', 'sigma', 'distribution', 'sampling'],
} as const;

/** Typical outputs for noise of size sigma: those of an algorithm, multiplied so that they spread over 2 sigma (standard deviation). */
export function withinNoise<Target>({ y, targets }: { y: Batch; targets: Target[] }, sigma: number): { y: Batch; targets: Target[] } {
  const mean = y.data.reduce((sum, x) => sum + x, 0) / y.data.length;
  const variance = y.data.reduce((sum, x) => sum + (x - mean) ** 2, 0) / y.data.length;
  const factor = variance > 0 ? (3 * sigma) / Math.sqrt(variance) : sigma;
  return { y: { ...y, data: y.data.map((x) => factor * x) }, targets };
}
