import { type JSONSchemaType } from 'ajv';
import { type Batch, row, zeros } from '../batch.js';

/** How far a solution w is from a target t; both of `outputs(m)` entries. */
export type DistanceName = 'hamming' | 'squared';

/** The parameter `distance` of a loss, without its default. */
export const distanceSchema = {
  type: 'string',
  enum: ['hamming', 'squared'],
  description: 'of the solution from the target: hamming, sum of w (1 - t) + (1 - w) t; or squared, 1/2 |w - t|^2',
} as const;

/** A target that is a solution, or a mixture of some. */
export const solutionSchema: JSONSchemaType<number[]> = { type: 'array', items: { type: 'number' }, minItems: 1 };

/**
 * One entry's part of a distance, and its derivative in w.
 *
 *     hamming:  d = w (1 - t) + (1 - w) t    d' = 1 - 2 t    the cells of which just one has (w, t in {0, 1}); linear in w
 *     squared:  d = 1/2 (w - t)^2            d' = w - t      half of that; 0, with its derivative, where w = t
 */
const entries = {
  hamming: { value: (w: number, t: number) => w * (1 - t) + (1 - w) * t, derivative: (_w: number, t: number) => 1 - 2 * t },
  squared: { value: (w: number, t: number) => 0.5 * (w - t) ** 2, derivative: (w: number, t: number) => w - t },
} as const;

/** (R): the distance of each row of w (R, k) from its target, the sum over entries. Each target has R / N rows, one after another. */
export function solutionDistances(name: DistanceName, w: Batch, targets: readonly ArrayLike<number>[]): Float64Array {
  const { value } = entries[name];
  const each = w.rows / targets.length;
  return Float64Array.from({ length: w.rows }, (_, r) => {
    const t = targets[Math.floor(r / each)]!;
    return row(w, r).reduce((sum, wj, j) => sum + value(wj, t[j]!), 0);
  });
}

/** (R, k): the derivative of each row's distance in w. */
export function solutionDistanceGradients(name: DistanceName, w: Batch, targets: readonly ArrayLike<number>[]): Batch {
  const { derivative } = entries[name];
  const each = w.rows / targets.length;
  const out = zeros(w.rows, w.cols);
  for (let r = 0, k = 0; r < w.rows; r++) {
    const t = targets[Math.floor(r / each)]!;
    for (let j = 0; j < w.cols; j++, k++) out.data[k] = derivative(w.data[k]!, t[j]!);
  }
  return out;
}
