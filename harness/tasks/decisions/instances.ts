import type { ParametersOf } from '../../../core/parameters.js';
import { createRng, type Rng } from '../../../core/random/rng.js';
import type { Split } from '../task.js';

const count = { type: 'integer', minimum: 1, maximum: 1_000_000 } as const;

/** What costs of decisions are drawn by, and how many: parameters of tasks. */
export const instanceParameters = {
  features: { ...count, maximum: 10_000, default: 5, description: 'numbers that the network sees of a sample' },
  degree: { ...count, maximum: 16, default: 6, description: 'of the polynomial that costs are of features' },
  noise: {
    type: 'number',
    minimum: 0,
    maximum: 1,
    default: 0.5,
    description: 'half the width of the uniform noise that costs are multiplied by',
  },
  supervision: {
    type: 'string',
    enum: ['solution', 'costs'],
    default: 'solution',
    description: 'what the loss gets: the best decision or the true costs',
  },
  train: { ...count, default: 1000, description: 'samples to learn from' },
  validation: { ...count, default: 1000, description: 'samples held out' },
  test: { ...count, default: 1000, description: 'samples held out' },
  dataSeed: {
    type: 'integer',
    default: 0,
    minimum: Number.MIN_SAFE_INTEGER,
    maximum: Number.MAX_SAFE_INTEGER,
    description: 'another one, another set; that of a run has no part in it',
  },
} as const;

export type InstanceParams = ParametersOf<typeof instanceParameters>;

/** JSON schema of a target. */
export const decisionTarget = {
  type: 'array',
  items: { type: 'number' },
  description: 'the best decision, or the true costs',
} as const;

/** Samples that were drawn. */
export interface Instances {
  readonly count: number;
  /** (count, p), float32 as networks see them. */
  readonly features: Float32Array;
  /** (count, m). */
  readonly costs: Float64Array;
}

const streams = { matrix: 0, train: 1, validation: 2, test: 3, algorithm: 4 };

/** The stream that what an algorithm is of, such as weights, is drawn from. */
export function algorithmStream(dataSeed: number): Rng {
  return createRng(dataSeed).split(streams.algorithm);
}

/**
 * Samples of a split, m costs each of p features: with x ~ N(0, I) and one matrix B (m, p) of zeros and ones, as likely
 * each, of all splits,
 *
 *     c_j = (((B x)_j / sqrt(p) + 3)^degree / 3.5^degree + 1) e_j       e_j uniform on [1 - noise, 1 + noise]
 *
 * A sample is a function of seed, split and its index alone. Source: Elmachtoub and Grigas, Smart "Predict, then
 * Optimize", Management Science 68, 2022, section 6.1; scaled as in Tang and Khalil, PyEPO, 2024.
 */
export function drawInstances(params: InstanceParams, m: number, split: Split | 'train'): Instances {
  const { features: p, degree, noise, dataSeed, [split]: count } = params;
  const B = costMatrix(params, m);
  const rng = createRng(dataSeed).split(streams[split]);
  const features = new Float32Array(count * p);
  const costs = new Float64Array(count * m);
  for (let i = 0; i < count; i++) {
    const draws = rng.split(i);
    for (let k = 0; k < p; k++) features[i * p + k] = draws.normal();
    for (let j = 0; j < m; j++) {
      let sum = 0;
      for (let k = 0; k < p; k++) sum += B[j * p + k] * features[i * p + k];
      const polynomial = ((sum / Math.sqrt(p) + 3) / 3.5) ** degree + 1;
      costs[i * m + j] = polynomial * (1 + noise * (2 * draws.uniform() - 1));
    }
  }
  return { count, features, costs };
}

/** B (m, p). */
export function costMatrix({ features, dataSeed }: InstanceParams, m: number): Uint8Array {
  const rng = createRng(dataSeed).split(streams.matrix);
  return Uint8Array.from({ length: m * features }, () => Number(rng.uniform() < 0.5));
}
