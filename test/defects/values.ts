import { withoutHessian } from './derivatives.js';
import { type Defect, withEvaluate, withSample } from './reference.js';

const square = (x: number): number => x * x;

/** Wrong inequalities, and values that are not finite where they should be. */
export const valueDefects: readonly Defect[] = [
  { defect: 'declared convex, saturates', caughtBy: 'convex', plugin: saturating() },
  { defect: 'declared convex, Hessian indefinite', caughtBy: 'convex-hessian', plugin: saturating() },
  {
    defect: 'declared convex, hvp of negative curvature',
    caughtBy: 'convex-hvp',
    plugin: withoutHessian((Hv) => ({ ...Hv, data: Hv.data.map((x) => -x) })),
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
      ({ gradient }) => ({ gradient: (y, t) => Array.from(gradient(y, t), (g) => 1.05 * g) }),
      { gradient: 'subgradient' },
    ),
  },
  {
    defect: 'Gauss-Newton matrix that is not positive semidefinite',
    caughtBy: 'gauss-newton',
    plugin: withEvaluate((right) => (y, targets, rng) => {
      const e = right(y, targets, rng);
      return { ...e, gaussNewton: () => ({ ...e.hessian!(), data: e.hessian!().data.map((h, k) => (k % 9 === 0 ? h - 2 : h)) }) };
    }),
  },
  {
    defect: 'overflow at 1e3: exp of the outputs',
    caughtBy: 'spread-outputs',
    plugin: withSample(({ value }) => ({ value: (y, t) => value(y, t) + Math.log(y.reduce((sum, x) => sum + Math.exp(x - y[0]!), 0)) })),
  },
  {
    defect: 'overflow at 1e6: fourth power of a fourth power of a cube',
    caughtBy: 'large-outputs',
    plugin: withSample(({ gradient }) => ({ gradient: (y, t) => Array.from(gradient(y, t), (g, j) => g + 0 * y[j]! ** 52) })),
  },
  {
    defect: 'NaN where all outputs are equal: divided by their spread',
    caughtBy: 'tied-outputs',
    plugin: withSample(({ value }) => ({
      value(y, t) {
        const spread = Math.max(...y) - Math.min(...y);
        return (value(y, t) * spread) / spread;
      },
    })),
  },
  {
    defect: 'NaN where two outputs are equal: divided by their difference',
    caughtBy: 'tied-pairs',
    plugin: withSample(({ gradient }) => ({
      gradient: (y, t) => Array.from(gradient(y, t), (g, j) => g + (0 * 1) / (y[j]! - (y[j + 1] ?? Infinity))),
    })),
  },
  {
    defect: 'NaN with a single output: sample variance',
    caughtBy: 'fewest-outputs',
    plugin: withSample(({ value }) => ({
      value: (y, t) => value(y, t) + y.reduce((sum, x) => sum + square(x - y.reduce((a, b) => a + b) / y.length), 0) / (y.length - 1),
    })),
  },
  {
    defect: 'NaN with a single row: variance over the batch',
    caughtBy: 'single-row',
    plugin: withEvaluate((right) => (y, targets, rng) => {
      const e = right(y, targets, rng);
      return { ...e, value: e.value.map((x) => (x * (y.rows - 1)) / (y.rows - 1)) };
    }),
  },
];

/** value = 1 - exp(-|r|^2 / 2): right derivatives, not convex. */
function saturating(): Defect['plugin'] {
  return withSample(() => {
    const residual = (y: Float64Array, t: readonly number[]): Float64Array => y.map((yj, j) => yj - t[j]!);
    const weight = (r: Float64Array): number => Math.exp(-0.5 * r.reduce((sum, x) => sum + x * x, 0));
    return {
      value: (y, t) => 1 - weight(residual(y, t)),
      gradient(y, t) {
        const r = residual(y, t);
        const w = weight(r);
        return r.map((x) => w * x);
      },
      hessian(y, t) {
        const r = residual(y, t);
        const w = weight(r);
        const m = r.length;
        return Float64Array.from({ length: m * m }, (_, k) => w * ((k % (m + 1) === 0 ? 1 : 0) - r[k % m]! * r[Math.floor(k / m)]!));
      },
    };
  });
}
