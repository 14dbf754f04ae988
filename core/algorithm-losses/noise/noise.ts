import { type Batch, row, zeros } from '../../batch.js';
import { normalQuantiles, perturbRows } from '../../random/bulk-random.js';
import { LossError } from '../../errors.js';
import type { Rng } from '../../random/rng.js';
import { type Distribution, gaussian } from './distributions.js';

/** Standard noise for a whole batch: S draws for each of N samples, of sample i the rows i S, ..., i S + S - 1. */
export interface Noise {
  /** (N S, m): independent coordinates Z. */
  readonly z: Batch;
  /** (N S, m): nu'(Z). The array of z where they are equal. */
  readonly score: Batch;
  /** Whether draw s of a sample is minus draw s - 1, and its score too, for s = 1, 3, ... */
  readonly mirrored: boolean;
}

/** Noise that is drawn a sample at a time: 0 until then. */
export interface NoiseToDraw extends Noise {
  /** Draws that of sample i, once. O(S m). */
  draw(i: number): void;
}

/** Noise for N samples of m coordinates, that of sample i from `rng.split(i)`. */
export function noiseToDraw(rng: Rng, N: number, m: number, distribution: Distribution, design: Design): NoiseToDraw {
  const z = zeros(N * design.samples, m);
  const score = distribution === gaussian ? z : zeros(z.rows, m);
  const place = placeOf(design, m);
  const size = design.samples * m;
  return {
    ...{ z, score, mirrored: design.sampling === 'antithetic' && distribution.symmetric },
    draw(i) {
      const own = z.data.subarray(i * size, (i + 1) * size);
      place(rng.split(i), own);
      if (distribution === gaussian) normalQuantiles(own, own);
      else transform(own, score.data.subarray(i * size, (i + 1) * size), distribution);
    },
  };
}

/** The same, all drawn. O(N S m). */
export function drawNoise(rng: Rng, N: number, m: number, distribution: Distribution, design: Design): Noise {
  const noise = noiseToDraw(rng, N, m, distribution, design);
  for (let i = 0; i < N; i++) noise.draw(i);
  return noise;
}

/** Uniforms to noise, and its scores. */
function transform(z: Float64Array, score: Float64Array, distribution: Distribution): void {
  for (let k = 0; k < z.length; k++) {
    z[k] = distribution.quantile(z[k]);
    score[k] = distribution.score(z[k]);
  }
}

/** Writes y + sigma Z into `costs`, (N S, m) from its start. */
export function perturb(y: Batch, { z }: Pick<Noise, 'z'>, sigma: number, costs: Float64Array): void {
  for (let i = 0; i < y.rows; i++) perturbSample(y, z, sigma, i, costs);
}

/** The rows of sample i of it. */
export function perturbSample(y: Batch, { rows, data }: Batch, sigma: number, i: number, costs: Float64Array): void {
  const size = (rows / y.rows) * y.cols;
  const [from, to] = [i * size, (i + 1) * size];
  perturbRows(row(y, i), data.subarray(from, to), sigma, costs.subarray(from, to));
}

/**
 * How the S draws of a sample are placed: `plain`, independent; `antithetic`, in pairs u and 1 - u, the last alone
 * where S is odd; `latin`, Latin hypercubes: in each coordinate one draw in each of n equal parts of (0, 1), at random
 * within it and in random order.
 */
export const samplingNames = ['plain', 'antithetic', 'latin'] as const;
export type Sampling = (typeof samplingNames)[number];

/**
 * The S draws of a sample. Each has the right distribution, and draws of different blocks are independent: draws 0 to
 * block - 1, the next `block` of them, and so on, the last block maybe shorter.
 */
export interface Design {
  readonly sampling: Sampling;
  readonly samples: number;
  readonly block: number;
}

/** Blocks as large as they can be. */
export function designOf(sampling: Sampling, samples: number): Design {
  const block = { plain: 1, antithetic: 2, latin: samples }[sampling];
  return { sampling, samples, block: Math.min(block, samples) };
}

/**
 * At least two blocks, for what each draw compares itself with: a Latin hypercube is halved. PARAMS where there are too
 * few samples.
 */
export function blockedDesign(name: string, sampling: Sampling, samples: number): Design {
  const design = designOf(sampling, samples);
  const block = sampling === 'latin' ? Math.ceil(samples / 2) : design.block;
  if (samples > block) return { ...design, block };
  const least = sampling === 'antithetic' ? 3 : 2;
  throw new LossError(
    'PARAMS',
    `${name}: params/samples should be at least ${least}, so that some are independent of others, got ${samples}`,
  );
}

/** Uniforms stay this far from 0 and 1, where quantiles are infinite; rounding could take them there. */
const LEAST = 2 ** -54;
const MOST = 1 - 2 ** -53;

/** Fills u (S, m) with the draws of one sample from its stream. */
export type Place = (rng: Rng, u: Float64Array) => void;

/** How samples of m coordinates are drawn. */
export function placeOf(design: Design, m: number): Place {
  return { plain: independently, antithetic: inPairs, latin: inHypercubes }[design.sampling](m, design);
}

function independently(): Place {
  return (rng, u) => rng.uniforms(u);
}

/**
 * The first half of the rows is drawn, and moved to every other row from the last on. Each u is rounded so that u and 1
 * - u are both exact: quantiles of symmetric distributions then differ in sign alone.
 */
function inPairs(m: number, { samples }: Design): Place {
  const half = Math.ceil(samples / 2);
  return (rng, u) => {
    rng.uniforms(u.subarray(0, half * m));
    for (let h = half - 1; h >= 0; h--) {
      u.copyWithin(2 * h * m, h * m, (h + 1) * m);
      for (let k = 2 * h * m; k < (2 * h + 1) * m && k + m < u.length; k++) {
        u[k + m] = within(1 - u[k]);
        u[k] = 1 - u[k + m];
      }
    }
  };
}

/**
 * u_sj = (order_j(s) + uniform) / n in each block of n draws, with a uniform permutation for each coordinate j
 * (Fisher-Yates from the front).
 */
function inHypercubes(m: number, { block }: Design): Place {
  const order = new Int32Array(block);
  const choices = new Float64Array(block * m);
  return (rng, u) => {
    rng.uniforms(u);
    for (let from = 0; from < u.length; from += block * m) {
      const n = Math.min(block, (u.length - from) / m);
      rng.uniforms(choices);
      for (let j = 0; j < m; j++) {
        for (let s = 0; s < n; s++) {
          const k = Math.floor((s + 1) * choices[s * m + j]);
          order[s] = order[k];
          order[k] = s;
        }
        for (let s = 0, k = from + j; s < n; s++, k += m) u[k] = within((order[s] + u[k]) / n);
      }
    }
  };
}

function within(u: number): number {
  return u < LEAST ? LEAST : u > MOST ? MOST : u;
}
