import { type Batch, zeros } from '../batch.js';
import { checkBatch } from '../validation.js';
import type { Evaluation } from '../loss.js';
import { type NewtonOptions, type ResolvedOptions, resolveOptions } from './options.js';
import { gradientOf, type NewtonStep, stepFrom } from './step.js';

export interface NewtonTarget extends NewtonStep {
  /** z* = y - d, (N, m): a constant, not a function of y. */
  readonly target: Batch;
  /** (N): 1/2 |z*_i - y_i|^2. */
  readonly value: Float64Array;
  /** The Newton loss: the mean of `value`. Its gradient with respect to y_i is d_i / N. */
  readonly loss: number;
}

/**
 * The Newton loss that stands in for a loss at y (N, m), where `evaluation` was made: z*_i = y_i - d_i and (1/N) sum_i
 * 1/2 |z*_i - y_i|^2, with the directions d_i of `newtonStep`. Definitions 1 and 2 of the paper; its algorithm 1 uses a
 * mean over the N m entries without the 1/2 instead, which scales the gradient by 2/m.
 *
 * Errors: those of `newtonStep`; SHAPE or NONFINITE for a y that cannot be the one evaluated. Where y - d or 1/2 |d|^2
 * overflows, or the sum of these over the batch could, the direction counts as not finite: NONFINITE, or zero with
 * `onSingular: 'skip'`.
 */
export function newtonTarget(evaluation: Evaluation, y: Batch, options: NewtonOptions | ResolvedOptions): NewtonTarget {
  const resolved = resolveOptions(options);
  const G = gradientOf(evaluation);
  const { rows: N, cols: m } = G;
  checkBatch('newton', 'y', y, N, m);
  const step = stepFrom(evaluation, G, resolved, (direction) => (i) => hasFiniteTarget(direction, y, i));
  const d = step.direction.data;
  const target = zeros(N, m);
  const value = new Float64Array(N);
  for (let i = 0, k = 0; i < N; i++) {
    for (let j = 0; j < m; j++, k++) {
      target.data[k] = y.data[k] - d[k];
      value[i] += 0.5 * d[k] * d[k];
    }
  }
  return { ...step, target, value, loss: value.reduce((sum, v) => sum + v, 0) / N };
}

/** Whether y - d of row i is finite, and N times 1/2 |d|^2. */
function hasFiniteTarget(direction: Batch, y: Batch, i: number): boolean {
  const { rows: N, cols: m, data: d } = direction;
  let value = 0;
  for (let k = i * m; k < (i + 1) * m; k++) {
    if (!Number.isFinite(y.data[k] - d[k])) return false;
    value += 0.5 * d[k] * d[k];
  }
  return value * N < Infinity;
}
