import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import { createRng } from '../../core/random/rng.js';
import { convolution, dense, normaliseBatch, useBackend } from '../../node/tfjs/index.js';
import { expectClose, normal } from './close.js';

type Case = [name: string, f: (...inputs: tf.Tensor[]) => tf.Tensor, ...inputs: (() => tf.Tensor)[]];

/** Entries of size 0.5 to 1.5, of both signs unless positive: away from every kink, and apart from one another. */
const apart = (shape: number[], seed: number, positive = false) => (): tf.Tensor =>
  tf.tidy(() => {
    const size = tf.util.sizeFromShape(shape);
    const values = Array.from(createRng(seed).permutation(size), (k, i) =>
      (0.5 + (k + 0.37 * seed) / size) * (positive || i % 2 ? 1 : -1));
    return tf.tensor(values, shape, 'float32');
  });
const indices = (): tf.Tensor => tf.tensor1d([2, 0, 2, 1], 'int32');
const x34 = apart([3, 4], 1);

const cases: Case[] = [
  ['abs', tf.abs, x34],
  ['log', tf.log, apart([3, 4], 1, true)],
  ['log1p', tf.log1p, apart([3, 4], 1, true)],
  ['neg', tf.neg, x34],
  ['softplus', tf.softplus, x34],
  ['square', tf.square, x34],
  ['exp', tf.exp, x34],
  ['relu', tf.relu, x34],
  ['rsqrt', tf.rsqrt, apart([3, 4], 1, true)],
  ['sigmoid', tf.sigmoid, x34],
  ['sqrt', tf.sqrt, apart([3, 4], 1, true)],
  ['tanh', tf.tanh, x34],
  ['add, broadcast', tf.add, x34, apart([4], 2)],
  ['sub, broadcast', tf.sub, apart([3, 1], 1), x34],
  ['mul, broadcast', tf.mul, x34, apart([4], 2)],
  ['div, broadcast', tf.div, x34, apart([1, 4], 2)],
  ['maximum', tf.maximum, x34, apart([3, 4], 5)],
  ['minimum', tf.minimum, x34, apart([3, 4], 5)],
  ['squaredDifference', tf.squaredDifference, x34, apart([3, 4], 2)],
  ['clipByValue', (x) => tf.clipByValue(x, -1, 0.8), x34],
  ['where', (a, b) => tf.where(tf.greater(a, 0), tf.mul(a, 2), b), x34, apart([3, 4], 2)],
  ['reshape', (x) => tf.reshape(x, [2, 6]), x34],
  ['expandDims', (x) => tf.expandDims(x, 1), x34],
  ['transpose', (x) => tf.transpose(x, [2, 0, 1]), apart([2, 3, 4], 1)],
  ['slice', (x) => tf.slice(x, [1, 0], [2, 3]), x34],
  ['pad', (x) => tf.pad(x, [[1, 0], [0, 2]]), x34],
  ['gather, first axis', (x) => tf.gather(x, indices()), x34],
  ['gather, second axis', (x) => tf.gather(x, indices(), 1), apart([2, 3, 4], 1)],
  ['concat', (a, b) => tf.concat([a, b], 1), x34, apart([3, 2], 2)],
  ['stack', (a, b) => tf.stack([a, b], 1), x34, apart([3, 4], 2)],
  ['sum, all', (x) => tf.sum(x), x34],
  ['sum, first axis', (x) => tf.sum(x, 0), x34],
  ['sum, last axis kept', (x) => tf.sum(x, -1, true), x34],
  ['mean', (x) => tf.mean(x, 1), x34],
  ['max', (x) => tf.max(x, 1), x34],
  ['softmax', tf.softmax as (x?: tf.Tensor) => tf.Tensor, x34],
  ['logSoftmax', tf.logSoftmax as (x?: tf.Tensor) => tf.Tensor, x34],
  ['moments', (x) => tf.moments(x, 0).variance, x34],
  ['matMul', (a, b) => tf.matMul(a, b), x34, apart([4, 2], 2)],
  ['matMul, both transposed', (a, b) => tf.matMul(a, b, true, true), x34, apart([2, 3], 2)],
  ['matMul, broadcast', (a, b) => tf.matMul(a, b, false, true), apart([2, 3, 4], 1), apart([5, 4], 2)],
  ['dense', (x, W, b) => dense(x, W, b, 'relu'), x34, apart([4, 2], 2), apart([2], 3)],
  [
    'convolution',
    (x, f, b) => convolution(x as tf.Tensor4D, f as tf.Tensor4D, b, 'linear'),
    apart([2, 4, 5, 2], 1),
    apart([3, 3, 2, 3], 2),
    apart([3], 3),
  ],
  [
    'conv2d, strides 2',
    (x, f) => tf.conv2d(x as tf.Tensor4D, f as tf.Tensor4D, 2, 'valid'),
    apart([2, 5, 5, 2], 1),
    apart([3, 3, 2, 3], 2),
  ],
  ['maxPool', (x) => tf.maxPool(x as tf.Tensor4D, 2, 2, 'valid'), apart([2, 4, 4, 2], 1)],
  [
    'batchNorm',
    (x, m, v, o, s) => tf.batchNorm(x, m, v, o, s, 0.01),
    apart([2, 3, 3, 2], 1),
    apart([2], 2),
    apart([2], 3, true),
    apart([2], 4),
    apart([2], 5),
  ],
  [
    'normaliseBatch',
    (x, s, o) => normaliseBatch(x, s, o, 0.01, () => undefined),
    apart([2, 3, 3, 2], 1),
    apart([2], 4),
    apart([2], 5),
  ],
];

/** sum of w * f(inputs), the weights w making every entry of the gradient of f count. */
function weighted(f: Case[1]): (...inputs: tf.Tensor[]) => tf.Scalar {
  return (...inputs) => {
    const out = f(...inputs);
    return tf.sum<tf.Scalar>(tf.mul(out, normal(out.shape, 9)));
  };
}

/** Central difference of the weighted sum along the direction of the normal draws of one input. */
function differenceAlong(
  loss: (...inputs: tf.Tensor[]) => tf.Scalar,
  inputs: tf.Tensor[],
  k: number,
  h: number,
): number {
  const at = (step: number): number =>
    tf.tidy(() =>
      loss(...inputs.map((x, i) => (i === k ? tf.add(x, tf.mul(normal(x.shape, 10 + k), step)) : x))).dataSync()[0]
    );
  return (at(h) - at(-h)) / (2 * h);
}

for (const backend of ['cpu', 'wasm'] as const) {
  describe(`gradients on ${backend}`, () => {
    before(() => useBackend(backend));

    for (const [name, f, ...make] of cases) {
      it(`${name}: agrees with central differences`, () => {
        const before = tf.memory().numTensors;
        const inputs = make.map((input) => input());
        const loss = weighted(f);
        const gradients = tf.grads(loss)(inputs);
        gradients.forEach((g, k) => {
          expect(g.shape).to.deep.equal(inputs[k].shape);
          const along = tf.tidy(() => tf.sum(tf.mul(g, normal(g.shape, 10 + k))).dataSync()[0]);
          const size = tf.tidy(() => tf.norm(g).dataSync()[0]);
          // float32: rounding of the sum over h plus h^2 of the third derivative
          expect(along, `input ${k}`).to.be.closeTo(differenceAlong(loss, inputs, k, 2e-3), 2e-3 * (size + 1));
        });
        tf.dispose([...inputs, ...gradients]);
        expect(tf.memory().numTensors).to.equal(before);
      });
    }
  });
}

describe('dense and convolution', () => {
  before(() => useBackend('wasm'));

  it('are the plain operations fused', () => {
    tf.tidy(() => {
      const [x, W, b] = [normal([6, 5], 1), normal([5, 4], 2), normal([4], 3)] as const;
      expectClose(dense(x, W, b, 'relu').dataSync(), tf.relu(tf.add(tf.matMul(x, W), b)).dataSync(), 1e-6);
      const [image, filter] = [normal([2, 6, 7, 3], 1), normal([3, 3, 3, 4], 2)] as [tf.Tensor4D, tf.Tensor4D];
      const plain = tf.relu(tf.add(tf.conv2d(image, filter, 2, 'same'), b));
      expectClose(convolution(image, filter, b, 'relu', { strides: 2 }).dataSync(), plain.dataSync(), 1e-6);
    });
  });
});

describe('normaliseBatch', () => {
  before(() => useBackend('wasm'));

  it('is batch normalisation by the moments of its input, which it tells', () => {
    tf.tidy(() => {
      const [x, scale, offset] = [normal([5, 3, 4], 1), normal([4], 2), normal([4], 3)] as [
        tf.Tensor3D,
        tf.Tensor1D,
        tf.Tensor1D,
      ];
      const { mean, variance } = tf.moments(x, [0, 1]);
      const y = normaliseBatch(x, scale, offset, 0.01, (moments) => {
        expectClose(moments.mean.dataSync(), mean.dataSync(), 1e-6);
        expectClose(moments.variance.dataSync(), variance.dataSync(), 1e-6);
      });
      expectClose(
        y.dataSync(),
        tf.batchNorm(x, mean as tf.Tensor1D, variance as tf.Tensor1D, offset, scale, 0.01).dataSync(),
        1e-5,
      );
    });
  });
});
