import * as tf from '@tensorflow/tfjs-core';
import { type KernelGradient, reduceTo } from './gradient.js';
import { throughRelu } from './relu.js';

/** Kernels of one input x whose derivative is written in x. */
const ofInput: Record<string, (dy: tf.Tensor, x: tf.Tensor) => tf.Tensor> = {
  [tf.Abs]: (dy, x) => tf.mul(dy, tf.sign(x)),
  [tf.Log]: (dy, x) => tf.div(dy, x),
  [tf.Log1p]: (dy, x) => tf.div(dy, tf.add(x, 1)),
  [tf.Neg]: (dy) => tf.neg(dy),
  [tf.Softplus]: (dy, x) => tf.mul(dy, tf.sigmoid(x)),
  [tf.Square]: (dy, x) => tf.mul(dy, tf.mul(x, 2)),
};

/** Kernels of one input x whose derivative is written in the output y. */
const ofOutput: Record<string, (dy: tf.Tensor, y: tf.Tensor) => tf.Tensor> = {
  [tf.Exp]: (dy, y) => tf.mul(dy, y),
  [tf.Relu]: throughRelu,
  [tf.Rsqrt]: (dy, y) => tf.mul(dy, tf.mul(tf.mul(y, tf.square(y)), -0.5)),
  [tf.Sigmoid]: (dy, y) => tf.mul(dy, tf.mul(y, tf.sub(1, y))),
  [tf.Sqrt]: (dy, y) => tf.div(dy, tf.mul(y, 2)),
  [tf.Tanh]: (dy, y) => tf.mul(dy, tf.sub(1, tf.square(y))),
};

type Pairwise = (dy: tf.Tensor, a: tf.Tensor, b: tf.Tensor) => tf.Tensor;

/** Kernels of two broadcast inputs: the gradient of each before it is summed back to the operand's shape. */
const ofPair: Record<string, [a: Pairwise, b: Pairwise]> = {
  [tf.Add]: [(dy) => dy, (dy) => dy],
  [tf.Sub]: [(dy) => dy, (dy) => tf.neg(dy)],
  [tf.Multiply]: [(dy, _a, b) => tf.mul(dy, b), (dy, a) => tf.mul(dy, a)],
  [tf.RealDiv]: [(dy, _a, b) => tf.div(dy, b), (dy, a, b) => tf.neg(tf.div(tf.mul(dy, a), tf.square(b)))],
  [tf.Maximum]: [(dy, a, b) => tf.mul(dy, tf.greaterEqual(a, b)), (dy, a, b) => tf.mul(dy, tf.less(a, b))],
  [tf.Minimum]: [(dy, a, b) => tf.mul(dy, tf.lessEqual(a, b)), (dy, a, b) => tf.mul(dy, tf.greater(a, b))],
  [tf.SquaredDifference]: [
    (dy, a, b) => tf.mul(dy, tf.mul(tf.sub(a, b), 2)),
    (dy, a, b) => tf.mul(dy, tf.mul(tf.sub(b, a), 2)),
  ],
};

/** Comparisons, which change by jumps only. */
const ofFlatPair = [tf.Equal, tf.Greater, tf.GreaterEqual, tf.Less, tf.LessEqual, tf.NotEqual];

const clipByValue: KernelGradient = {
  kernel: tf.ClipByValue,
  saveInputs: ['x'],
  grad: (dy, [x], { clipValueMin, clipValueMax }) => ({
    x: () =>
      tf.where(tf.logicalAnd(tf.greaterEqual(x, clipValueMin), tf.lessEqual(x, clipValueMax)), dy, tf.zerosLike(dy)),
  }),
};

const select: KernelGradient = {
  kernel: tf.Select,
  saveInputs: ['condition'],
  grad: (dy, [condition]) => ({
    condition: () => tf.zeros(condition.shape),
    t: () => tf.mul(dy, tf.cast(condition, dy.dtype)),
    e: () => tf.mul(dy, tf.cast(tf.logicalNot(condition), dy.dtype)),
  }),
};

export const elementwise: KernelGradient[] = [
  ...Object.entries(ofInput).map(([kernel, f]): KernelGradient => ({
    kernel,
    saveInputs: ['x'],
    grad: (dy, [x]) => ({ x: () => f(dy, x) }),
  })),
  ...Object.entries(ofOutput).map(([kernel, f]): KernelGradient => ({
    kernel,
    saveOutput: true,
    grad: (dy, [y]) => ({ x: () => f(dy, y) }),
  })),
  ...Object.entries(ofPair).map(([kernel, [f, g]]): KernelGradient => ({
    kernel,
    saveInputs: ['a', 'b'],
    grad: (dy, [a, b]) => ({ a: () => reduceTo(f(dy, a, b), a.shape), b: () => reduceTo(g(dy, a, b), b.shape) }),
  })),
  ...ofFlatPair.map((kernel): KernelGradient => ({
    kernel,
    saveInputs: ['a', 'b'],
    grad: (_dy, [a, b]) => ({ a: () => tf.zeros(a.shape), b: () => tf.zeros(b.shape) }),
  })),
  clipByValue,
  select,
];
