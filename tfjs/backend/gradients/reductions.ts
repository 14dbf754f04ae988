import * as tf from '@tensorflow/tfjs-core';
import type { KernelGradient } from './gradient.js';

/** dy, from which the axes were reduced, spread over the shape of x again. */
function spread(dy: tf.Tensor, x: tf.Tensor, axis: number | number[]): tf.Tensor {
  return tf.broadcastTo(keepAxes(dy, x, axis), x.shape);
}

function keepAxes(dy: tf.Tensor, x: tf.Tensor, axis: number | number[]): tf.Tensor {
  return tf.reshape(
    dy,
    tf.backend_util.expandShapeToKeepDim(reducedShape(x, axis)[0], tf.util.parseAxisParam(axis, x.shape)),
  );
}

/** The shapes of what is left and of what is reduced. */
function reducedShape(x: tf.Tensor, axis: number | number[]): [number[], number[]] {
  return tf.backend_util.computeOutAndReduceShapes(x.shape, tf.util.parseAxisParam(axis, x.shape));
}

const sum: KernelGradient = {
  kernel: tf.Sum,
  saveInputs: ['x'],
  grad: (dy, [x], { axis }) => ({ x: () => spread(dy, x, axis) }),
};

const mean: KernelGradient = {
  kernel: tf.Mean,
  saveInputs: ['x'],
  grad: (dy, [x], { axis }) => ({
    x: () => spread(tf.div(dy, tf.util.sizeFromShape(reducedShape(x, axis)[1])), x, axis),
  }),
};

/** Entries that share the maximum each receive the whole gradient, as in tfjs. */
const max: KernelGradient = {
  kernel: tf.Max,
  saveInputs: ['x'],
  saveOutput: true,
  grad: (dy, [x, y], { reductionIndices }) => ({
    x: () =>
      tf.mul(keepAxes(dy, x, reductionIndices), tf.cast(tf.equal(x, keepAxes(y, x, reductionIndices)), dy.dtype)),
  }),
};

const softmax: KernelGradient = {
  kernel: tf.Softmax,
  saveOutput: true,
  grad: (dy, [p], { dim }) => ({ logits: () => tf.mul(p, tf.sub(dy, tf.sum(tf.mul(dy, p), dim, true))) }),
};

const logSoftmax: KernelGradient = {
  kernel: tf.LogSoftmax,
  saveOutput: true,
  grad: (dy, [logP], { axis }) => ({ logits: () => tf.sub(dy, tf.mul(tf.exp(logP), tf.sum(dy, axis, true))) }),
};

export const reductions: KernelGradient[] = [sum, mean, max, softmax, logSoftmax];
