import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import { useBackend } from '../../node/tfjs/index.js';
import { entriesOf, filledTensor } from '../../tfjs/tensor-entries.js';

describe('entriesOf', () => {
  it('are those of dataSync, of variables and of tensors that were made on another backend too', async () => {
    await useBackend('cpu');
    const [x, w] = [tf.tensor2d([[1, 2], [3, 4]]), tf.variable(tf.tensor1d([5, 6]))];
    expect([...entriesOf(x), ...entriesOf(w)]).to.deep.equal([1, 2, 3, 4, 5, 6]);
    await useBackend('wasm');
    expect([...entriesOf(x), ...entriesOf(w)]).to.deep.equal([1, 2, 3, 4, 5, 6]);
    w.assign(tf.tensor1d([7, 8]));
    expect([...entriesOf(w)]).to.deep.equal([7, 8]);
    tf.dispose([x, w]);
  });
});

for (const backend of ['cpu', 'wasm'] as const) {
  describe(`filledTensor on ${backend}`, () => {
    before(() => useBackend(backend));

    it('is a tensor of the entries that were written', () => {
      const x = filledTensor([2, 3], (entries) => entries.set([1, 2, 3, 4, 5, 6]));
      expect([x.shape, x.dtype]).to.deep.equal([[2, 3], 'float32']);
      expect([...x.dataSync()]).to.deep.equal([1, 2, 3, 4, 5, 6]);
      const [total, turned] = tf.tidy(() => [tf.sum(x).dataSync()[0], [...tf.transpose(x).dataSync()]]);
      expect([total, turned]).to.deep.equal([21, [1, 4, 2, 5, 3, 6]]);
      x.dispose();
    });

    it('is disposed of by its caller or by tf.tidy', () => {
      const before = tf.memory();
      const x = filledTensor([5], (entries) => entries.fill(1));
      expect(tf.memory().numTensors).to.equal(before.numTensors + 1);
      x.dispose();
      tf.tidy(() => {
        filledTensor([0, 4], () => undefined);
      });
      const { numTensors, numBytes, numDataBuffers } = tf.memory();
      expect([numTensors, numBytes, numDataBuffers]).to.deep.equal([
        before.numTensors,
        before.numBytes,
        before.numDataBuffers,
      ]);
    });
  });
}
