import { type Batch, row, zeros } from '../batch.js';
import { normalQuantiles } from '../numerics/bulk-random.js';
import { type Rng } from '../rng.js';
import { type Distribution, gaussian } from './distributions.js';
import { type Design, drawUniforms } from './sampling.js';

/** Standard noise for a whole batch: S draws for each of N samples, of sample i the rows i S, ..., i S + S - 1. */
export interface Noise {
  /** (N S, m): independent coordinates Z. */
  readonly z: Batch;
  /** (N S, m): nu'(Z). The array of z where they are equal. */
  readonly score: Batch;
}

/** Draws noise for N samples of m coordinates, that of sample i from `rng.split(i)`. O(N S m). */
export function drawNoise(rng: Rng, N: number, m: number, distribution: Distribution, design: Design): Noise {
  const data = drawUniforms(rng, N, m, design);
  const z = { rows: N * design.samples, cols: m, data };
  if (distribution === gaussian) {
    normalQuantiles(data, data);
    return { z, score: z };
  }
  const score = zeros(z.rows, m);
  for (let k = 0; k < data.length; k++) {
    data[k] = distribution.quantile(data[k]!);
    score.data[k] = distribution.score(data[k]!);
  }
  return { z, score };
}

/** Writes y + sigma Z into `costs`, (N S, m) from its start. */
export function perturb(y: Batch, { z }: Pick<Noise, 'z'>, sigma: number, costs: Float64Array): void {
  const m = y.cols;
  const samples = z.rows / y.rows;
  const { data } = z;
  for (let i = 0, k = 0; i < y.rows; i++) {
    const yi = row(y, i);
    for (let s = 0; s < samples; s++) for (let j = 0; j < m; j++, k++) costs[k] = yi[j]! + sigma * data[k]!;
  }
}
