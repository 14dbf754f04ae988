import { matricesOf } from '../../core/matrices.js';
import { type Batch, row, zeros } from '../../core/batch.js';
import type { Evaluation } from '../../core/loss.js';
import { type Defect, withEvaluate, withSample } from './reference.js';

/** Wrong in what the calls do beside computing, or in what comes back. */
export const callDefects: readonly Defect[] = [
  {
    defect: 'Hessian declared exact, absent',
    caughtBy: 'methods-declared',
    plugin: withEvaluate((right) => (y, targets, rng) => {
      const { value, gradient } = right(y, targets, rng);
      return { value, gradient };
    }),
  },
  {
    defect: 'Hessian present, declared none',
    caughtBy: 'methods-declared',
    plugin: withSample(() => ({}), { hessian: 'none' }),
  },
  {
    defect: 'gradient laid out (m, N)',
    caughtBy: 'shapes',
    plugin: withEvaluate((right) => (y, targets, rng) => {
      const e = right(y, targets, rng);
      return { ...e, gradient: () => transposed(e.gradient()) };
    }),
  },
  {
    defect: 'NaN where an output is negative',
    caughtBy: 'finite',
    plugin: withSample(({ gradient }) => ({
      gradient: (y, t) => Array.from(gradient(y, t), (g, j) => g + 0 * Math.sqrt(y[j])),
    })),
  },
  {
    defect: 'y centred in place',
    caughtBy: 'inputs-untouched',
    plugin: withEvaluate((right) => (y, targets, rng) => {
      for (let i = 0; i < y.rows; i++) {
        const yi = row(y, i);
        const mean = yi.reduce((a, b) => a + b) / y.cols;
        yi.forEach((x, j) => (yi[j] = x - mean));
      }
      return right(y, targets, rng);
    }),
  },
  {
    defect: 'targets sorted in place',
    caughtBy: 'inputs-untouched',
    plugin: withSample(({ gradient }) => ({ gradient: (y, t) => gradient(y, t.sort((a, b) => a - b)) })),
  },
  {
    defect: 'v scaled in place',
    caughtBy: 'inputs-untouched',
    plugin: withEvaluate((right) => (y, targets, rng) => {
      const e = right(y, targets, rng);
      const H = matricesOf(e.hessian!());
      const times = (v: Batch): Batch => {
        const out = H.times(v);
        v.data.forEach((x, k) => (v.data[k] = x / 2));
        return out;
      };
      return { ...e, hessian: () => ({ ...H, times }) };
    }),
  },
  {
    defect: 'the same gradient array returned twice',
    caughtBy: 'results-distinct',
    plugin: withEvaluate((right) => (y, targets, rng) => {
      const e = right(y, targets, rng);
      const g = e.gradient();
      return { ...e, gradient: () => g };
    }),
  },
  {
    defect: 'gradient that is wrong once the Hessian was computed',
    caughtBy: 'call-order',
    plugin: withEvaluate((right) => (y, targets, rng) => {
      const e = right(y, targets, rng);
      let damping = 0;
      const gradient = (): Batch => ({ ...e.gradient(), data: e.gradient().data.map((g) => g + damping) });
      return { ...e, gradient, hessian: () => ((damping = 1e-3), e.hessian!()) };
    }),
  },
  {
    defect: 'Hessian of the last evaluation kept for the next',
    caughtBy: 'evaluations-independent',
    plugin: withEvaluate((right) => {
      let kept: Batch | undefined;
      return (y, targets, rng) => {
        const e = right(y, targets, rng);
        if (kept?.rows !== y.rows) kept = undefined;
        return { ...e, hessian: () => ({ ...(kept ??= matricesOf(e.hessian!()).blocks()), data: kept.data.slice() }) };
      };
    }),
  },
  {
    defect: 'one workspace for all evaluations',
    caughtBy: 'evaluations-independent',
    plugin: withEvaluate((right) => {
      let workspace: Evaluation;
      return (y, targets, rng) => {
        workspace = right(y, targets, rng);
        return { ...workspace, gradient: () => workspace.gradient() };
      };
    }),
  },
  {
    defect: 'state that drifts from call to call',
    caughtBy: 'same-seed',
    plugin: withEvaluate((right) => {
      let calls = 0;
      return (y, targets, rng) => {
        const e = right(y, targets, rng);
        const drift = 1e-9 * calls++;
        return { ...e, value: e.value.map((x) => x + drift) };
      };
    }),
  },
  {
    defect: 'reads the buffer under y from its beginning',
    caughtBy: 'views',
    plugin: withEvaluate((right) => (y, targets, rng) => {
      return right({ ...y, data: new Float64Array(y.data.buffer as ArrayBuffer, 0, y.rows * y.cols) }, targets, rng);
    }),
  },
];

function transposed(batch: Batch): Batch {
  const out = zeros(batch.cols, batch.rows);
  for (let k = 0; k < batch.data.length; k++) {
    out.data[(k % batch.cols) * batch.rows + Math.floor(k / batch.cols)] = batch.data[k];
  }
  return out;
}
