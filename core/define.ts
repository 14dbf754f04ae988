import type { SchemaObject } from 'ajv';
import { type Batch, isSize, row, zeros } from './batch.js';
import { LossError } from './errors.js';
import type { Capabilities, Evaluation, Loss, LossPlugin } from './loss.js';
import { dense, once } from './matrices.js';
import { textOf } from './messages.js';
import { type NoParameters, parameters, type ParamsOf, type ValueOf } from './parameters.js';
import { callCreate, expectDefinition, isObject, refusePromise } from './plugin-calls.js';

/**
 * A plugin as it is written, for which `create` makes something that becomes a loss. The types of targets and parameters
 * follow from the schemas, those of parameters from nothing else (`NoInfer`), so that `{ ...plugin, name }` is a definition again.
 */
export interface LossDefinition<T extends SchemaObject, P extends SchemaObject, Made>
  extends Omit<LossPlugin<ValueOf<T>, ParamsOf<NoInfer<P>>>, 'params' | 'target' | 'capabilities' | 'create'> {
  /** `parameters({ ... })`; none where it is left out. */
  readonly params?: P;
  /** JSON schema of one sample's target. */
  readonly target: T;
  /** What differs from an exact gradient and Hessian, not convex, of any sign, without noise. */
  readonly capabilities?: Partial<Capabilities>;
  create(params: ParamsOf<NoInfer<P>>): Made;
}

const DEFAULTS: Capabilities = {
  gradient: 'exact',
  hessian: 'exact',
  convex: false,
  nonnegative: false,
  deterministic: true,
  fisher: true,
};

/** Fills in what a definition leaves out: no parameters, and capabilities as most losses have them. */
export function complete<Target, Params extends object>(
  definition: object & { readonly capabilities?: Partial<Capabilities>; readonly params?: SchemaObject },
): Omit<LossPlugin<Target, Params>, 'create'> {
  const { capabilities, params = parameters({}) } = definition;
  const whole: unknown = { ...definition, params, capabilities: { ...DEFAULTS, ...capabilities } };
  return whole as LossPlugin<Target, Params>;
}

/** Gives a plugin its types, and what it leaves out. REGISTRY where it is none. */
export function defineLoss<const T extends SchemaObject, const P extends SchemaObject = NoParameters>(
  plugin: LossDefinition<T, P, Loss<ValueOf<T>>>,
): LossPlugin<ValueOf<T>, ParamsOf<P>> {
  expectDefinition('loss', plugin);
  return { ...complete<ValueOf<T>, ParamsOf<P>>(plugin), create: (params) => plugin.create(params) };
}

/** A loss of one sample: y has m outputs, the gradient m entries, the Hessian m * m in row-major order. */
export interface SampleLoss<Target> extends Pick<Loss<Target>, 'outputs' | 'capabilities' | 'reject'> {
  value(y: Float64Array, t: Target): number;
  gradient(y: Float64Array, t: Target): ArrayLike<number>;
  hessian?(y: Float64Array, t: Target): ArrayLike<number>;
}

export type SampleLossPlugin<T extends SchemaObject, P extends SchemaObject> = LossDefinition<
  T,
  P,
  SampleLoss<ValueOf<T>>
>;

/**
 * The easy way to write a plugin: value, gradient and optionally Hessian of one sample, as three functions; they are
 * lifted to batches. Results of the wrong length are SHAPE errors.
 */
export function defineSampleLoss<const T extends SchemaObject, const P extends SchemaObject = NoParameters>(
  plugin: SampleLossPlugin<T, P>,
): LossPlugin<ValueOf<T>, ParamsOf<P>> {
  expectDefinition('loss', plugin);
  const { name } = plugin;
  return {
    ...complete<ValueOf<T>, ParamsOf<P>>(plugin),
    create: (params) =>
      liftToBatches(name, callCreate(name, () => plugin.create(params), params, ['value', 'gradient'])),
  };
}

function liftToBatches<Target>(name: string, sample: SampleLoss<Target>): Loss<Target> {
  return {
    ...sample,
    evaluate(y, targets) {
      const perRow = (method: 'gradient' | 'hessian', cols: number): Batch => {
        const out = zeros(y.rows, cols);
        for (let i = 0; i < y.rows; i++) {
          const entries = sample[method]!(row(y, i), targets[i]);
          expectEntries(name, method, entries, cols);
          row(out, i).set(entries);
        }
        return out;
      };
      const evaluation: Evaluation = {
        value: Float64Array.from({ length: y.rows }, (_, i) => {
          const value = sample.value(row(y, i), targets[i]);
          refusePromise(name, 'value', value);
          return value;
        }),
        gradient: () => perRow('gradient', y.cols),
      };
      if (!sample.hessian) return evaluation;
      return { ...evaluation, hessian: once(() => dense(perRow('hessian', y.cols * y.cols))) };
    },
  };
}

function expectEntries(name: string, method: string, entries: unknown, length: number): void {
  refusePromise(name, method, entries);
  if (isObject(entries) && entries['length'] === length) return;
  const got = isObject(entries) && isSize(entries['length']) ? `${entries['length']}` : textOf(entries);
  throw new LossError('SHAPE', `${name}: ${method}() of a sample should have ${length} entries, got ${got}`);
}
