import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import { useBackend } from '../../../node/tfjs/index.js';
import { expectClose, normal, onBoth } from '../close.js';

describe('wasm kernel MaxPoolGrad', () => {
  before(() => useBackend('cpu').then(() => useBackend('wasm')));

  type Extent = number | [number, number];
  for (const [size, strides] of [[2, 2], [3, 2], [3, 1], [2, 3], [[1, 3], [1, 2]]] as [Extent, Extent][]) {
    for (const [pad, channels] of [['same', 3], ['valid', 3], ['same', 9], ['valid', 8]] as const) {
      it(`is that of the cpu backend: window ${size}, strides ${strides}, ${pad}, ${channels} channels`, async () => {
        const { cpu, wasm } = await onBoth(() =>
          tf.tidy(() => [
            tf.grad((x) => tf.sum(tf.square(tf.maxPool(x as tf.Tensor4D, size, strides, pad))))(
              normal([2, 7, 8, channels], 1),
            ),
          ])
        );
        expectClose(wasm[0], cpu[0], 1e-6);
      });
    }
  }

  it('gives the gradient to the first of equal inputs', () => {
    const gradient = tf.tidy(() =>
      tf.grad((x) => tf.sum(tf.maxPool(x as tf.Tensor4D, 2, 2, 'valid')))(tf.zeros([1, 2, 2, 1]))
    );
    expect([...gradient.dataSync()]).to.deep.equal([1, 0, 0, 0]);
    gradient.dispose();
  });
});
