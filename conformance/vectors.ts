import { type Batch, zeros } from '../core/batch.js';
import { createRng } from '../core/random/rng.js';

/** Normal directions, one a row, the same for a shape. */
export function directions(rows: number, cols: number): Batch {
  const v = zeros(rows, cols);
  const rng = createRng(17);
  for (let k = 0; k < v.data.length; k++) v.data[k] = rng.normal();
  return v;
}

/** (N, 1): the inner products of the rows. */
export function dots(u: Batch, v: Batch): Batch {
  const out = zeros(u.rows, 1);
  for (let k = 0; k < u.data.length; k++) out.data[Math.floor(k / u.cols)] += u.data[k] * v.data[k];
  return out;
}

/** The largest magnitude. */
export function largestOf(data: Float64Array): number {
  return data.reduce((largest, x) => Math.max(largest, Math.abs(x)), 0);
}
