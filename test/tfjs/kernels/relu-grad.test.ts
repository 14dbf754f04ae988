import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import { useBackend } from '../../../node/tfjs/index.js';
import { throughRelu } from '../../../tfjs/backend/gradients/relu.js';
import { normal, onBoth } from '../close.js';

describe('wasm kernel ReluGrad', () => {
  before(() => useBackend('cpu').then(() => useBackend('wasm')));

  for (const shape of [[0], [1], [3], [4], [5, 7], [64, 33]]) {
    it(`is what operations of tfjs make of (${shape})`, async () => {
      const { cpu, wasm } = await onBoth(() =>
        tf.tidy(() => [throughRelu(normal(shape, 1), tf.relu(normal(shape, 2)))])
      );
      expect(wasm[0].map((x) => x + 0)).to.deep.equal(cpu[0].map((x) => x + 0)); // -0 is 0
    });
  }

  it('passes dy on where y is above 0 or no number, as PyTorch does', () => {
    const dz = tf.tidy(() => throughRelu(tf.tensor1d([NaN, NaN, 1, 1, NaN]), tf.tensor1d([0, 1, 0, NaN, 2])));
    expect(Array.from(dz.dataSync())).to.deep.equal([0, NaN, 0, 1, NaN]);
    dz.dispose();
  });
});
