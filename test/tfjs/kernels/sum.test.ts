import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '../../../node/tfjs/index.js';
import { expectClose, normal, onBoth } from '../close.js';

describe('wasm kernel Sum', () => {
  before(() => useBackend('cpu').then(() => useBackend('wasm')));

  for (
    const [shape, axis] of [
      [[150, 6], 0],
      [[3, 5, 7], [0, 1]],
      [[3, 5, 7], [1, 0]],
      [[3, 5, 7], -3],
      [[3, 5, 7], [0, 2]],
      [[3, 5], 1],
      [[4], 0],
      [[130, 1], 0],
      [[0, 3], 0],
      [[3, 4099], 0],
    ] as [number[], number | number[]][]
  ) {
    for (const keepDims of [false, true]) {
      it(`is that of the cpu backend: (${shape}) over ${axis}${keepDims ? ', axes kept' : ''}`, async () => {
        const { cpu, wasm } = await onBoth(() => tf.tidy(() => [tf.sum(normal(shape, 1), axis, keepDims)]));
        expectClose(wasm[0], cpu[0], 1e-6);
      });
    }
  }
});
