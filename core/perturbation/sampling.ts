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
    const draws = new Float64Array(2 * block * m);
    for (let s = 0; s < samples; s += block) {
      const n = Math.min(block, samples - s);
      rng.uniforms(draws.subarray(0, 2 * n * m));
      placeInHypercube(draws, n, m, u, from + s * m, order);
    }
    return;
  }
  const drawn = sampling === 'antithetic' ? Math.ceil(samples / 2) : samples;
  const own = u.subarray(from, from + samples * m);
  rng.uniforms(own.subarray(0, drawn * m));
  if (sampling === 'antithetic') insertMirrors(own, samples, m);
  for (let k = 0; k < own.length; k++) own[k] = within(own[k]!);
}

/** Spreads the draws of u (S, m), which fill the first half of it, over the even rows; each odd row is the mirror of the one before. */
function insertMirrors(u: Float64Array, samples: number, m: number): void {
  for (let s = samples - 1; s > 0; s--) {
    const draw = (s >> 1) * m;
    if (s % 2 === 0) u.copyWithin(s * m, draw, draw + m);
    else for (let j = 0; j < m; j++) u[s * m + j] = 1 - u[draw + j]!;
  }
}

/**
 * u_sj = (order_j(s) + uniform) / n with a uniform permutation for each coordinate j (Fisher-Yates from the front): 2 n draws for each, first
 * those of the permutation.
 */
function placeInHypercube(draws: Float64Array, n: number, m: number, u: Float64Array, from: number, order: Int32Array): void {
  for (let j = 0, d = 0; j < m; j++) {
    for (let s = 0; s < n; s++, d++) {
      const k = Math.floor(draws[d]! * (s + 1));
      order[s] = order[k]!;
      order[k] = s;
    }
    for (let s = 0; s < n; s++, d++) u[from + s * m + j] = within((order[s]! + draws[d]!) / n);
  }
}

function within(u: number): number {
  return u < LEAST ? LEAST : u > MOST ? MOST : u;
}
