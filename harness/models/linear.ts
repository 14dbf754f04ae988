import * as tf from '@tensorflow/tfjs-core';
import { defineModel } from './define-model.js';
import { denseNetwork } from './dense-network.js';
import { createLayer } from './layers.js';

/**
 * One dense layer on all that a sample has, for any task: y = x W + b, x (N, ...input) -> y (N, m). It starts uniform on
 * +-1/sqrt(fan in), as PyTorch initialises linear layers.
 */
export default defineModel({
  name: 'linear',
  title: 'One dense layer, for any task',
  layers: { hessian: true },

  create(_params, { input, outputs, rng }) {
    return denseNetwork([createLayer([tf.util.sizeFromShape([...input]), outputs], rng)], 'relu');
  },
});
