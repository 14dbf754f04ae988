import { type Batch, zeros } from '../batch.js';
import { hammingDistances } from './hamming.js';

/** How far a solution w is from a target t; both of `outputs(m)` entries. */
export type DistanceName = 'hamming' | 'squared';

/** The parameter `distance` of a loss, without its default. */
export const distanceSchema = {
  type: 'string',
  enum: ['hamming', 'squared'],
  description: 'of the solution from the target: hamming, sum of w (1 - t) + (1 - w) t, for w and t in [0, 1]; ' +
    'or squared, 1/2 |w - t|^2',
} as const;

/** A target that is a solution, or a mixture of some. */
export const solutionSchema = { type: 'array', items: { type: 'number' }, minItems: 1 } as const;

/**
 * The distances d of solutions w, rows of one array, from t, which are added to an array, and the derivative in one entry.
 *
 *     hamming:  d = sum of w (1 - t) + (1 - w) t    d' = 1 - 2 t    the cells of which just one has (w, t in {0, 1}); linear in w
 *     squared:  d = 1/2 |w - t|^2                   d' = w - t      half of that; 0, with its derivative, where w = t
 *
 * For solutions beyond [0, 1], ranks or those of programs with larger bounds, the first would be negative where w
 * overshoots t: they are UNSUPPORTED. Those that leave [0, 1] by no more than the tolerance of a solver count as at its
 * end.
 */
const distances = {
  hamming: { values: hammingDistances, derivative: (_w: number, t: number) => 1 - 2 * t },
  squared: { values: squaredDistances, derivative: (w: number, t: number) => w - t },
} as const;

/**
 * (R): the distance of each row of w (R, k) from its target, at least 0 for targets that `solutionTargets` accepts.
 * Each target has R / N rows, one after another.
 */
export function solutionDistances(name: DistanceName, w: Batch, targets: readonly ArrayLike<number>[]): Float64Array {
  const size = w.data.length / targets.length;
  const t = new Float64Array(w.cols);
  const out = new Float64Array(w.rows);
  targets.forEach((target, i) => {
    for (let j = 0; j < t.length; j++) t[j] = target[j]; // several times as fast as set, where targets are frozen
    const rows = w.data.subarray(i * size, (i + 1) * size);
    distances[name].values(rows, t, out.subarray(i * (size / w.cols)));
  });
  return out;
}

function squaredDistances(w: Float64Array, t: Float64Array, out: Float64Array): void {
  for (let from = 0, r = 0; from < w.length; from += t.length, r++) {
    for (let j = 0; j < t.length; j++) out[r] += 0.5 * (w[from + j] - t[j]) ** 2;
  }
}

/** (R, k): the derivative of each row's distance in w. */
export function solutionDistanceGradients(name: DistanceName, w: Batch, targets: readonly ArrayLike<number>[]): Batch {
  const { derivative } = distances[name];
  const each = w.rows / targets.length;
  const out = zeros(w.rows, w.cols);
  for (let r = 0, k = 0; r < w.rows; r++) {
    const t = targets[Math.floor(r / each)];
    for (let j = 0; j < w.cols; j++, k++) out.data[k] = derivative(w.data[k], t[j]);
  }
  return out;
}
