import * as tf from '@tensorflow/tfjs-core';
import { parameters } from '../../core/parameters.js';
import { LossError } from '../../core/errors.js';
import { convolution, dense } from '../../tfjs/layers.js';
import { createLayer, variablesOf } from './layers.js';
import { defineModel } from './define-model.js';

/**
 * The cost of each cell of a map from the picture of it: x (N, height, width, channels) -> y (N, m), row-major, m
 * square tiles that cover the picture. One small network serves all tiles: ReLU layers on the pixels of a tile and a
 * margin, then
 *
 *     y = softplus(z) = log(1 + exp(z))
 *
 * which is positive, as the cost of a path must be, and unlike |z| or ReLU has a slope everywhere.
 */
export default defineModel({
  name: 'tile-encoder',
  title: 'Small network shared by the tiles of a map',
  params: parameters({
    margin: {
      type: 'integer',
      minimum: 0,
      maximum: 1000,
      default: 1,
      description: 'pixels around its tile that a cell sees too, zeros beyond the picture',
    },
    units: {
      type: 'array',
      items: { type: 'integer', minimum: 1, maximum: 65_536 },
      minItems: 1,
      default: [32, 16],
      description: 'of the hidden layers; the first sees the pixels',
    },
  }),
  example: { input: [8, 12, 3], outputs: 6 },

  create({ margin, units }, { input, outputs, rng }) {
    const [height, width, channels] = input as [number, number, number];
    const tile = Math.sqrt((height * width) / outputs);
    if (input.length !== 3 || !Number.isInteger(tile) || height % tile !== 0 || width % tile !== 0) {
      const expected = `(height, width, channels) that ${outputs} square tiles cover`;
      throw new LossError('SHAPE', `tile-encoder: input should be ${expected}, got (${input.join(', ')})`);
    }
    const side = tile + 2 * margin;
    const shapes = [[side, side, channels, units[0]], ...[...units, 1].slice(1).map((out, k) => [units[k], out])];
    const [pixels, ...layers] = shapes.map((shape, k) => createLayer(shape, rng.split(k)));
    const variables = variablesOf([pixels, ...layers]);
    return {
      variables,
      predict(x) {
        const filter = pixels.weight as tf.Tensor as tf.Tensor4D;
        const codes = convolution(x as tf.Tensor4D, filter, pixels.bias, 'relu', { strides: tile, pad: margin });
        let h: tf.Tensor = tf.reshape(codes, [-1, units[0]]);
        layers.forEach((
          { weight, bias },
          k,
        ) => (h = dense(h, weight, bias, k < layers.length - 1 ? 'relu' : 'linear')));
        return tf.softplus(tf.reshape<tf.Rank.R2>(h, [-1, outputs]));
      },
      dispose: () => tf.dispose(variables),
    };
  },
});
