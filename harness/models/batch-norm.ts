import * as tf from '@tensorflow/tfjs-core';
import { normaliseBatch } from '../../tfjs/index.js';
import type { Mode } from './model.js';

/** As PyTorch has them: added to the variance, and the weight of the newest batch in the running moments. */
const EPSILON = 1e-5;
const MOMENTUM = 0.1;

/** A batch normalisation layer. */
export interface BatchNorm {
  /** Scale and offset. */
  readonly variables: tf.Variable[];
  /** Running mean and variance. */
  readonly state: tf.Variable[];
  /**
   * (..., channels) to the same. In training by the batch's own moments, which move the running ones; in evaluation by
   * the running ones.
   */
  apply(x: tf.Tensor4D, mode: Mode): tf.Tensor4D;
}

/**
 * Scale 1, offset 0, running mean 0 and variance 1 to begin with.
 *
 *     running = 0.9 running + 0.1 batch          variance of the batch times M / (M - 1), M entries a channel
 */
export function createBatchNorm(channels: number): BatchNorm {
  const constant = (value: number): tf.Variable<tf.Rank.R1> => {
    const initial = tf.fill<tf.Rank.R1>([channels], value);
    const variable = tf.variable(initial);
    initial.dispose();
    return variable;
  };
  const [scale, offset, mean, variance] = [constant(1), constant(0), constant(0), constant(1)];
  const move = (running: tf.Variable, batch: tf.Tensor): void =>
    running.assign(tf.add(tf.mul(running, 1 - MOMENTUM), tf.mul(batch, MOMENTUM)));
  return {
    variables: [scale, offset],
    state: [mean, variance],
    apply(x, mode) {
      if (mode === 'evaluation') return tf.batchNorm(x, mean, variance, offset, scale, EPSILON) as tf.Tensor4D;
      const M = x.size / channels;
      return normaliseBatch(x, scale, offset, EPSILON, (batch) => {
        move(mean, batch.mean);
        move(variance, tf.mul(batch.variance, M / (M - 1)));
      });
    },
  };
}
