import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import { useBackend } from '../../../node/tfjs/index.js';
import { isFasterByTiles, turned } from '../../../tfjs/backend/kernels/winograd.js';
import { expectClose, normal } from '../close.js';

type Four = [number, number, number, number];
type Padding = 'same' | 'valid' | [[0, 0], [number, number], [number, number], [0, 0]];

/** x (N, H, W, C), the filter (height, width, C, K), padding. */
const cases: [Four, Four, Padding][] = [
  [[1, 10, 40, 32], [5, 5, 32, 64], 'same'],
  [[1, 12, 12, 64], [3, 3, 64, 64], 'same'],
  [[2, 14, 28, 8], [5, 5, 8, 16], 'same'],
  [[3, 13, 19, 16], [3, 3, 16, 8], 'same'],
  [[1, 17, 15, 24], [4, 4, 24, 40], 'same'],
  [[1, 23, 31, 8], [2, 2, 8, 8], 'same'],
  [[2, 13, 21, 8], [5, 3, 8, 16], 'same'],
  [[1, 22, 17, 16], [2, 4, 16, 8], 'same'],
  [[2, 12, 21, 16], [3, 5, 16, 8], 'same'],
  [[2, 16, 21, 8], [3, 3, 8, 24], 'valid'],
  [[1, 19, 18, 8], [5, 5, 8, 8], 'valid'],
  [[1, 15, 16, 8], [3, 3, 8, 8], [[0, 0], [4, 1], [0, 5], [0, 0]]],
  [[1, 12, 130, 8], [5, 5, 8, 8], 'same'],
  [[1, 12, 12, 264], [3, 3, 264, 8], 'same'],
  [[1, 12, 12, 8], [3, 3, 8, 264], 'same'],
  [[0, 12, 12, 8], [3, 3, 8, 16], 'same'],
];

function geometryOf(x: Four, filter: Four, strides: number, pad: Padding): tf.backend_util.Conv2DInfo {
  return tf.backend_util.computeConv2DInfo(x, filter, strides, 1, pad);
}

/** y = x * W and, by dy, the gradients to x and W, as sums in float64. */
function sums(geometry: tf.backend_util.Conv2DInfo, x: ArrayLike<number>, W: ArrayLike<number>, dy: ArrayLike<number>) {
  const { batchSize, inHeight, inWidth, inChannels: C, outHeight, outWidth, outChannels: K } = geometry;
  const { filterHeight, filterWidth, padInfo: { top, left } } = geometry;
  const [y, dx, dW] = [dy, x, W].map(({ length }) => new Float64Array(length));
  for (let position = 0; position < batchSize * outHeight * outWidth; position++) {
    const q = position % outWidth;
    const p = Math.floor(position / outWidth) % outHeight;
    const n = Math.floor(position / outWidth / outHeight);
    for (let tap = 0; tap < filterHeight * filterWidth; tap++) {
      const row = p + Math.floor(tap / filterWidth) - top;
      const column = q + (tap % filterWidth) - left;
      if (row < 0 || row >= inHeight || column < 0 || column >= inWidth) continue;
      for (let c = 0; c < C; c++) {
        const from = ((n * inHeight + row) * inWidth + column) * C + c;
        for (let k = 0; k < K; k++) {
          const weight = (tap * C + c) * K + k;
          y[position * K + k] += x[from] * W[weight];
          dx[from] += dy[position * K + k] * W[weight];
          dW[weight] += x[from] * dy[position * K + k];
        }
      }
    }
  }
  return { y, dx, dW };
}

describe('convolutions by tiles', () => {
  before(() => useBackend('wasm'));

  for (const [xShape, filterShape, pad] of cases) {
    it(`are within a few millionths of their sums: (${xShape}) * (${filterShape}), ${JSON.stringify(pad)}`, () => {
      const geometry = geometryOf(xShape, filterShape, 1, pad);
      expect([geometry, turned(geometry)].map(isFasterByTiles)).to.deep.equal([true, true]);
      const x = tf.relu(normal(xShape, 1)) as tf.Tensor4D;
      const filter = normal(filterShape, 2) as tf.Tensor4D;
      const dy = normal(geometry.outShape, 3);
      const convolve = (x: tf.Tensor, filter: tf.Tensor): tf.Tensor =>
        tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 1, pad);
      const exact = sums(geometry, x.dataSync(), filter.dataSync(), dy.dataSync());
      expectClose(convolve(x, filter).dataSync(), exact.y, 4e-6, 'y');
      const [dx, dW] = tf.grads(convolve)([x, filter], dy);
      expectClose(dx.dataSync(), exact.dx, 4e-6, 'dx');
      expectClose(dW.dataSync(), exact.dW, 4e-6, 'dW');
    });
  }

  it('add a bias and apply an activation in the same pass', () => {
    const [x, filter, bias] = [normal([3, 13, 19, 16], 1), normal([3, 3, 16, 8], 2), normal([8], 3)];
    const layer = { x: x as tf.Tensor4D, filter: filter as tf.Tensor4D, pad: 'same', strides: 1, bias } as const;
    const sum = tf.add(tf.conv2d(layer.x, layer.filter, 1, 'same'), bias);
    expectClose(tf.fused.conv2d(layer).dataSync(), sum.dataSync(), 0);
    expectClose(tf.fused.conv2d({ ...layer, activation: 'relu' }).dataSync(), tf.relu(sum).dataSync(), 0);
  });

  it('leave strides, other channels and filters, and small pictures to patches', () => {
    const refused: [Four, Four, number][] = [
      [[9, 14, 56, 32], [5, 5, 32, 64], 2],
      [[9, 28, 112, 1], [5, 5, 1, 32], 1],
      [[9, 28, 112, 32], [5, 5, 32, 12], 1],
      [[9, 28, 112, 32], [7, 7, 32, 32], 1],
      [[9, 28, 112, 32], [1, 1, 32, 32], 1],
      [[9, 4, 4, 32], [3, 3, 32, 32], 1],
    ];
    for (const [x, filter, strides] of refused) {
      expect(isFasterByTiles(geometryOf(x, filter, strides, 'same'))).to.equal(false);
    }
  });
});
