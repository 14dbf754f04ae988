import { byProducts, matricesOf } from '../../core/matrices.js';
import { type Batch, row } from '../../core/batch.js';
import { type Defect, type Evaluate, withEvaluate } from './reference.js';
import { smoothed } from './smoothed.js';

/** Wrong in what a row depends on. */
export const batchDefects: readonly Defect[] = [
  {
    defect: 'batch leak: divided by the number of rows',
    caughtBy: 'batch-is-rows',
    plugin: withEvaluate((right) => scaled(right, (y) => 1 / y.rows)),
  },
  {
    defect: 'batch leak: shifted by the mean of the batch, to the last bit in the order of its rows',
    caughtBy: 'batch-order',
    plugin: withEvaluate((right) => (y, targets, rng) => {
      const mean = y.data.reduce((a, b) => a + b) / y.data.length;
      return right({ ...y, data: y.data.map((x) => x - mean) }, targets, rng);
    }),
  },
  {
    defect: 'batch leak: shifted by the largest of the batch',
    caughtBy: 'other-rows',
    plugin: withEvaluate((right) => (y, targets, rng) => {
      const largest = y.data.reduce((a, b) => Math.max(a, b));
      return right({ ...y, data: y.data.map((x) => x - largest) }, targets, rng);
    }),
  },
  {
    defect: 'order leak: weighted by the place in the batch',
    caughtBy: 'batch-order',
    plugin: withEvaluate((right) => scaled(right, (_y, i) => 1 / (1 + i))),
  },
  {
    defect: 'noise shared by all rows',
    caughtBy: 'noise-of-own',
    plugin: smoothed({ stream: (rng) => rng.split(0) }),
  },
  {
    defect: 'noise of all rows drawn in turn from one stream',
    caughtBy: 'batch-order',
    plugin: smoothed({ stream: (rng) => rng }),
  },
  {
    defect: 'streams dealt to the rows in reverse',
    caughtBy: 'batch-order',
    plugin: smoothed({ stream: (rng, i) => rng.split(6 - i) }),
  },
  {
    defect: 'declared deterministic, adds noise',
    caughtBy: 'deterministic',
    plugin: withEvaluate((right) => (y, targets, rng) => {
      const e = right(y, targets, rng);
      return { ...e, value: e.value.map((x, i) => x + 1e-6 * rng.split(i).uniform()) };
    }),
  },
  {
    defect: 'declared noisy, ignores its rng',
    caughtBy: 'seed-matters',
    plugin: withEvaluate((right) => right, { deterministic: false }),
  },
];

/** The right evaluation, with row i of value, gradient and Hessian times a factor. */
function scaled(right: Evaluate, factor: (y: Batch, i: number) => number): Evaluate {
  return (y, targets, rng) => {
    const e = right(y, targets, rng);
    const times = (batch: Batch): Batch => {
      for (let i = 0; i < y.rows; i++) row(batch, i).forEach((x, j, out) => (out[j] = factor(y, i) * x));
      return batch;
    };
    const H = matricesOf(e.hessian!());
    return {
      value: e.value.map((x, i) => factor(y, i) * x),
      gradient: () => times(e.gradient()),
      hessian: () => byProducts((v) => times(H.times(v)), y.rows, y.cols, () => times(H.blocks())),
    };
  };
}
