import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import { relu, simplex } from '../../core/convex/gallery.js';
import { convexLayer } from '../../core/convex/layer.js';
import { add, geq, matmul, parameter, problem, subtract, sumSquares, variable } from '../../core/convex/model/index.js';
import { toTensorLayer, useBackend } from '../../node/tfjs/index.js';
import { codeOf } from '../harness/helpers.js';
import { expectClose, normal } from './close.js';

describe('toTensorLayer', () => {
  before(() => useBackend('wasm'));

  const reluLayer = (n: number): ReturnType<typeof toTensorLayer> => {
    const { problem: nearest, parameter: y, solution } = relu(n);
    return toTensorLayer(convexLayer(nearest, { parameters: [y], variables: [solution] }));
  };

  it('is the function that its program computes, and so are its gradients', () => {
    const y = normal([5, 4], 1);
    const layer = reluLayer(4);
    const weights = normal([5, 4], 2);
    const through = (f: (y: tf.Tensor) => tf.Tensor): tf.Tensor => tf.grad((x) => tf.sum(tf.mul(f(x), weights)))(y);
    expectClose(layer(y)[0].dataSync(), tf.relu(y).dataSync(), 1e-6);
    expectClose(through((x) => layer(x)[0]).dataSync(), through((x) => tf.relu(x)).dataSync(), 1e-6);
  });

  it('gives the gradients of shared parameters summed over samples, and outputs of any shape', () => {
    const [n, N] = [3, 6];
    const [x, W, b, u] = [variable([n]), parameter([n, n]), parameter([n]), parameter([n])];
    const program = problem({
      minimize: sumSquares(subtract(x, add(matmul(W, [1, 2, 3]), add(b, u)))),
      subjectTo: [geq(x, 0)],
    });
    const layer = toTensorLayer(convexLayer(program, { parameters: [W, b, u], variables: [x] }));
    const [w, c, s] = [normal([n, n], 3), normal([n], 4), normal([N, n], 5)];
    const plain = (W: tf.Tensor, b: tf.Tensor, u: tf.Tensor): tf.Tensor =>
      tf.relu(tf.add(tf.add(tf.reshape(tf.matMul(W as tf.Tensor2D, tf.tensor2d([[1], [2], [3]])), [n]), b), u));
    const gradients = (f: typeof plain): tf.Tensor[] =>
      tf.grads((...z) => tf.sum(tf.square(f(z[0], z[1], z[2]))))([w, c, s]);
    const [ours, theirs] = [gradients((...z) => layer(...z)[0]), gradients(plain)];
    ours.forEach((gradient, k) => {
      expect(gradient.shape).to.deep.equal(theirs[k].shape);
      expectClose(gradient.dataSync(), theirs[k].dataSync(), 1e-4);
    });
  });

  it('trains in the middle of a network, and leaves no tensors behind', () => {
    const { problem: nearest, parameter: y, solution } = simplex(4);
    const layer = toTensorLayer(convexLayer(nearest, { parameters: [y], variables: [solution] }));
    const W = tf.variable(tf.mul(normal([3, 4], 6), 0.1));
    const input = normal([8, 3], 7);
    const target = tf.oneHot([0, 1, 2, 3, 0, 1, 2, 3], 4);
    const optimizer = tf.train.adam(0.05);
    const cost = (): tf.Scalar =>
      tf.losses.meanSquaredError(target, layer(tf.matMul(input as tf.Tensor2D, W as tf.Tensor2D))[0]);
    const first = tf.tidy(() => cost().dataSync()[0]);
    optimizer.minimize(cost);
    const tensors = tf.memory().numTensors;
    for (let step = 0; step < 30; step++) optimizer.minimize(cost);
    expect(tf.memory().numTensors).to.equal(tensors);
    expect(tf.tidy(() => cost().dataSync()[0])).to.be.below(0.8 * first);
    tf.dispose([W, input, target]);
  });

  it('refuses other shapes', () => {
    for (const shape of [[5, 3], [3], [2, 5, 4]]) expect(codeOf(() => reluLayer(4)(tf.zeros(shape)))).to.equal('SHAPE');
  });
});
