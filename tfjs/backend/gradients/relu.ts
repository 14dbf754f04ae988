import * as tf from '@tensorflow/tfjs-core';

/** A kernel that backends may have beside those of tfjs, from dy and y to dy where y > 0. */
export const RELU_GRAD = 'ReluGrad';

/** The gradient to x of y = relu(x), from that to y. */
export function throughRelu(dy: tf.Tensor, y: tf.Tensor): tf.Tensor {
  if (tf.getKernel(RELU_GRAD, tf.getBackend())) return tf.engine().runKernel(RELU_GRAD, { dy, y });
  return tf.mul(dy, tf.step(y));
}
