import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import { batchOf } from '../../core/batch.js';
import { ranksOf, toPermutation } from '../../core/ranking.js';
import { softPermutation, softRank, softSort } from '../../plugins/softsort.js';
import * as logistic from '../../plugins/dsn-logistic.js';
import { toBatch, toTensor, toTensorOperator, useBackend } from '../../node/tfjs/index.js';
import { codeOf } from '../harness/helpers.js';
import { expectClose, normal } from './close.js';

describe('toTensorOperator', () => {
  before(() => useBackend('wasm'));

  const temperature = 0.3;
  const scores = (): tf.Tensor2D => normal([5, 4], 1) as tf.Tensor2D;

  /** SoftSort in tfjs operations, near scores that are not tied, whose hard permutation stays as it is. */
  const byOperations = (near: tf.Tensor2D): (y: tf.Tensor2D) => tf.Tensor3D => {
    const rows = near.arraySync().map((row) => [...toPermutation(ranksOf(row))]);
    const hard = tf.tensor3d(rows.flat(), [near.shape[0], near.shape[1], near.shape[1]]);
    return (y) => {
      const gaps = tf.abs(tf.sub(tf.matMul(hard, tf.expandDims(y, 2)), tf.expandDims(y, 1)));
      return tf.softmax<tf.Tensor3D>(tf.div(tf.neg(gaps), temperature));
    };
  };

  it('has the values of the plain function, sample by sample, in the shape of the result', () => {
    const y = scores();
    const batch = toBatch(y);
    for (const [operator, shape] of [[softSort, [5, 4]], [softRank, [5, 4]], [softPermutation, [5, 4, 4]]] as const) {
      const result = toTensorOperator<{ temperature: number }, never>(operator as never, { temperature })(
        y,
      ) as tf.Tensor;
      expect(result.shape).to.deep.equal(shape);
      expectClose(result.dataSync(), operator.forward(batch, { temperature }).output.data, 1e-7);
    }
  });

  it('has the values and the gradients of the same in tfjs operations', () => {
    const y = scores();
    const weights = normal([5, 4, 4], 2);
    const gradient = (f: (y: tf.Tensor2D) => tf.Tensor3D): Float32Array =>
      tf.grad((x) => tf.sum(tf.mul(f(x as tf.Tensor2D), weights)))(y).dataSync() as Float32Array;
    const [ours, theirs] = [toTensorOperator(softPermutation, { temperature }), byOperations(y)];
    expectClose(ours(y).dataSync(), theirs(y).dataSync(), 1e-6);
    expectClose(gradient(ours), gradient(theirs), 1e-5);
  });

  it('has the products of the plain function for gradients, in float32', () => {
    const y = scores();
    const cotangents = normal([5, 4], 3) as tf.Tensor2D;
    for (const operator of [softSort, softRank, logistic.softSort, logistic.softRank]) {
      const f = toTensorOperator<object, Float64Array>(operator);
      const got = tf.grad((x) => tf.sum(tf.mul(f(x as tf.Tensor2D), cotangents)))(y);
      const { vjp } = (operator as typeof softSort).forward(toBatch(y));
      expectClose(got.dataSync(), Float32Array.from(vjp(toBatch(cotangents)).data), 1e-6);
    }
  });

  it('makes a loss in three lines, which trains and leaves no tensors behind', () => {
    const W = tf.variable<tf.Rank.R2>(tf.mul(normal([3, 4], 6), 0.1));
    const input = normal([16, 3], 7) as tf.Tensor2D;
    const truth = tf.matMul<tf.Tensor2D>(input, normal([3, 4], 8));
    const target = toTensorOperator(softRank, { temperature: 1e-3 })(truth);
    const rank = toTensorOperator(softRank, { temperature });
    const loss = (): tf.Scalar => tf.losses.meanSquaredError(target, rank(tf.matMul<tf.Tensor2D>(input, W)));
    const optimizer = tf.train.adam(0.1);
    const first = tf.tidy(() => loss().dataSync()[0]);
    optimizer.minimize(loss);
    const tensors = tf.memory().numTensors;
    for (let step = 0; step < 60; step++) optimizer.minimize(loss);
    expect(tf.memory().numTensors).to.equal(tensors);
    expect(tf.tidy(() => loss().dataSync()[0])).to.be.below(0.2 * first);
    tf.dispose([W, input, truth, target]);
  });

  it('sorts one score, and ties', () => {
    const sort = toTensorOperator(softSort, { temperature });
    expect([...sort(tf.tensor2d([[3], [-2]])).dataSync()]).to.deep.equal([3, -2]);
    expectClose(sort(tf.tensor2d([[2, 2, 2]])).dataSync(), [2, 2, 2], 1e-6);
    expect([...tf.grad((x) => tf.sum(sort(x as tf.Tensor2D)))(tf.tensor2d([[3], [-2]])).dataSync()]).to.deep.equal([
      1,
      1,
    ]);
  });

  it('refuses parameters at once, tensors of another rank, and scores that are not finite', () => {
    expect(codeOf(() => toTensorOperator(softSort, { temperature: 0 }))).to.equal('PARAMS');
    const sort = toTensorOperator(softSort);
    for (const shape of [[4], [2, 3, 4]]) expect(codeOf(() => sort(tf.zeros(shape as never)))).to.equal('SHAPE');
    expect(codeOf(() => sort(tf.tensor2d([[1, NaN]])))).to.equal('NONFINITE');
    const spoilt = (): unknown => tf.grad((x) => tf.sum(tf.mul(sort(x as tf.Tensor2D), NaN)))(tf.tensor2d([[1, 2]]));
    expect(codeOf(spoilt)).to.equal('NONFINITE');
  });
});

describe('toBatch and toTensor', () => {
  it('are there and back, the tensor in float32', () => {
    const batch = batchOf([[0.1, 2, -3], [4, 1e-50, 1e300]]);
    const tensor = toTensor(batch);
    expect(tensor.shape).to.deep.equal([2, 3]);
    expect(toBatch(tensor)).to.deep.equal({ rows: 2, cols: 3, data: Float64Array.from(Float32Array.from(batch.data)) });
    const before = batch.data.slice();
    toBatch(tensor).data.fill(7);
    expect(batch.data).to.deep.equal(before);
    tensor.dispose();
  });

  it('refuse what is no matrix, or no batch', () => {
    expect(codeOf(() => toBatch(tf.zeros([3])))).to.equal('SHAPE');
    expect(codeOf(() => toTensor([[1]] as never))).to.equal('SHAPE');
  });
});
