import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import { createRng } from '../../../core/random/rng.js';
import { useBackend } from '../../../node/tfjs/index.js';
import { expectClose, normal, onBoth } from '../close.js';

describe('wasm kernel BatchMatMul', () => {
  before(() => useBackend('cpu').then(() => useBackend('wasm')));

  for (const transposeA of [false, true]) {
    for (const transposeB of [false, true]) {
      for (
        const [batchA, batchB, M, K, N] of [
          [1, 1, 5, 7, 3],
          [1, 1, 40, 33, 17],
          [1, 1, 1, 1, 1],
          [1, 1, 3, 600, 9],
          [1, 1, 7, 300, 270],
          [1, 1, 4, 0, 5],
          [1, 1, 0, 3, 5],
          [3, 3, 4, 5, 6],
          [3, 1, 4, 5, 6],
          [1, 2, 6, 5, 8],
        ] as const
      ) {
        const operands = `(${batchA}) ${M} x ${K} x ${N} (${batchB})`;
        const transposed = `${transposeA ? ', A transposed' : ''}${transposeB ? ', B transposed' : ''}`;
        it(`is that of the cpu backend: ${operands}${transposed}`, async () => {
          const { cpu, wasm } = await onBoth(() =>
            tf.tidy(() => {
              const a = normal([batchA, ...(transposeA ? [K, M] : [M, K])], 1);
              const b = normal([batchB, ...(transposeB ? [N, K] : [K, N])], 2);
              return [tf.matMul(a, b, transposeA, transposeB)];
            })
          );
          expectClose(wasm[0], cpu[0], 1e-6);
        });
      }
    }
  }

  for (const activation of ['linear', 'relu', 'sigmoid'] as const) {
    it(`adds a bias and applies ${activation}`, async () => {
      const { cpu, wasm } = await onBoth(() =>
        tf.tidy(
          () => [
            tf.fused.matMul({ a: normal([9, 300], 1), b: normal([300, 13], 2), bias: normal([13], 3), activation }),
          ],
        )
      );
      expectClose(wasm[0], cpu[0], 3e-6); // the backend's own sigmoid is off by 1e-6
    });
  }

  /** A normal matrix of which a share of the entries is not zero. */
  function sparse(shape: [number, number], share: number, seed: number): tf.Tensor2D {
    const rng = createRng(seed);
    const values = Float32Array.from({ length: shape[0] * shape[1] }, () => rng.uniform() < share ? rng.normal() : 0);
    return tf.tensor(values, shape);
  }

  /** relu(A B + bias) by products of so few rows that their zeros are not counted. */
  function byFewRows(a: tf.Tensor2D, b: tf.Tensor, bias: tf.Tensor): tf.Tensor {
    const products = [];
    for (let row = 0; row < a.shape[0]; row += 63) {
      const few = tf.slice(a, [row, 0], [Math.min(63, a.shape[0] - row), -1]);
      products.push(tf.fused.matMul({ a: few, b, bias, activation: 'relu' }));
    }
    return tf.concat(products);
  }

  for (
    const [M, K, N, share] of [
      [200, 196, 32, 0.25],
      [64, 300, 64, 0.1],
      [131, 67, 29, 0.3],
      [131, 270, 31, 0.4],
      [69, 515, 127, 0.02],
      [300, 81, 16, 0.1],
      [77, 65, 32, 0],
      [300, 64, 1, 0.2],
      [300, 64, 32, 1],
    ] as const
  ) {
    it(`is the same where zeros are left out: ${M} x ${K} x ${N}, ${share} of A not zero`, async () => {
      const operands = (): [tf.Tensor2D, tf.Tensor, tf.Tensor] => [
        sparse([M, K], share, 1),
        normal([K, N], 2),
        normal([N], 3),
      ];
      const { cpu, wasm } = await onBoth(() =>
        tf.tidy(() => {
          const [a, b, bias] = operands();
          return [tf.fused.matMul({ a, b, bias, activation: 'relu' })];
        })
      );
      expectClose(wasm[0], cpu[0], 1e-6);
      tf.tidy(() => {
        const [a, b, bias] = operands();
        const dense = byFewRows(a, b, bias).dataSync();
        const [aTransposed, bTransposed] = [tf.transpose(a), tf.transpose(b)];
        const layer = { bias, activation: 'relu' } as const;
        expectClose(wasm[0], dense, 0);
        expectClose(tf.fused.matMul({ ...layer, a, b: bTransposed, transposeB: true }).dataSync(), dense, 0);
        expectClose(tf.fused.matMul({ ...layer, a: aTransposed, b, transposeA: true }).dataSync(), dense, 0);
      });
    });
  }

  it('keeps NaN through relu, and has no -0', () => {
    tf.tidy(() => {
      const [a, b] = [tf.tensor2d([[NaN], [-1], [1], [-0]]), tf.tensor2d([[1, 0, -1, 1, 1, 1, 1, 1, 1]])];
      const y = tf.fused.matMul({ a, b, activation: 'relu' }).dataSync<'float32'>();
      expect([...y.slice(0, 9)]).to.satisfy((row: number[]) => row.every(Number.isNaN));
      expect([...y.slice(9)].some((entry) => Number.isNaN(entry) || Object.is(entry, -0))).to.equal(false);
      expect([...y.slice(9, 12)]).to.deep.equal([0, 0, 1]);
    });
  });

  it('of zeros with NaN and infinities is NaN: networks that diverged do not go on', () => {
    for (const diverged of [NaN, Infinity, -Infinity]) {
      for (const [transposeA, transposeB] of [[false, false], [true, false], [false, true]]) {
        const b = tf.buffer([100, 32]);
        b.set(diverged, 97, 31);
        const a = tf.zeros(transposeA ? [100, 300] : [300, 100]);
        const plain = b.toTensor();
        const product = tf.matMul(a, transposeB ? tf.transpose(plain) : plain, transposeA, transposeB);
        const columns = tf.all(tf.isNaN(product), 0).dataSync();
        expect([...columns]).to.deep.equal(Array.from({ length: 32 }, (_, column) => Number(column === 31)));
      }
    }
  });
});
