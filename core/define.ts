import { type Batch, copyOf, row, timesBlocks, zeros } from './batch.js';
import { type Evaluation, type Loss, type LossPlugin } from './loss.js';

/** Gives a plugin its types; returns it as it is. */
export function defineLoss<Target, Params extends object>(plugin: LossPlugin<Target, Params>): LossPlugin<Target, Params> {
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
 * The easy way to write a plugin: value, gradient and optionally Hessian of one sample, as three functions; they are lifted to
 * batches, with a Hessian-vector product where there is a Hessian.
 */
export function defineSampleLoss<Target, Params extends object>(
  plugin: SampleLossPlugin<Target, Params>,
): LossPlugin<Target, Params> {
  return { ...plugin, create: (params) => liftToBatches(plugin.create(params)) };
}

function liftToBatches<Target>(sample: SampleLoss<Target>): Loss<Target> {
  return {
    ...sample,
    evaluate(y, targets) {
      const perRow = (cols: number, f: (y: Float64Array, t: Target) => ArrayLike<number>): Batch => {
        const out = zeros(y.rows, cols);
        for (let i = 0; i < y.rows; i++) row(out, i).set(f(row(y, i), targets[i]!));
        return out;
      };
      const evaluation: Evaluation = {
        value: Float64Array.from({ length: y.rows }, (_, i) => sample.value(row(y, i), targets[i]!)),
        gradient: () => perRow(y.cols, (yi, t) => sample.gradient(yi, t)),
      };
      if (!sample.hessian) return evaluation;
      return withHessian(evaluation, () => perRow(y.cols * y.cols, (yi, t) => sample.hessian!(yi, t)));
    },
  };
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
