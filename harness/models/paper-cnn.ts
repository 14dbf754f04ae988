import * as tf from '@tensorflow/tfjs-core';
import { LossError } from '../../core/errors.js';
import { dense } from '../../tfjs/layers.js';
import { createLayer, type Layer, variablesOf } from './layers.js';
import { defineModel } from './define-model.js';

/**
 * The convolutional network of the ranking benchmark: x (N, n, height, width, 1) -> y (N, n), height and width
 * multiples of 4.
 *
 *     conv 5x5, 32, padding 2 - ReLU - max-pool 2 - conv 5x5, 64, padding 2 - ReLU - max-pool 2 - dense 64 - ReLU - dense 1
 *
 * 855,041 weights at 28 x 112. Bias and ReLU come after each pooling, which gives the same values on a quarter of the
 * entries.
 *
 * Source: Grover et al., Stochastic Optimization of Sorting Networks via Continuous Relaxations, ICLR 2019; the ranking
 * benchmark of Petersen et al., Newton Losses, NeurIPS 2024.
 */
export default defineModel({
  name: 'paper-cnn',
  title: 'Convolutional network of the multi-digit MNIST ranking benchmark',
  example: { input: [2, 8, 4, 1], outputs: 2 },

  create(_params, { input, outputs, rng }) {
    const [n, height, width, channels] = input as [number, number, number, number];
    if (input.length !== 4 || n !== outputs || channels !== 1 || height % 4 !== 0 || width % 4 !== 0) {
      const expected = `(${outputs}, height, width, 1) with height and width multiples of 4`;
      throw new LossError('SHAPE', `paper-cnn: input should be ${expected}, got (${input.join(', ')})`);
    }
    const features = (height / 4) * (width / 4) * 64;
    const shapes = [[5, 5, 1, 32], [5, 5, 32, 64], [features, 64], [64, 1]];
    const layers = shapes.map((shape, k) => createLayer(shape, rng.split(k)));
    const [conv1, conv2, hidden, score] = layers as [Layer, Layer, Layer, Layer];
    const variables = variablesOf(layers);
    return {
      variables,
      predict(x) {
        const images = tf.reshape<tf.Rank.R4>(x, [-1, height, width, 1]);
        const maps = convolve(convolve(images, conv1), conv2);
        const code = dense(tf.reshape(maps, [-1, features]), hidden.weight, hidden.bias, 'relu');
        return tf.reshape(dense(code, score.weight, score.bias, 'linear'), [-1, outputs]);
      },
      dispose: () => tf.dispose(variables),
    };
  },
});

/** (B, h, w, in) -> (B, h/2, w/2, out). */
function convolve(x: tf.Tensor4D, { weight, bias }: Layer): tf.Tensor4D {
  const maps = tf.conv2d(x, weight as tf.Tensor as tf.Tensor4D, 1, 'same');
  return tf.relu(tf.add(tf.maxPool(maps, 2, 2, 'valid'), bias));
}
