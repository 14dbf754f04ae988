import { type Batch, zeros } from '../batch.js';
import { LossError } from '../errors.js';

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
 * The distance d of the solution in `w`, from `from` on, from t, and its derivative in one entry.
 *
 *     hamming:  d = sum of w (1 - t) + (1 - w) t    d' = 1 - 2 t    the cells of which just one has (w, t in {0, 1}); linear in w
 *     squared:  d = 1/2 |w - t|^2                   d' = w - t      half of that; 0, with its derivative, where w = t
 *
 * For solutions beyond [0, 1], ranks or those of programs with larger bounds, the first would be negative where w
 * overshoots t: they are UNSUPPORTED. Those that leave [0, 1] by no more than the tolerance of a solver count as at its
 * end.
 */
const distances = {
  hamming: { value: hamming, derivative: (_w: number, t: number) => 1 - 2 * t },
  squared: { value: halfSquared, derivative: (w: number, t: number) => w - t },
} as const;

/** By how much solvers may break the bounds of a solution: ten times what HiGHS may. */
const TOLERANCE = 1e-6;

function hamming(w: Float64Array, from: number, t: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < t.length; j++) {
    let wj = w[from + j];
    if (wj < 0 || wj > 1) wj = toUnit(wj, j);
    sum += wj * (1 - t[j]) + (1 - wj) * t[j];
  }
  return sum;
}

function toUnit(wj: number, j: number): number {
  if (wj >= -TOLERANCE && wj <= 1 + TOLERANCE) return wj < 0 ? 0 : 1;
  throw new LossError(
    'UNSUPPORTED',
    `distance hamming: solutions should have entries in [0, 1] ('squared' takes any), got ${wj} at ${j}`,
  );
}

function halfSquared(w: Float64Array, from: number, t: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < t.length; j++) sum += (w[from + j] - t[j]) ** 2;
  return 0.5 * sum;
}

/**
 * (R): the distance of each row of w (R, k) from its target, at least 0 for targets that `solutionTargets` accepts.
 * Each target has R / N rows, one after another.
 */
export function solutionDistances(name: DistanceName, w: Batch, targets: readonly ArrayLike<number>[]): Float64Array {
  const { value } = distances[name];
  const each = w.rows / targets.length;
  const t = new Float64Array(w.cols);
  const out = new Float64Array(w.rows);
  for (let i = 0, r = 0; i < targets.length; i++) {
    t.set(targets[i]);
    for (let s = 0; s < each; s++, r++) out[r] = value(w.data, r * w.cols, t);
  }
  return out;
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
