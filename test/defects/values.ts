import { matricesOf } from '../../core/matrices.js';
import { withoutHessian } from './derivatives.js';
import { type Defect, normalSamples, withEvaluate, withSample } from './reference.js';

const square = (x: number): number => x * x;

/** Wrong inequalities, and values that are not finite where they should be. */
export const valueDefects: readonly Defect[] = [
  { defect: 'declared convex, saturates', caughtBy: 'convex', plugin: saturating() },
  { defect: 'declared convex, a saddle across the line of its samples', caughtBy: 'convex-hessian', plugin: saddle() },
  {
    defect: 'the same, its Hessian as products alone',
    caughtBy: 'convex-hvp',
    plugin: withoutHessian((Hv) => Hv, saddle()),
  },
  {
    defect: 'declared nonnegative, reaches -1/2',
    caughtBy: 'nonnegative',
    plugin: withSample(({ value }) => ({ value: (y, t) => value(y, t) - 0.5 })),
  },
  {
    defect: 'subgradient from outside the subdifferential',
    caughtBy: 'subgradient-inequality',
    plugin: withSample(
      ({ gradient, hessian }) => ({
        gradient: (y, t) => Array.from(gradient(y, t), (g) => 1.05 * g),
        hessian: (y, t) => Array.from(hessian(y, t), (h) => 1.05 * h),
      }),
      { gradient: 'subgradient' },
    ),
  },
  {
    defect: 'Gauss-Newton matrix that is not positive semidefinite',
    caughtBy: 'gauss-newton',
    plugin: withEvaluate((right) => (y, targets, rng) => {
      const e = right(y, targets, rng);
      const H = matricesOf(e.hessian!()).blocks();
      return {
        ...e,
        gaussNewton: () => ({
          ...H,
          data: H.data.map((h, k) => (k % y.cols ** 2 === 0 ? h - 2 : h)),
        }),
      };
    }),
  },
  {
    defect: 'overflow at 1e3: exp of the outputs',
    caughtBy: 'spread-outputs',
    plugin: withSample(({ value }) => ({
      value: (y, t) => value(y, t) + 0 * y.reduce((sum, x) => sum + Math.exp(x - y[0]), 0),
    })),
  },
  {
    defect: 'overflow at 1e6: fourth power of a fourth power of a cube',
    caughtBy: 'large-outputs',
    plugin: withSample(({ gradient }) => ({
      gradient: (y, t) => Array.from(gradient(y, t), (g, j) => g + 0 * y[j] ** 52),
    })),
  },
  {
    defect: 'NaN where all outputs are equal: divided by their spread',
    caughtBy: 'tied-outputs',
    plugin: withSample(({ value }) => ({
      value(y, t) {
        const spread = Math.max(...y) - Math.min(...y);
        return y.length === 1 ? value(y, t) : (value(y, t) * spread) / spread;
      },
    })),
  },
  {
    defect: 'NaN where two outputs are equal: divided by their difference, unless they are whole numbers',
    caughtBy: 'tied-pairs',
    plugin: withSample(({ gradient }) => ({
      gradient: (y, t) =>
        Array.from(gradient(y, t), (g, j) => g + (Number.isInteger(y[j]) ? 0 : 0 / (y[j] - (y[j + 1] ?? Infinity)))),
    })),
  },
  {
    defect: 'NaN with a single output: sample variance',
    caughtBy: 'other-sizes',
    plugin: withSample(({ value }) => ({
      value: (y, t) =>
        value(y, t) +
        (0 * y.reduce((sum, x) => sum + square(x - y.reduce((a, b) => a + b) / y.length), 0)) / (y.length - 1),
    })),
  },
  {
    defect: 'NaN with a single row: variance over the batch',
    caughtBy: 'batch-is-rows',
    plugin: withEvaluate((right) => (y, targets, rng) => {
      const e = right(y, targets, rng);
      return { ...e, value: e.value.map((x) => (x * (y.rows - 1)) / (y.rows - 1)) };
    }),
  },
];

/** value = 1 - exp(-coupling |r|^2): right derivatives, not convex. */
function saturating(): Defect['plugin'] {
  return withSample((_loss, { coupling }) => {
    const residual = (y: Float64Array, t: readonly number[]): Float64Array => y.map((yj, j) => yj - t[j]);
    const weight = (r: Float64Array): number => Math.exp(-coupling * r.reduce((sum, x) => sum + x * x, 0));
    return {
      value: (y, t) => 1 - weight(residual(y, t)),
      gradient(y, t) {
        const r = residual(y, t);
        const w = weight(r);
        return r.map((x) => 2 * coupling * w * x);
      },
      hessian(y, t) {
        const r = residual(y, t);
        const w = weight(r);
        const m = r.length;
        return Float64Array.from(
          { length: m * m },
          (_, k) => 2 * coupling * w * ((k % (m + 1) === 0 ? 1 : 0) - 2 * coupling * r[k % m] * r[Math.floor(k / m)]),
        );
      },
    };
  });
}

/**
 * The reference less (y_0 - y_1)^2, declared convex, at samples and targets where all outputs are equal: convex along
 * the line that these are on, and a saddle across it.
 */
function saddle(): Defect['plugin'] {
  const sample: typeof normalSamples = (params, rng, rows, m = 3) => {
    const { y, targets } = normalSamples(params, rng, rows, m);
    return {
      y: { ...y, data: y.data.map((_, k) => y.data[k - (k % m)]) },
      targets: targets.map((t) => t.map(() => t[0])),
    };
  };
  const plugin = withSample(
    ({ value, gradient, hessian }) => ({
      value: (y, t) => value(y, t) - (y.length > 1 ? square(y[0] - y[1]) : 0),
      gradient: (y, t) => Array.from(gradient(y, t), (g, j) => g - (j < 2 && y.length > 1 ? 2 * (y[j] - y[1 - j]) : 0)),
      hessian: (y, t) =>
        Array.from(hessian(y, t), (h, k) => {
          const [a, b] = [Math.floor(k / y.length), k % y.length];
          return h - (a < 2 && b < 2 && y.length > 1 ? (a === b ? 2 : -2) : 0);
        }),
    }),
    { nonnegative: false },
  );
  return { ...plugin, sample };
}
