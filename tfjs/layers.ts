import * as tf from '@tensorflow/tfjs-core';

export type Activation = 'linear' | 'relu';

/**
 * A dense layer as one fused kernel, differentiable after `useBackend`: activation(x W + bias) with x (N, in), W (in,
 * out), bias (out). tf.fused.matMul computes the same, but falls apart into three kernels while gradients are recorded.
 */
export function dense(x: tf.Tensor, W: tf.Tensor, bias: tf.Tensor, activation: Activation): tf.Tensor2D {
  const attrs = { transposeA: false, transposeB: false, activation };
  return tf.engine().runKernel<tf.Tensor2D>(tf._FusedMatMul, { a: x, b: W, bias }, attrs);
}

/**
 * x (N, height, width, channels) with `pad` more entries of `value` on each of the four sides, for a layer with padding
 * 'valid': the kernels of TensorFlow take no padding in numbers, and their gradients none that is explicit.
 */
export function bordered(x: tf.Tensor4D, pad: number, value = 0): tf.Tensor4D {
  return pad === 0 ? x : tf.pad(x, [[0, 0], [pad, pad], [pad, pad], [0, 0]], value);
}

/** Max-pooling over squares, beyond the border of x as if nothing were there: -Infinity, for entries of any sign. */
export function maxPool(x: tf.Tensor4D, size: number, stride: number, pad = 0): tf.Tensor4D {
  return tf.maxPool(bordered(x, pad, -Infinity), size, stride, 'valid');
}

/**
 * A convolution layer as one fused kernel, differentiable after `useBackend`: activation(x * filter + bias) with x (N,
 * height, width, in), filter (height, width, in, out), bias (out). A padding in numbers is of zeros, the same on all
 * sides.
 */
export function convolution(
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
  bias: tf.Tensor,
  activation: Activation,
  { strides = 1, pad = 'same' }: { strides?: number | [number, number]; pad?: 'same' | 'valid' | number } = {},
): tf.Tensor4D {
  const numbers = typeof pad === 'number';
  const attrs = { strides, pad: numbers ? 'valid' : pad, dataFormat: 'NHWC', dilations: [1, 1], activation };
  const inputs = { x: numbers ? bordered(x, pad) : x, filter, bias };
  return tf.engine().runKernel<tf.Tensor4D>(tf.FusedConv2D, inputs, attrs);
}
