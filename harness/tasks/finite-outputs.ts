import * as tf from '@tensorflow/tfjs-core';
import { LossError } from '../../core/errors.js';
import type { Predict } from './task.js';

/**
 * What a network makes of held-out samples: `expected` numbers (SHAPE), all finite (NONFINITE). `task` is whom errors
 * name.
 */
export function finiteOutputs(task: string, predict: Predict, x: () => tf.Tensor, expected: number): Float32Array {
  const outputs = tf.tidy(() => predict(x()).dataSync<'float32'>());
  if (outputs.length !== expected) {
    throw new LossError('SHAPE', `${task}: predict should give ${expected} outputs, got ${outputs.length}`);
  }
  const wrong = outputs.find((output) => !Number.isFinite(output));
  if (wrong !== undefined) {
    throw new LossError('NONFINITE', `${task}: outputs for held-out samples should be finite, got ${wrong}`);
  }
  return outputs;
}
