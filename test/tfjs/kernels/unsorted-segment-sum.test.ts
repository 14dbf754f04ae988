import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '../../../node/tfjs/index.js';
import { expectClose, normal, onBoth } from '../close.js';

describe('wasm kernel UnsortedSegmentSum', () => {
  before(() => useBackend('cpu').then(() => useBackend('wasm')));

  for (const shape of [[6], [6, 3], [6, 2, 4]]) {
    it(`is that of the cpu backend for rows of shape (${shape.slice(1)}), ids out of range dropped`, async () => {
      const { cpu, wasm } = await onBoth(() =>
        tf.tidy(() => [
          tf.unsortedSegmentSum(normal(shape, 1), tf.tensor1d([3, 0, 3, -1, 7, 1], 'int32'), 5),
        ])
      );
      expectClose(wasm[0], cpu[0], 1e-6);
    });
  }
});
