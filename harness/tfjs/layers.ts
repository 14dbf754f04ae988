import * as tf from '@tensorflow/tfjs-core';

export type Activation = 'linear' | 'relu';

/**
 * A dense layer as one fused kernel, differentiable after `useBackend`: activation(x W + bias) with x (N, in), W (in, out), bias (out).
 * tf.fused.matMul computes the same, but falls apart into three kernels while gradients are recorded.
 */
export function dense(x: tf.Tensor, W: tf.Tensor, bias: tf.Tensor, activation: Activation): tf.Tensor2D {
  const [rows, inputs] = x.shape as [number, number];
  const outputs = W.shape[1]!;
  const a = tf.reshape(x, [1, rows, inputs]);
  const b = tf.reshape(W, [1, inputs, outputs]);
  const y = tf.engine().runKernel(tf._FusedMatMul, { a, b, bias }, { transposeA: false, transposeB: false, activation });
  return tf.reshape(y as tf.Tensor, [rows, outputs]);
}

/**
 * A convolution layer as one fused kernel, differentiable after `useBackend`: activation(x * filter + bias) with x (N, height, width,
 * in), filter (height, width, in, out), bias (out).
 */
export function convolution(
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
  bias: tf.Tensor,
  activation: Activation,
  { strides = 1, pad = 'same' }: { strides?: number | [number, number]; pad?: 'same' | 'valid' | number } = {},
): tf.Tensor4D {
  const attrs = { strides, pad, dataFormat: 'NHWC', dilations: [1, 1], activation };
  return tf.engine().runKernel(tf.FusedConv2D, { x, filter, bias }, attrs) as tf.Tensor4D;
}
