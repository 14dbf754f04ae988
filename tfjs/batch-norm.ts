import * as tf from '@tensorflow/tfjs-core';

/** Mean and variance of each channel over all else, the variance divided by their number. */
export interface Moments {
  readonly mean: tf.Tensor1D;
  readonly variance: tf.Tensor1D;
}

/**
 * Batch normalisation by the moments of the batch itself: x (..., C), scale and offset (C), M entries a channel.
 *
 *     y        = scale n + offset                 n = (x - mean) r,  r = 1 / sqrt(variance + epsilon)
 *     d offset = sum dy
 *     d scale  = sum dy n
 *     d x      = scale r (dy - d offset / M - n d scale / M)
 *
 * `heard` is called with the moments, for running means; they live as long as the call. One array of x's size is kept
 * for the gradient.
 *
 * Source: Ioffe and Szegedy, Batch Normalization, ICML 2015, algorithm 1.
 */
export function normaliseBatch<T extends tf.Tensor>(
  x: T,
  scale: tf.Tensor,
  offset: tf.Tensor,
  epsilon: number,
  heard: (moments: Moments) => void,
): T {
  const axes = x.shape.slice(0, -1).map((_, axis) => axis);
  const M = x.size / x.shape.at(-1)!;
  const channelSums = (values: tf.Tensor): tf.Tensor1D => tf.sum(values, axes);
  const op = tf.customGrad((...args) => {
    const [input, s, o, save] = args as unknown as [T, tf.Tensor1D, tf.Tensor1D, tf.GradSaveFunc];
    const mean = tf.div<tf.Tensor1D>(channelSums(input), M);
    const centred = tf.sub(input, mean);
    const variance = tf.div<tf.Tensor1D>(channelSums(tf.square(centred)), M);
    const r = tf.rsqrt(tf.add(variance, epsilon));
    heard({ mean, variance });
    save([centred, r, s]);
    const value = tf.add<T>(tf.mul(centred, tf.mul(r, s)), o);
    return { value, gradFunc: ofNormalised };
  });
  const ofNormalised = (dy: T, saved: tf.Tensor[]): tf.Tensor[] => {
    const [centred, r, s] = saved as [T, tf.Tensor1D, tf.Tensor1D];
    const dOffset = channelSums(dy);
    const dScale = tf.tidy(() => tf.mul(channelSums(tf.mul(dy, centred)), r));
    const dx = tf.tidy(() => {
      const factor = tf.mul(s, r);
      const byCentred = tf.div(tf.mul(r, dScale), M);
      return tf.mul(tf.sub(tf.sub(dy, tf.div(dOffset, M)), tf.mul(centred, byCentred)), factor);
    });
    return [dx, dScale, dOffset];
  };
  return op(x, scale, offset);
}
