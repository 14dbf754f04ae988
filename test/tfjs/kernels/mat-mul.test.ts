import * as tf from '@tensorflow/tfjs-core';
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
});
