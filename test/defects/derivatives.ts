import { byProducts, matricesOf } from '../../core/matrices.js';
import { type Batch, row } from '../../core/batch.js';
import type { LossPlugin } from '../../core/loss.js';
import { type Defect, reference, withEvaluate, withSample } from './reference.js';
import { smoothed } from './smoothed.js';

/** Wrong derivatives and estimates of derivatives. */
export const derivativeDefects: readonly Defect[] = [
  {
    defect: 'gradient of the wrong sign',
    caughtBy: 'gradient-differences',
    plugin: withSample(({ gradient }) => ({ gradient: (y, t) => Array.from(gradient(y, t), (g) => -g) })),
  },
  {
    defect: 'gradient twice too large',
    caughtBy: 'gradient-differences',
    plugin: withSample(({ gradient }) => ({ gradient: (y, t) => Array.from(gradient(y, t), (g) => 2 * g) })),
  },
  {
    defect: 'gradient with a share of 1e-8 missing from one entry',
    caughtBy: 'gradient-differences',
    plugin: withSample(({ gradient }) => ({
      gradient: (y, t) => Array.from(gradient(y, t), (g, j) => (j === 1 ? g * (1 - 1e-8) : g)),
    })),
  },
  {
    defect: 'gradient of the outputs in reverse',
    caughtBy: 'gradient-differences',
    plugin: withSample(({ gradient }) => ({ gradient: (y, t) => Array.from(gradient(y, t)).reverse() })),
  },
  {
    defect: 'Hessian without its cross terms',
    caughtBy: 'hessian-differences',
    plugin: withSample(({ hessian }) => ({
      hessian: (y, t) => Array.from(hessian(y, t), (h, k) => (k % (y.length + 1) === 0 ? h : 0)),
    })),
  },
  {
    defect: 'Hessians transposed: laid out (m * m, N)',
    caughtBy: 'batch-order',
    plugin: withEvaluate((right) => (y, targets, rng) => {
      const e = right(y, targets, rng);
      return { ...e, hessian: () => entriesFirst(matricesOf(e.hessian!()).blocks()) };
    }),
  },
  {
    defect: 'Hessian block of one triangle only',
    caughtBy: 'hessian-symmetric',
    plugin: withSample(({ hessian }) => ({
      hessian: (y, t) => Array.from(hessian(y, t), (h, k) => (k % y.length > Math.floor(k / y.length) ? 0 : h)),
    })),
  },
  {
    defect: 'hvp half too small',
    caughtBy: 'hvp-hessian',
    plugin: withHvp((Hv) => ({ ...Hv, data: Hv.data.map((x) => x / 2) })),
  },
  {
    defect: 'hvp damped by the size of v',
    caughtBy: 'hvp-linear',
    plugin: withHvp((Hv, v) => ({ ...Hv, data: Hv.data.map((x, k) => x + 1e-3 * v.data[k] ** 2) })),
  },
  {
    defect: 'hvp with a matrix that is not symmetric',
    caughtBy: 'hvp-symmetric',
    plugin: withHvp((Hv, v) => ({ ...Hv, data: Hv.data.map((x, k) => x + 1e-3 * v.data[k - (k % v.cols)]) })),
  },
  {
    defect: 'mean Hessian summed where a mean is meant',
    caughtBy: 'hessian-mean',
    plugin: withEvaluate((right) => (y, targets, rng) => {
      const e = right(y, targets, rng);
      const H = matricesOf(e.hessian!());
      return { ...e, hessian: () => ({ ...H, mean: () => H.mean().map((x) => H.count * x) }) };
    }),
  },
  {
    defect: 'hvp of the other sign, and no Hessian to compare it with',
    caughtBy: 'hvp-differences',
    plugin: withoutHessian((Hv) => ({ ...Hv, data: Hv.data.map((x) => -x) })),
  },
  {
    defect: 'estimate summed over draws where a mean is meant',
    caughtBy: 'gradient-unbiased',
    plugin: smoothed({ gradientFactor: () => 8 }),
  },
  {
    defect: 'estimate without its 1 / sigma',
    caughtBy: 'gradient-unbiased',
    plugin: smoothed({ gradientFactor: () => 0.5 }),
  },
  {
    defect: 'estimate divided by S - 1, S = 8 draws',
    caughtBy: 'gradient-unbiased',
    plugin: smoothed({ gradientFactor: () => 8 / 7 }),
  },
  {
    defect: 'estimated Hessian without the - I of the second Hermite polynomial',
    caughtBy: 'hessian-unbiased',
    plugin: smoothed({ identity: 0 }),
  },
  {
    defect: 'estimate divided by 8, whatever the number of samples',
    caughtBy: 'estimate-scale',
    plugin: smoothed({ gradientFactor: ({ samples }) => samples / 8 }),
  },
  {
    defect: 'estimate with 1 / sigma of the default sigma',
    caughtBy: 'estimate-scale',
    plugin: smoothed({ gradientFactor: ({ sigma }) => sigma / 0.5 }),
  },
  {
    defect: 'value and gradient summed over draws, divided by the default number of them',
    caughtBy: 'estimate-samples',
    plugin: smoothed({ factor: ({ samples }) => samples / 8 }),
  },
  {
    defect: 'one draw taken S times',
    caughtBy: 'estimate-samples',
    plugin: smoothed({ oneDraw: true, hasHessian: false }),
  },
];

/** The reference with products with the Hessian changed. */
function withHvp(change: (Hv: Batch, v: Batch) => Batch): Defect['plugin'] {
  return withEvaluate((right) => (y, targets, rng) => {
    const e = right(y, targets, rng);
    const H = matricesOf(e.hessian!());
    return { ...e, hessian: () => ({ ...H, times: (v) => change(H.times(v), v) }) };
  });
}

/** The reference, or another loss, with its Hessian by products alone, and these changed. */
export function withoutHessian(
  change: (Hv: Batch, v: Batch, y: Batch) => Batch,
  plugin = reference as unknown as LossPlugin,
): LossPlugin {
  return {
    ...plugin,
    capabilities: { ...plugin.capabilities, hessian: 'products' },
    create(params) {
      const loss = plugin.create(params);
      return {
        ...loss,
        evaluate(y, targets, rng) {
          const e = loss.evaluate(y, targets, rng);
          const { times } = matricesOf(e.hessian!());
          return { ...e, hessian: () => byProducts((v) => change(times(v), v, y), y.rows, y.cols) };
        },
      };
    },
  };
}

function entriesFirst(blocks: Batch): Batch {
  const out = { ...blocks, data: new Float64Array(blocks.data.length) };
  for (let i = 0; i < blocks.rows; i++) row(blocks, i).forEach((h, k) => (out.data[k * blocks.rows + i] = h));
  return out;
}
