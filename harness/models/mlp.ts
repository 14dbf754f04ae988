import * as tf from '@tensorflow/tfjs-core';
import { parameters } from '../../core/parameters.js';
import { defineModel } from './define-model.js';
import { denseNetwork, nonlinearityNames } from './dense-network.js';
import { createLayer } from './layers.js';

/**
 * A network for any task: dense layers on all that a sample has, x (N, ...input) -> y (N, m), with a function of each
 * unit after every layer but the last. Weights and biases start uniform on +-1/sqrt(fan in), as PyTorch initialises
 * linear layers, those of layer k from stream k.
 */
export default defineModel({
  name: 'mlp',
  title: 'Dense layers, for any task',
  params: parameters({
    hidden: {
      type: 'array',
      items: { type: 'integer', minimum: 1, maximum: 65_536 },
      default: [64],
      description: 'units of the layers before the last',
    },
    activation: {
      type: 'string',
      enum: nonlinearityNames,
      default: 'relu',
      description: 'of every unit but the outputs',
    },
  }),
  layers: { hessian: true },

  create({ hidden, activation }, { input, outputs, rng }) {
    const widths = [tf.util.sizeFromShape([...input]), ...hidden, outputs];
    const layers = widths.slice(1).map((width, k) => createLayer([widths[k], width], rng.split(k)));
    return denseNetwork(layers, activation);
  },
});
