import * as tf from '@tensorflow/tfjs-core';
import { type Rng } from '../../core/rng.js';

/** Weights of one layer and its bias, one entry an output unit. */
export interface Layer {
  readonly weight: tf.Variable;
  readonly bias: tf.Variable;
}

/**
 * Fresh weights, uniform on +-1/sqrt(fan in) for weight and bias alike, as PyTorch initialises linear and convolution layers.
 * The last axis of `shape` are the output units, the product of the others is the fan in.
 */
export function createLayer(shape: readonly number[], rng: Rng): Layer {
  const units = shape.at(-1)!;
  const bound = 1 / Math.sqrt(tf.util.sizeFromShape([...shape]) / units);
  const draw = (size: readonly number[], stream: Rng): tf.Variable => {
    const values = Float32Array.from({ length: tf.util.sizeFromShape([...size]) }, () => bound * (2 * stream.uniform() - 1));
    const initial = tf.tensor(values, [...size]);
    const variable = tf.variable(initial);
    initial.dispose();
    return variable;
  };
  return { weight: draw(shape, rng.split(0)), bias: draw([units], rng.split(1)) };
}

/** Weights and biases, layer after layer. */
export function variablesOf(layers: readonly Layer[]): tf.Variable[] {
  return layers.flatMap(({ weight, bias }) => [weight, bias]);
}

export type Activation = 'relu' | 'linear';

/**
 * A dense layer, x W + b or max(0, x W + b), as one forward kernel: (rows, k) -> (rows, units). (tfjs itself fuses no
 * activation while it records gradients.) With `input: 'data'` x is a constant, and the product for its gradient is left out.
 */
export function dense(x: tf.Tensor2D, layer: Layer, activation: Activation, input: 'hidden' | 'data' = 'hidden'): tf.Tensor2D {
  const { weight, bias } = layer;
  const op = tf.customGrad<tf.Tensor2D>((...args) => {
    const y = fusedDense(x, layer, activation);
    (args.at(-1) as (saved: tf.Tensor[]) => void)([x, weight, y]);
    return { value: y, gradFunc: (dy, saved) => denseGradient(dy, saved as tf.Tensor2D[], activation, input) };
  });
  return input === 'data' ? op(weight, bias) : op(weight, bias, x);
}

function fusedDense(x: tf.Tensor2D, { weight, bias }: Layer, activation: Activation): tf.Tensor2D {
  const [rows, k] = x.shape;
  const units = bias.size;
  const inputs = { a: tf.reshape(x, [1, rows, k]), b: tf.reshape(weight, [1, k, units]), bias };
  const y = tf.engine().runKernel<tf.Tensor>('_FusedMatMul', inputs, { transposeA: false, transposeB: false, activation });
  return tf.reshape(y, [rows, units]);
}

function denseGradient(dy: tf.Tensor2D, saved: tf.Tensor2D[], activation: Activation, input: 'hidden' | 'data'): tf.Tensor[] {
  const [x, weight, y] = saved as [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D];
  const dz = activation === 'relu' ? tf.mul(dy, tf.step<tf.Tensor2D>(y)) as tf.Tensor2D : dy;
  const gradients: tf.Tensor[] = [tf.matMul(x, dz, true, false), tf.sum(dz, 0)];
  if (input === 'hidden') gradients.push(tf.matMul(dz, weight, false, true));
  return gradients;
}
