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
