import * as tf from '@tensorflow/tfjs-core';
import { type Attrs, type KernelGradient, reduceTo } from './gradient.js';
import { throughRelu } from './relu.js';

const run = (kernel: string, inputs: Record<string, tf.Tensor>, attrs: object): tf.Tensor =>
  tf.engine().runKernel(kernel, inputs, attrs as tf.NamedAttrMap);

type Thunk = () => tf.Tensor;

/** The gradients of C = op(A) op(B), where op transposes or not. */
function ofProduct(
  dC: tf.Tensor,
  A: tf.Tensor,
  B: tf.Tensor,
  { transposeA, transposeB }: Attrs,
): { a: Thunk; b: Thunk } {
  return {
    a: () => (transposeA ? tf.matMul(B, dC, transposeB, true) : tf.matMul(dC, B, false, !transposeB)),
    b: () => (transposeB ? tf.matMul(dC, A, true, transposeA) : tf.matMul(A, dC, !transposeA, false)),
  };
}

const batchMatMul: KernelGradient = {
  kernel: tf.BatchMatMul,
  saveInputs: ['a', 'b'],
  grad(dy, [a, b], attrs) {
    const { a: dA, b: dB } = ofProduct(dy, a, b, attrs);
    return { a: () => reduceTo(dA(), a.shape), b: () => reduceTo(dB(), b.shape) };
  },
};

/** Of y = activation(z), with z = x W + bias, to z. */
function throughActivation(dy: tf.Tensor, y: tf.Tensor, activation: string): tf.Tensor {
  if (activation === 'linear') return dy;
  if (activation === 'relu') return throughRelu(dy, y);
  throw new Error(`gradient of a fused kernel: expected activation linear or relu, got ${activation}`);
}

const fusedMatMul: KernelGradient = {
  kernel: tf._FusedMatMul,
  saveInputs: ['a', 'b'],
  saveOutput: true,
  grad(dy, [a, b, y], attrs) {
    const dz = throughActivation(dy, y, attrs['activation']);
    return { ...ofProduct(dz, a, b, attrs), bias: () => reduceTo(dz, dy.shape.slice(-1)) };
  },
};

function ofConvolution(dy: tf.Tensor, x: tf.Tensor, filter: tf.Tensor, attrs: Attrs): { x: Thunk; filter: Thunk } {
  return {
    x: () => run(tf.Conv2DBackpropInput, { dy, filter }, { ...attrs as object, inputShape: x.shape }),
    filter: () => run(tf.Conv2DBackpropFilter, { x, dy }, { ...attrs as object, filterShape: filter.shape }),
  };
}

const conv2d: KernelGradient = {
  kernel: tf.Conv2D,
  saveInputs: ['x', 'filter'],
  grad: (dy, [x, filter], attrs) => ofConvolution(dy, x, filter, attrs),
};

const fusedConv2d: KernelGradient = {
  kernel: tf.FusedConv2D,
  saveInputs: ['x', 'filter'],
  saveOutput: true,
  grad(dy, [x, filter, y], attrs) {
    const dz = throughActivation(dy, y, attrs['activation']);
    return { ...ofConvolution(dz, x, filter, attrs), bias: () => reduceTo(dz, dy.shape.slice(-1)) };
  },
};

const maxPool: KernelGradient = {
  kernel: tf.MaxPool,
  saveInputs: ['x'],
  saveOutput: true,
  grad: (dy, [x, y], attrs) => ({ x: () => run(tf.MaxPoolGrad, { dy, input: x, output: y }, attrs) }),
};

/** y = scale (x - mean) r + offset with r = 1 / sqrt(variance + epsilon), one of each a channel. */
const fusedBatchNorm: KernelGradient = {
  kernel: tf.FusedBatchNorm,
  saveInputs: ['x', 'mean', 'variance', 'scale'],
  grad(dy, [x, mean, variance, scale = tf.scalar(1)], { varianceEpsilon }) {
    const r = tf.rsqrt(tf.add(variance, varianceEpsilon));
    const centred = tf.sub(x, mean);
    const perChannel = (dx: tf.Tensor): tf.Tensor => reduceTo(dx, mean.shape);
    const dx = tf.mul(dy, tf.mul(scale, r));
    return {
      x: () => dx,
      mean: () => tf.neg(perChannel(dx)),
      variance: () => tf.mul(perChannel(tf.mul(dx, centred)), tf.mul(tf.square(r), -0.5)),
      scale: () => tf.mul(perChannel(tf.mul(dy, centred)), r),
      offset: () => perChannel(dy),
    };
  },
};

export const layers: KernelGradient[] = [batchMatMul, fusedMatMul, conv2d, fusedConv2d, maxPool, fusedBatchNorm];
