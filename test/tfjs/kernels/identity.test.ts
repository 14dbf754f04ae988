import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import { useBackend } from '../../../node/tfjs/index.js';

describe('wasm kernel Identity', () => {
  before(() => useBackend('wasm'));

  it('shares the memory of its input, which lives until both are gone', () => {
    const x = tf.tensor1d([1, 2, 3]);
    const { numDataBuffers } = tf.memory();
    const copy = tf.clone(x);
    expect(tf.memory().numDataBuffers).to.equal(numDataBuffers);
    x.dispose();
    expect([...copy.dataSync()]).to.deep.equal([1, 2, 3]);
    copy.dispose();
    expect(tf.memory().numDataBuffers).to.equal(numDataBuffers - 1);
  });

  it('is not touched when a variable that it was made from is assigned', () => {
    const variable = tf.variable(tf.tensor1d([1, 2]));
    const copy = tf.clone(variable);
    const next = tf.tensor1d([3, 4]);
    variable.assign(next);
    expect([...copy.dataSync()]).to.deep.equal([1, 2]);
    tf.dispose([variable, copy, next]);
  });
});
