import * as tf from '@tensorflow/tfjs-core';
import { type Batch, row } from '../core/batch.js';
import { LossError } from '../core/errors.js';
import type { Capabilities, Evaluation, Loss } from '../core/loss.js';
import {
  type Curvature,
  type NewtonDiagnostics,
  type NewtonOptions,
  newtonTarget,
  resolveOptions,
} from '../core/newton/index.js';
import { once } from '../core/matrices.js';
import { createRng, type Rng } from '../core/random/rng.js';
import { chooseCurvature, type CurvatureChoice, RECIPE } from '../core/newton/choose-curvature.js';
import { meanGradient, toBatch } from './tensor-batch.js';

export interface TensorLossOptions extends Partial<Omit<NewtonOptions, 'curvature'>> {
  /** `auto`, the default: what `chooseCurvature` says, with lambda and definiteness of `RECIPE` unless they are given. Others need a lambda. */
  readonly curvature?: 'auto' | Curvature;
}

/** One evaluation of a tensor loss, N samples. */
export interface StepInfo extends CurvatureChoice {
  /** Mean of the loss itself, whatever the curvature. */
  readonly loss: number;
  /** (N): |g_i| of the loss itself. */
  readonly gradientNorms: Float64Array;
  /** (N, m): d_i; the network receives d_i / N. */
  readonly direction: Batch;
  /** Whether a direction was set to zero because its matrix was singular. */
  readonly skipped: boolean;
  /** Of the Newton step, where there is one. Computed when first asked for. */
  diagnostics?(): NewtonDiagnostics;
}

/** A tensor loss at outputs y, and all that is known there. */
export interface TensorStep extends StepInfo {
  /** What `toTensorLoss` gives. */
  readonly value: tf.Scalar;
  /** The loss itself at y. */
  readonly evaluation: Evaluation;
}

/** What a tensor loss at outputs y is made of. */
interface Step extends Omit<TensorStep, 'value'> {
  /** (N): of the Newton loss, 1/2 |d_i|^2, or with curvature `none` of the loss itself. */
  readonly values: Float64Array;
}

/** What of a loss's capabilities matters here; `registry.create` and `checked` give losses that have them. */
export type TrainableLoss<Target> = Loss<Target> & {
  readonly capabilities: Pick<Capabilities, 'hessian' | 'fisher' | 'deterministic'>;
};

type OfOutputs<Target, Result> = (y: tf.Tensor2D, targets: readonly Target[], rng?: Rng) => Result;

export type TensorLoss<Target> = OfOutputs<Target, tf.Scalar>;

/**
 * A loss as a tfjs function of the outputs y (N, m) and N targets, for `optimizer.minimize` and `tf.variableGrads`; for
 * `model.compile` there is `toKerasLoss`. The loss and its directions d_i = (C + lambda I)^-1 g_i are computed in float64. The value is that of the Newton loss,
 * (1/N) sum_i 1/2 |d_i|^2, or with curvature `none` the mean of the loss itself; the gradient to y_i is d_i / N.
 *
 * A loss that draws random numbers needs an `rng` with every call, a fresh stream for each step (UNSUPPORTED without).
 * Errors: PARAMS for bad options, SHAPE unless y has rank 2, those of the loss and of `newtonTarget`.
 */
export function toTensorLoss<Target>(loss: TrainableLoss<Target>, options: TensorLossOptions = {}): TensorLoss<Target> {
  const step = toTensorStep(loss, options);
  return (y, targets, rng) => step(y, targets, rng).value;
}

/** `toTensorLoss` with all that is known at y: `tf.variableGrads(() => (latest = step(...)).value)`. */
export function toTensorStep<Target>(
  loss: TrainableLoss<Target>,
  options: TensorLossOptions = {},
): OfOutputs<Target, TensorStep> {
  const step = toStep(loss, options);
  return (y, targets, rng) => {
    const { values, ...known } = step(toBatch(y, 'toTensorLoss: y'), targets, rng);
    return { ...known, value: scalarWithGradient(y, mean(values), known.direction) };
  };
}

/** The loss and its directions, before they are tensors. PARAMS; UNSUPPORTED at a call that lacks an rng. */
export function toStep<Target>(
  loss: TrainableLoss<Target>,
  { curvature = 'auto', ...newton }: TensorLossOptions,
): (y: Batch, targets: readonly Target[], rng?: Rng) => Step {
  const choice = chooseCurvature(loss.capabilities, curvature);
  const standard = curvature === 'auto' ? RECIPE : {};
  const options = resolveOptions({ ...standard, ...newton, curvature: choice.curvature } as NewtonOptions);
  return (y, targets, rng) => {
    if (!rng && !loss.capabilities.deterministic) {
      throw new LossError('UNSUPPORTED', 'toTensorLoss: this loss draws random numbers, expected an rng, got none');
    }
    const evaluation = gradientOnce(loss.evaluate(y, targets, rng ?? createRng(0)));
    const target = newtonTarget(evaluation, y, options);
    return {
      ...choice,
      values: options.plain ? evaluation.value : target.value,
      evaluation,
      loss: mean(evaluation.value),
      gradientNorms: rowNorms(evaluation.gradient()),
      direction: target.direction,
      skipped: target.skipped,
      ...(!options.plain && { diagnostics: () => target.diagnostics() }),
    };
  };
}

/** A scalar whose gradient to y is that of the mean of functions with gradients `perSample`. */
function scalarWithGradient(y: tf.Tensor2D, value: number, perSample: Batch): tf.Scalar {
  const op = tf.customGrad((_y, save) => {
    (save as tf.GradSaveFunc)([meanGradient(perSample)]);
    return { value: tf.scalar(value), gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => tf.mul(saved[0], dy) };
  });
  return op(y);
}

/** The newton step and the report share one gradient. */
function gradientOnce(evaluation: Evaluation): Evaluation {
  return { ...evaluation, gradient: once(() => evaluation.gradient()) };
}

function mean(values: Float64Array): number {
  return values.reduce((sum, v) => sum + v, 0) / values.length;
}

function rowNorms(batch: Batch): Float64Array {
  return Float64Array.from(
    { length: batch.rows },
    (_, i) => Math.sqrt(row(batch, i).reduce((sum, g) => sum + g * g, 0)),
  );
}
