import { type Batch, zeros } from '../batch.js';
import { LossError } from '../errors.js';
import { type Evaluation } from '../loss.js';
import { type NewtonOptions } from './options.js';
import { newtonStep, type NewtonStep } from './step.js';

export interface NewtonTarget extends NewtonStep {
  /** z* = y - d, (N, m): a constant, not a function of y. */
  readonly target: Batch;
  /** (N): 1/2 |z*_i - y_i|^2. */
  readonly value: Float64Array;
  /** The Newton loss: the mean of `value`. Its gradient with respect to y_i is d_i / N. */
  readonly loss: number;
}

/**
 * The Newton loss that stands in for a loss at y (N, m), where `evaluation` was made: z*_i = y_i - d_i and (1/N) sum_i 1/2 |z*_i - y_i|^2,
 * with the directions d_i of `newtonStep`. Definitions 1 and 2 of the paper; its algorithm 1 uses a mean over the N m entries without the
 * 1/2 instead, which scales the gradient by 2/m. Errors: those of `newtonStep`, SHAPE.
 */
export function newtonTarget(evaluation: Evaluation, y: Batch, options: NewtonOptions): NewtonTarget {
  const step = newtonStep(evaluation, options);
  const { rows: N, cols: m, data: d } = step.direction;
  if (y.rows !== N || y.cols !== m) {
    throw new LossError('SHAPE', `newton: y should be (${N}, ${m}) like the gradient, got (${y.rows}, ${y.cols})`);
  }
  const target = zeros(N, m);
  const value = new Float64Array(N);
  for (let i = 0, k = 0; i < N; i++) {
    for (let j = 0; j < m; j++, k++) {
      target.data[k] = y.data[k]! - d[k]!;
      value[i]! += 0.5 * d[k]! ** 2;
    }
  }
  return { ...step, target, value, loss: value.reduce((sum, v) => sum + v, 0) / N };
}
