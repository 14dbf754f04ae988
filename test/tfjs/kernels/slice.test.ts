import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import { useBackend } from '../../../node/tfjs/index.js';
import { normal, onBoth } from '../close.js';

function entries(shape: number[], dtype: 'float32' | 'int32' | 'bool'): tf.Tensor {
  const values = normal(shape, 1);
  return dtype === 'bool' ? tf.greater(values, 0) : tf.cast(tf.mul(values, 10), dtype);
}

describe('wasm kernel Slice', () => {
  before(() => useBackend('cpu').then(() => useBackend('wasm')));

  for (
    const [shape, begin, size] of [
      [[7], [2], [3]],
      [[5, 4], [1, 0], [3, 4]],
      [[5, 4], [1, 0], [-1, -1]],
      [[5, 4], [2, 1], [1, 2]],
      [[5, 4], [1, 1], [2, 2]],
      [[5, 4], [5, 0], [0, 4]],
      [[3, 2, 4, 2], [1, 0, 0, 0], [2, 2, 4, 2]],
    ]
  ) {
    for (const dtype of ['float32', 'int32', 'bool'] as const) {
      it(`is that of the cpu backend: ${dtype} (${shape}) from (${begin}), size (${size})`, async () => {
        const { cpu, wasm } = await onBoth(() => tf.tidy(() => [tf.slice(entries(shape, dtype), begin, size)]));
        expect([...wasm[0]]).to.deep.equal([...cpu[0]]);
      });
    }
  }
});
