import { type Batch, row, zeros } from '../../batch.js';
import { normalQuantiles } from '../../random/bulk-random.js';
import type { Rng } from '../../random/rng.js';
import { type Distribution, gaussian } from './distributions.js';
import { type Design, placeOf } from './sampling.js';

/** Standard noise for a whole batch: S draws for each of N samples, of sample i the rows i S, ..., i S + S - 1. */
export interface Noise {
  /** (N S, m): independent coordinates Z. */
  readonly z: Batch;
  /** (N S, m): nu'(Z). The array of z where they are equal. */
  readonly score: Batch;
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
    ...{ z, score },
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
  const m = y.cols;
  const samples = rows / y.rows;
  const yi = row(y, i);
  for (let s = 0, k = i * samples * m; s < samples; s++) {
    for (let j = 0; j < m; j++, k++) costs[k] = yi[j] + sigma * data[k];
  }
}
