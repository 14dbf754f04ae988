import * as tf from '@tensorflow/tfjs-core';
import type { Rng } from '../../../core/random/rng.js';

/**
 * |<gradient, v> - central difference along v| relative to |gradient|, v a random unit vector. With values below 1,
 * float32 rounding leaves some 1e-7 / h, curvature some h^2 / 6 times the third derivative.
 */
export function slopeError(
  variable: tf.Variable,
  gradient: tf.Tensor,
  loss: () => tf.Scalar,
  rng: Rng,
  h = 1e-3,
): number {
  const start = tf.clone(variable);
  const at = (v: tf.Tensor, t: number): number =>
    tf.tidy(() => {
      variable.assign(tf.add(start, tf.mul(v, t)));
      return loss().dataSync()[0];
    });
  const error = tf.tidy(() => {
    const normal = tf.tensor(Float32Array.from({ length: variable.size }, () => rng.normal()), variable.shape);
    const v = tf.div(normal, tf.norm(normal));
    const slope = (at(v, h) - at(v, -h)) / (2 * h);
    return Math.abs(slope - tf.sum(tf.mul(gradient, v)).dataSync()[0]) / tf.norm(gradient).dataSync()[0];
  });
  variable.assign(start);
  start.dispose();
  return error;
}

export function randomTensor(shape: number[], rng: Rng): tf.Tensor {
  return tf.tensor(Float32Array.from({ length: tf.util.sizeFromShape(shape) }, () => rng.uniform()), shape);
}
