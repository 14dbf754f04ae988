import { type Batch, copyOf, isSize, row, timesBlocks, zeros } from './batch.js';
import { LossError } from './errors.js';
import type { Evaluation, Loss, LossPlugin } from './loss.js';
import { textOf } from './messages.js';
import { callCreate, expectPlugin, isObject, refusePromise } from './plugin-calls.js';

/** Gives a plugin its types; returns it as it is. REGISTRY where it is none. */
export function defineLoss<Target, Params extends object>(
  plugin: LossPlugin<Target, Params>,
): LossPlugin<Target, Params> {
  expectPlugin('loss', plugin);
  return plugin;
}

/** A loss of one sample: y has m outputs, the gradient m entries, the Hessian m * m in row-major order. */
export interface SampleLoss<Target> extends Pick<Loss<Target>, 'outputs' | 'capabilities' | 'reject'> {
  value(y: Float64Array, t: Target): number;
  gradient(y: Float64Array, t: Target): ArrayLike<number>;
  hessian?(y: Float64Array, t: Target): ArrayLike<number>;
}

export interface SampleLossPlugin<Target, Params extends object> extends Omit<LossPlugin<Target, Params>, 'create'> {
  create(params: Params): SampleLoss<Target>;
}

/**
 * The easy way to write a plugin: value, gradient and optionally Hessian of one sample, as three functions; they are
 * lifted to batches, with a Hessian-vector product where there is a Hessian. Results of the wrong length are SHAPE
 * errors.
 */
export function defineSampleLoss<Target, Params extends object>(
  plugin: SampleLossPlugin<Target, Params>,
): LossPlugin<Target, Params> {
  expectPlugin('loss', plugin);
  const { name } = plugin;
  return {
    ...plugin,
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
      return withHessian(evaluation, () => perRow('hessian', y.cols * y.cols));
    },
  };
}

function expectEntries(name: string, method: string, entries: unknown, length: number): void {
  refusePromise(name, method, entries);
  if (isObject(entries) && entries['length'] === length) return;
  const got = isObject(entries) && isSize(entries['length']) ? `${entries['length']}` : textOf(entries);
  throw new LossError('SHAPE', `${name}: ${method}() of a sample should have ${length} entries, got ${got}`);
}

/** Adds `hessian` and the `hvp` that follows from it; the blocks are computed once, at the first call of either. */
export function withHessian(evaluation: Evaluation, hessian: () => Batch): Evaluation {
  let blocks: Batch | undefined;
  const cached = (): Batch => (blocks ??= hessian());
  return {
    ...evaluation,
    hessian: () => copyOf(cached()),
    hvp: (v) => timesBlocks(cached(), v),
  };
}
