import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import { useBackend } from '../../node/tfjs/index.js';
import { bordered, convolution, maxPool } from '../../tfjs/layers.js';
import { normal } from './close.js';

type Layer = (x: tf.Tensor4D, filter: tf.Tensor4D) => tf.Tensor;

/** What a layer gives, and its gradients. */
function withGradients(compute: Layer, x: tf.Tensor, filter: tf.Tensor): number[][] {
  return tf.tidy(() => {
    const y = compute(x as tf.Tensor4D, filter as tf.Tensor4D);
    const grads = tf.grads(compute as (...args: tf.Tensor[]) => tf.Tensor)([x, filter], normal(y.shape, 3));
    return [y, ...grads].map((tensor) => [...tensor.dataSync()]);
  });
}

/** Of the picture, the filter, the stride and the padding. */
const convolutions = [
  { picture: [2, 12, 10, 3], filter: [7, 7, 3, 4], stride: 2, pad: 3 },
  { picture: [2, 6, 5, 4], filter: [3, 3, 4, 4], stride: 1, pad: 1 },
  { picture: [1, 8, 12, 3], filter: [6, 6, 3, 5], stride: 4, pad: 1 },
  { picture: [3, 4, 4, 1], filter: [4, 4, 1, 2], stride: 4, pad: 0 },
  { picture: [1, 1, 1, 2], filter: [5, 5, 2, 3], stride: 1, pad: 2 },
];
const poolings = [
  { picture: [2, 12, 12, 3], size: 3, stride: 2, pad: 1 },
  { picture: [1, 5, 7, 2], size: 2, stride: 1, pad: 1 },
  { picture: [2, 4, 6, 1], size: 2, stride: 2, pad: 0 },
  { picture: [1, 1, 1, 4], size: 3, stride: 1, pad: 1 },
];

for (const backend of ['cpu', 'wasm'] as const) {
  describe(`padding of layers on ${backend}`, () => {
    before(() => useBackend(backend));

    for (const { picture, filter, stride, pad } of convolutions) {
      const what = `convolution ${filter.join(' x ')} of ${picture.join(' x ')}, stride ${stride}, padding ${pad}`;
      it(`${what}: the bits of the padding in numbers`, () => {
        const [x, weights, bias] = [normal(picture, 1), normal(filter, 2), normal([filter[3]], 4)];
        const before = tf.memory().numTensors;
        const numbers = withGradients((input, w) => tf.conv2d(input, w, stride, pad), x, weights);
        const border = withGradients((input, w) => tf.conv2d(bordered(input, pad), w, stride, 'valid'), x, weights);
        expect(border).to.deep.equal(numbers);
        const options = { strides: stride, pad };
        const layer = withGradients((input, w) => convolution(input, w, bias, 'relu', options), x, weights);
        const attrs = { strides: stride, pad, dataFormat: 'NHWC', dilations: [1, 1], activation: 'relu' };
        const fused = (input: tf.Tensor, w: tf.Tensor): tf.Tensor =>
          tf.engine().runKernel<tf.Tensor>(tf.FusedConv2D, { x: input, filter: w, bias }, attrs);
        expect(layer).to.deep.equal(withGradients(fused, x, weights));
        expect(tf.memory().numTensors).to.equal(before);
        tf.dispose([x, weights, bias]);
      });
    }

    for (const { picture, size, stride, pad } of poolings) {
      const what = `max-pooling ${size} x ${size} of ${picture.join(' x ')}, stride ${stride}, padding ${pad}`;
      it(`${what}: the bits of the padding in numbers`, () => {
        const draws = normal(picture, 1);
        const negative = tf.sub(tf.neg(tf.abs(draws)), 1); // a border of zeros would win everywhere
        for (const x of [draws, negative, tf.relu(draws), tf.zerosLike(draws)]) {
          const ours: Layer = (input, one) => tf.mul(maxPool(input, size, stride, pad), one);
          const numbers: Layer = (input, one) => tf.mul(tf.maxPool(input, size, stride, pad), one);
          const one = tf.scalar(1);
          expect(withGradients(ours, x, one)).to.deep.equal(withGradients(numbers, x, one));
          one.dispose();
          x.dispose();
        }
      });
    }
  });
}
