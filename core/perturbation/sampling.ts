import { LossError } from '../errors.js';
import { type Rng } from '../rng.js';

/**
 * How the S draws of a sample are placed: `plain`, independent; `antithetic`, in pairs u and 1 - u, the last alone where S is odd; `latin`,
 * Latin hypercubes: in each coordinate one draw in each of n equal parts of (0, 1), at random within it and in random order.
 */
export const samplingNames = ['plain', 'antithetic', 'latin'] as const;
export type Sampling = (typeof samplingNames)[number];

/**
 * The S draws of a sample. Each has the right distribution, and draws of different blocks are independent: draws 0 to block - 1, the next
 * `block` of them, and so on, the last block maybe shorter.
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

/** At least two blocks, for what each draw compares itself with: a Latin hypercube is halved. PARAMS where there are too few samples. */
export function blockedDesign(name: string, sampling: Sampling, samples: number): Design {
  const design = designOf(sampling, samples);
  const block = sampling === 'latin' ? Math.ceil(samples / 2) : design.block;
  if (samples > block) return { ...design, block };
  const least = sampling === 'antithetic' ? 3 : 2;
  throw new LossError('PARAMS', `${name}: params/samples should be at least ${least}, so that some are independent of others, got ${samples}`);
}

/** Uniforms stay this far from 0 and 1, where quantiles are infinite; rounding could take them there. */
const LEAST = 2 ** -54;
const MOST = 1 - 2 ** -53;

/** Fills u (S, m), from `from` on, with uniforms of one sample's stream. */
export function drawUniforms(rng: Rng, { sampling, samples, block }: Design, m: number, u: Float64Array, from: number): void {
  if (sampling === 'latin') {
    const order = new Int32Array(block);
    for (let s = 0; s < samples; s += block) drawHypercube(rng, Math.min(block, samples - s), m, u, from + s * m, order);
    return;
  }
  const mirrored = sampling === 'antithetic';
  for (let s = 0, k = from; s < samples; s++) {
    const mirror = mirrored && s % 2 === 1;
    for (let j = 0; j < m; j++, k++) u[k] = within(mirror ? 1 - u[k - m]! : rng.uniform());
  }
}

/** u_sj = (order_j(s) + uniform) / n with a uniform permutation for each coordinate j (Fisher-Yates from the front). */
function drawHypercube(rng: Rng, n: number, m: number, u: Float64Array, from: number, order: Int32Array): void {
  for (let j = 0; j < m; j++) {
    for (let s = 0; s < n; s++) {
      const k = rng.integer(s + 1);
      order[s] = order[k]!;
      order[k] = s;
    }
    for (let s = 0; s < n; s++) u[from + s * m + j] = within((order[s]! + rng.uniform()) / n);
  }
}

function within(u: number): number {
  return u < LEAST ? LEAST : u > MOST ? MOST : u;
}
