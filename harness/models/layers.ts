import * as tf from '@tensorflow/tfjs-core';
import type { Rng } from '../../core/random/rng.js';
import { checkMemory } from '../run/memory.js';

/** Weights of one layer and its bias, one entry an output unit. */
export interface Layer {
  readonly weight: tf.Variable;
  readonly bias: tf.Variable;
}

/**
 * Fresh weights, uniform on +-1/sqrt(fan in) for weight and bias alike, as PyTorch initialises linear and convolution
 * layers. The last axis of `shape` are the output units, the product of the others is the fan in. UNSUPPORTED where
 * they are more than memory holds.
 */
export function createLayer(shape: readonly number[], rng: Rng): Layer {
  const bias = [shape.at(-1)!];
  return {
    weight: uniformWeights(shape, rng.split(0)),
    bias: drawn(bias, uniformWithin(boundOf(shape), rng.split(1))),
  };
}

/** The weight of `createLayer` alone. */
export function uniformWeights(shape: readonly number[], rng: Rng): tf.Variable {
  return drawn(shape, uniformWithin(boundOf(shape), rng));
}

/** Normal weights with mean 0. */
export function normalWeights(shape: readonly number[], deviation: number, rng: Rng): tf.Variable {
  return drawn(shape, () => deviation * rng.normal());
}

/** One over the root of the fan in. */
function boundOf(shape: readonly number[]): number {
  return 1 / Math.sqrt(tf.util.sizeFromShape([...shape]) / shape.at(-1)!);
}

const uniformWithin = (bound: number, rng: Rng) => (): number => bound * (2 * rng.uniform() - 1);

/** Of a weight in training: as drawn and as learned, its gradient, and two moments of the optimizer. */
const BYTES = 4 * 5;

function drawn(shape: readonly number[], draw: () => number): tf.Variable {
  const size = tf.util.sizeFromShape([...shape]);
  checkMemory(`weights of shape (${shape.join(', ')})`, BYTES * size);
  const initial = tf.tensor(Float32Array.from({ length: size }, draw), [...shape]);
  const variable = tf.variable(initial);
  initial.dispose();
  return variable;
}

/** Weights and biases, layer after layer. */
export function variablesOf(layers: readonly Layer[]): tf.Variable[] {
  return layers.flatMap(({ weight, bias }) => [weight, bias]);
}

/** (W, b) of a layer, once for each sample: (N, in * out + out). */
export function repeatedBySample({ weight, bias }: Layer, samples: number): tf.Tensor2D {
  const theta = tf.concat([tf.reshape(weight, [-1]), bias as tf.Tensor as tf.Tensor1D]);
  return tf.add(tf.zeros([samples, theta.size]), theta);
}

/** u W + b with each sample's own (W, b), a row of theta; W has this shape. */
export function affineBySample(u: tf.Tensor, theta: tf.Tensor2D, [inputs, outputs]: readonly number[]): tf.Tensor {
  const N = u.shape[0];
  const size = inputs * outputs;
  const W = tf.reshape(tf.slice(theta, [0, 0], [N, size]), [N, inputs, outputs]);
  const product = tf.matMul(tf.reshape(u, [N, 1, inputs]), W);
  return tf.add(tf.reshape(product, [N, outputs]), tf.slice(theta, [0, size], [N, outputs]));
}
