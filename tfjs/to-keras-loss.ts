import * as tf from '@tensorflow/tfjs-core';
import type { Batch } from '../core/batch.js';
import { LossError } from '../core/errors.js';
import type { LossPlugin } from '../core/loss.js';
import type { Rng } from '../core/random/rng.js';
import { toBatch, toTensor } from './tensor-batch.js';
import { type TensorLossOptions, toStep, type TrainableLoss } from './to-tensor-loss.js';

export interface KerasLossOptions extends TensorLossOptions {
  /** For a loss that draws random numbers: the call of number k, from 0 on, draws from `rng.split(k)`. */
  readonly rng?: Rng;
}

/** Targets first, as Keras has them; the losses of the samples (N), of which Keras takes the mean. */
export type KerasLoss = (yTrue: tf.Tensor, yPred: tf.Tensor) => tf.Tensor1D;

/** What `registry.create` and `checked` give. */
type KerasReady<Target> = TrainableLoss<Target> & { readonly plugin: Pick<LossPlugin<Target>, 'target'> };

/**
 * A loss for `model.compile` of tfjs-layers, whose targets are a tensor and come first:
 *
 *     model.compile({ optimizer: 'adam', loss: toKerasLoss(softsort), metrics: [toKerasLoss(softsort, { curvature: 'none' })] });
 *     await model.fit(x, tf.tensor2d([[2, 0, 1], [0, 1, 2]])); // ranks, a sample a row
 *
 * Values and gradients are those of `toTensorLoss`, but of each sample, so that class weights hold: 1/2 |d_i|^2, or with
 * curvature `none` the loss itself. The outputs of a sample are in a row, whatever their shape; so are its targets where
 * the loss takes a list of numbers, and where it takes one number they are that. Keras wants targets of the outputs'
 * shape: a loss that takes one number a sample goes with one output.
 *
 * Both are read on the host at every call, synchronously: what that costs is up to the backend. Errors: PARAMS for bad
 * options, SHAPE for targets that are not one a sample, UNSUPPORTED for a loss that draws random numbers without an
 * rng, those of the loss (TARGET) and of `newtonTarget`.
 */
export function toKerasLoss<Target>(
  loss: KerasReady<Target>,
  { rng, ...options }: KerasLossOptions = {},
): KerasLoss {
  const step = toStep(loss, options);
  if (!rng && !loss.capabilities.deterministic) {
    throw new LossError(
      'UNSUPPORTED',
      'toKerasLoss: this loss draws random numbers, expected the option rng, got none',
    );
  }
  let calls = 0;
  return (yTrue, yPred) => {
    const y = rowsOf(yPred);
    const targets = targetsOf(loss.plugin.target, yTrue, y.shape[0]) as Target[];
    const { values, direction } = step(toBatch(y), targets, rng?.split(calls++));
    return valuesWithGradient(y, values, direction);
  };
}

/** (N, m), the entries of a sample in a row. */
function rowsOf(x: tf.Tensor): tf.Tensor2D {
  const samples = x.shape[0] ?? 1;
  return tf.reshape(x, [samples, x.size / samples]);
}

/** One target a sample, of as many dimensions as its schema wants. */
function targetsOf(schema: LossPlugin['target'], yTrue: tf.Tensor, samples: number): unknown[] {
  if (yTrue.shape[0] !== samples) throw wrongTargets(`${samples} samples`, yTrue);
  if (isNumber(schema)) {
    if (yTrue.size !== samples) throw wrongTargets('one number a sample', yTrue);
    return Array.from(yTrue.dataSync());
  }
  const isRow = isNumber(schema['items'] as LossPlugin['target'] | undefined);
  return tf.tidy(() => (isRow ? rowsOf(yTrue) : yTrue).arraySync()) as unknown[];
}

function isNumber(schema: LossPlugin['target'] | undefined): boolean {
  return schema?.['type'] === 'number' || schema?.['type'] === 'integer';
}

function wrongTargets(expected: string, { shape }: tf.Tensor): LossError {
  return new LossError('SHAPE', `toKerasLoss: yTrue should have ${expected}, got (${shape})`);
}

/** Values (N) whose gradient to row i of y is row i of `gradients`. */
function valuesWithGradient(y: tf.Tensor2D, values: Float64Array, gradients: Batch): tf.Tensor1D {
  const op = tf.customGrad((_y, save) => {
    (save as tf.GradSaveFunc)([toTensor(gradients)]);
    return {
      value: tf.tensor1d(Float32Array.from(values)),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => tf.mul(saved[0], tf.reshape(dy, [values.length, 1])),
    };
  });
  return op(y);
}
