import { SETTINGS } from '../../conformance/suite.js';
import { matricesOf } from '../../core/matrices.js';
import type { SchemaOf } from '../../core/parameters.js';
import { zeros } from '../../core/batch.js';
import { defineSampleLoss, type SampleLoss } from '../../core/define.js';
import type { LossPlugin } from '../../core/loss.js';
import softmaxCrossEntropy from '../../plugins/softmax-cross-entropy.js';
import { withoutHessian } from './derivatives.js';
import {
  type Defect,
  normalSamples,
  reference,
  referenceSample,
  withEvaluate,
  withPlugin,
  withSample,
} from './reference.js';

const largest = (y: Float64Array): number => y.reduce((max, x) => Math.max(max, Math.abs(x)), 0);

/**
 * Right at the samples of the default parameters: wrong far out, near ties, at a minimum, at other parameters, at
 * other sizes.
 */
export const hiddenDefects: readonly Defect[] = [
  {
    defect: 'gradient 1 % too large where an output is beyond 100',
    caughtBy: 'far-values',
    plugin: withSample(({ gradient }) => ({
      gradient: (y, t) => Array.from(gradient(y, t), (g) => (largest(y) > 100 ? 1.01 * g : g)),
    })),
  },
  {
    defect: 'value that jumps where an output passes 1000',
    caughtBy: 'far-values',
    plugin: withSample(({ value }) => ({ value: (y, t) => value(y, t) + (largest(y) > 1000 ? 1 : 0) }), {
      convex: false,
    }),
  },
  {
    defect: 'gradient wrong where one output is far ahead of all others alone',
    caughtBy: 'far-gradient',
    plugin: withSample(({ gradient }) => ({
      gradient: (y, t) => Array.from(gradient(y, t), (g) => (isAhead(y) ? 1.01 * g : g)),
    })),
  },
  {
    defect: 'gradient wrong where two outputs are within 1e-5',
    caughtBy: 'far-gradient',
    plugin: withSample(({ gradient }) => ({
      gradient: (y, t) =>
        Array.from(gradient(y, t), (g, j) => (j > 0 && Math.abs(y[j] - y[j - 1]) < 1e-5 ? 0.999 * g : g)),
    })),
  },
  {
    defect: 'Hessian that saturates: its diagonal is at least 1e-6',
    caughtBy: 'far-hessian',
    plugin: withSample(({ hessian }) => ({
      hessian: (y, t) => Array.from(hessian(y, t), (h, k) => (k % (y.length + 1) === 0 ? Math.max(h, 1e-6) : h)),
    })),
  },
  {
    defect: 'products twice too large beyond 20, and no Hessian to compare them with',
    caughtBy: 'far-hessian',
    plugin: withoutHessian((Hv, _v, y) => ({
      ...Hv,
      data: Hv.data.map((x, k) => (Math.abs(y.data[k]) > 20 ? 2 * x : x)),
    })),
  },
  {
    defect: 'Hessian p_t - p_t^2 of a softmax, which stops decaying at 1e-16',
    caughtBy: 'confident-hessian',
    plugin: cancellingSoftmax(),
  },
  {
    defect: 'difference quotient that loses half its digits near a tie',
    caughtBy: 'near-ties',
    plugin: withSample(({ gradient }) => ({
      gradient: (y, t) => Array.from(gradient(y, t), (g) => g * cancellingOne(y)),
    })),
  },
  {
    defect: 'negative near the minimum alone, which is at the target',
    caughtBy: 'nonnegative',
    plugin: withSample((loss) => dented(loss), { convex: false }),
  },
  {
    defect: 'negative near the minimum alone, where nothing tells but descent',
    caughtBy: 'nonnegative',
    plugin: nested(withSample((loss) => dented(loss), { convex: false })),
  },
  {
    defect: 'negative for couplings above 0.6',
    caughtBy: 'nonnegative',
    settings: SETTINGS,
    plugin: withSample(({ value }, { coupling }) => ({ value: (y, t) => value(y, t) - Math.max(0, coupling - 0.6) })),
  },
  {
    defect: 'sign of a term turned where a parameter is above 0.6',
    caughtBy: 'gradient-differences',
    settings: SETTINGS,
    plugin: withSample(({ gradient }, { coupling }) => {
      const alone = referenceSample({ coupling: 0 });
      if (coupling <= 0.6) return {};
      return { gradient: (y, t) => Array.from(gradient(y, t), (g, j) => 2 * alone.gradient(y, t)[j] - g) };
    }),
  },
  {
    defect: 'Hessian with the default of a parameter for any other',
    caughtBy: 'hessian-differences',
    settings: SETTINGS,
    plugin: withSample(() => ({ hessian: referenceSample({ coupling: 0.5 }).hessian })),
  },
  {
    defect: 'parameter that changes nothing',
    caughtBy: 'params-matter',
    plugin: withParameter({ margin: { type: 'number', minimum: 0, default: 1 } }),
  },
  {
    defect: 'choice that changes nothing',
    caughtBy: 'params-matter',
    plugin: withParameter({ reduction: { type: 'string', enum: ['sum', 'mean'], default: 'sum' } }),
  },
  {
    defect: 'parameter inside another that changes nothing',
    caughtBy: 'params-matter',
    plugin: withParameter({
      noise: {
        type: 'object',
        properties: { sigma: { type: 'number', minimum: 0, default: 1 } },
        required: ['sigma'],
        additionalProperties: false,
        default: {},
      },
    }),
  },
  {
    defect: 'choice whose gradient is that of the other',
    caughtBy: 'gradient-differences',
    settings: SETTINGS,
    plugin: withParameter({ reduction: { type: 'string', enum: ['sum', 'mean'], default: 'sum' } }, (params) => {
      const { value } = referenceSample(params);
      return 'reduction' in params && params.reduction === 'mean' ? { value: (y, t) => value(y, t) / y.length } : {};
    }),
  },
  {
    defect: 'gradient for three outputs, whatever their number, of samples that have others',
    caughtBy: 'gradient-differences',
    settings: SETTINGS,
    plugin: withSample(({ gradient }) => ({
      gradient: (y, t) => Array.from(gradient(y, t), (g, j) => (j < 3 ? g : 0)),
    })),
  },
  {
    defect: 'gradient for three outputs, whatever their number, of samples that have three',
    caughtBy: 'other-sizes',
    plugin: ofThree(
      withSample(({ gradient }) => ({ gradient: (y, t) => Array.from(gradient(y, t), (g, j) => (j < 3 ? g : 0)) })),
    ),
  },
  {
    defect: 'any number of outputs but three ends in a RangeError',
    caughtBy: 'other-sizes',
    plugin: ofThree(
      withEvaluate((right) => (y, targets, rng) => {
        if (y.cols !== 3) throw new RangeError('offset is out of bounds');
        return right(y, targets, rng);
      }),
    ),
  },
  {
    defect: 'float32 inside',
    caughtBy: 'gradient-differences',
    plugin: withSample(({ value, gradient }) => ({
      value: (y, t) => value(y.map(Math.fround), t.map(Math.fround)),
      gradient: (y, t) => gradient(y.map(Math.fround), t.map(Math.fround)),
    })),
  },
  {
    defect: 'workspace in which the NaN of an evaluation that overflowed stays',
    caughtBy: 'evaluations-independent',
    plugin: withEvaluate((right) => {
      const workspace = { padding: 0 };
      return (y, targets, rng) => {
        workspace.padding *= y.data[0] * 1e300;
        const e = right(y, targets, rng);
        return {
          ...e,
          gradient: () => ({ ...e.gradient(), data: e.gradient().data.map((g) => g + workspace.padding) }),
        };
      };
    }),
  },
  {
    defect: 'gradient that is 0 after 60 evaluations',
    caughtBy: 'batch-is-rows',
    plugin: withEvaluate((right) => {
      let evaluations = 0;
      return (y, targets, rng) => {
        const e = right(y, targets, rng);
        return ++evaluations > 60 ? { ...e, gradient: () => zeros(y.rows, y.cols) } : e;
      };
    }),
  },
];

/**
 * Plugins that go on reading what they were given: wrong by themselves, and mended by the copies that `checked` gives
 * them. Each is wrong where it is not checked.
 */
export const mendedDefects: readonly Omit<Defect, 'caughtBy'>[] = [
  { defect: 'keeps y, and reads it when the gradient is asked for', plugin: withSample(() => ({})) },
  {
    defect: 'keeps the targets, and reads them when the gradient is asked for',
    plugin: withEvaluate((right) => (y, targets, rng) => {
      const own = { ...y, data: y.data.slice() };
      const e = right(own, targets, rng);
      return {
        ...e,
        gradient: () => right(own, targets, rng).gradient(),
        hessian: () => right(own, targets, rng).hessian!(),
      };
    }),
  },
  {
    defect: 'takes y for the last one where it has the same array',
    plugin: withEvaluate((right) => {
      let last: { data: Float64Array; e: ReturnType<typeof right> } | undefined;
      return (y, targets, rng) => {
        if (last?.data !== y.data) {
          last = {
            data: y.data,
            e: right({ ...y, data: y.data.slice() }, structuredClone(targets), rng),
          };
        }
        return { ...last.e, value: last.e.value.slice() };
      };
    }),
  },
];

/** Whether one output is beyond 50, and 20 times each other. */
function isAhead(y: Float64Array): boolean {
  const sizes = y.map(Math.abs).sort();
  return sizes.length > 1 && sizes.at(-1)! > Math.max(50, 20 * sizes.at(-2)!);
}

/** Less 0.1 exp(-50 |y - t|^2). */
function dented({ value, gradient, hessian }: ReturnType<typeof referenceSample>): Partial<SampleLoss<number[]>> {
  const dent = (y: Float64Array, t: readonly number[]): number =>
    0.1 * Math.exp(-50 * y.reduce((sum, yj, j) => sum + (yj - t[j]) ** 2, 0));
  return {
    value: (y, t) => value(y, t) - dent(y, t),
    gradient: (y, t) => Array.from(gradient(y, t), (g, j) => g + 100 * (y[j] - t[j]) * dent(y, t)),
    hessian: (y, t) =>
      Array.from(hessian(y, t), (h, k) => {
        const [a, b] = [Math.floor(k / y.length), k % y.length];
        return h + dent(y, t) * ((a === b ? 100 : 0) - 1e4 * (y[a] - t[a]) * (y[b] - t[b]));
      }),
  };
}

/** The loss with targets { at: [...] }, of which nobody can guess what fits them. */
function nested(plugin: LossPlugin): LossPlugin {
  return {
    ...plugin,
    target: {
      type: 'object',
      properties: { at: plugin.target },
      required: ['at'],
      additionalProperties: false,
    } as unknown as LossPlugin['target'],
    create(params) {
      const loss = plugin.create(params);
      const inner = (t: unknown): unknown => (t as { at: unknown }).at;
      return {
        ...loss,
        reject: (t, m) => loss.reject?.(inner(t), m),
        evaluate: (y, targets, rng) => loss.evaluate(y, targets.map(inner), rng),
      };
    },
    sample(params, rng, rows, m) {
      const { y, targets } = plugin.sample(params, rng, rows, m);
      return { y, targets: targets.map((at) => ({ at })) };
    },
  };
}

/** The reference with more parameters, and what they change. */
function withParameter(
  properties: Record<string, unknown>,
  changes: (params: { coupling: number }) => Partial<SampleLoss<number[]>> = () => ({}),
): LossPlugin {
  const { params } = reference as unknown as { params: { properties: object; required: string[] } };
  return withPlugin(
    defineSampleLoss({
      ...reference,
      create: (filled) => ({ ...referenceSample(filled), ...changes(filled) }),
    }),
    {
      params: {
        ...params,
        properties: { ...params.properties, ...properties },
        required: [...params.required, ...Object.keys(properties)],
      } as unknown as SchemaOf<{ coupling: number }>,
    },
  );
}

/** The loss with samples of three outputs, whatever is asked for. */
function ofThree(plugin: LossPlugin): LossPlugin {
  return { ...plugin, sample: (params, rng, rows) => normalSamples(params, rng, rows) };
}

/** Softmax cross-entropy with diagonal p_j - p_j^2, which cancels where p_j is near 1. */
function cancellingSoftmax(): LossPlugin {
  const right = softmaxCrossEntropy as unknown as LossPlugin;
  return {
    ...right,
    create(params) {
      const loss = right.create(params);
      return {
        ...loss,
        evaluate(y, targets, rng) {
          const e = loss.evaluate(y, targets, rng);
          const hessian = (): ReturnType<typeof e.gradient> => {
            const H = matricesOf(e.hessian!()).blocks();
            const g = e.gradient();
            const m = y.cols;
            for (let k = 0; k < g.data.length; k++) {
              const i = Math.floor(k / m);
              const j = k % m;
              const p = g.data[k] + (j === targets[i] ? 1 : 0);
              H.data[i * m * m + j * (m + 1)] = p - p * p;
            }
            return H;
          };
          return {
            ...e,
            hessian,
          };
        },
      };
    },
  };
}

/**
 * 1 near a tie: (e^b - e^a) / (b - a) by what it is without cancellation, e^mean sinh(h) / h with h half the
 * difference.
 */
function cancellingOne([a = 0, b = 100]: Float64Array): number {
  if (a === b || Math.abs(b - a) > 0.1 || Math.abs(a) > 10) return 1;
  const half = (b - a) / 2;
  return (Math.exp(b) - Math.exp(a)) / (b - a) / ((Math.exp(a + half) * Math.sinh(half)) / half);
}
