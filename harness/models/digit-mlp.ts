import * as tf from '@tensorflow/tfjs-core';
import { parameters } from '../../core/parameters.js';
import { LossError } from '../../core/errors.js';
import type { Rng } from '../../core/random/rng.js';
import { dense } from '../../tfjs/layers.js';
import { createLayer, type Layer, variablesOf } from './layers.js';
import { defineModel } from './define-model.js';

const sizes = { type: 'array', items: { type: 'integer', minimum: 1, maximum: 65_536 } } as const;

/**
 * Scores numbers whose digits come apart: x (N, n, digits, pixels) -> y (N, n). Each digit goes through one shared
 * encoder, the codes of a number's digits are concatenated, and the head makes a score of them; ReLU after every layer
 * but the last.
 */
export default defineModel({
  name: 'digit-mlp',
  title: 'Shared encoder of single digits, then a small head',
  params: parameters({
    encoder: {
      ...sizes,
      minItems: 1,
      default: [32, 16],
      description: 'units of the layers that every digit goes through',
    },
    head: {
      ...sizes,
      default: [32],
      description: 'units of the layers that see the encoded digits of one number side by side',
    },
  }),
  example: { input: [3, 2, 9], outputs: 3 },

  create({ encoder, head }, { input, outputs, rng }) {
    const [n, digits, pixels] = input;
    if (input.length !== 3 || n !== outputs) {
      throw new LossError(
        'SHAPE',
        `digit-mlp: input should be (${outputs}, digits, pixels), got (${input.join(', ')})`,
      );
    }
    const codes = stack([pixels, ...encoder], rng.split(0));
    const scores = stack([digits * encoder.at(-1)!, ...head, 1], rng.split(1));
    const variables = variablesOf([...codes, ...scores]);
    return {
      variables,
      predict(x) {
        const rows = x.size / (digits * pixels);
        let h: tf.Tensor = tf.reshape(x, [rows * digits, pixels]);
        for (const { weight, bias } of codes) h = dense(h, weight, bias, 'relu');
        h = tf.reshape(h, [rows, digits * encoder.at(-1)!]);
        scores.forEach(({ weight, bias }, k) => (h = dense(h, weight, bias, k < head.length ? 'relu' : 'linear')));
        return tf.reshape(h, [rows / outputs, outputs]);
      },
      dispose: () => tf.dispose(variables),
    };
  },
});

function stack(units: readonly number[], rng: Rng): Layer[] {
  return units.slice(1).map((out, k) => createLayer([units[k], out], rng.split(k)));
}
