import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '../../../node/tfjs/index.js';
import { expectClose, normal, onBoth } from '../close.js';

/** N, height, width, in, out, filter height, filter width. */
const shapes = [
  [1, 5, 5, 1, 1, 3, 3],
  [2, 7, 9, 3, 4, 3, 3],
  [3, 8, 6, 2, 5, 5, 3],
  [2, 6, 7, 4, 3, 1, 1],
  [2, 9, 8, 2, 2, 2, 4],
] as const;

describe('wasm kernels Conv2DBackpropFilter and Conv2DBackpropInput', () => {
  before(() => useBackend('cpu').then(() => useBackend('wasm')));

  for (const [N, H, W, C, K, h, w] of shapes) {
    for (const strides of [1, 2, 3, [1, 2]] as (number | [number, number])[]) {
      for (const pad of ['same', 'valid'] as const) {
        it(`are those of the cpu backend: (${N}, ${H}, ${W}, ${C}) * (${h}, ${w}, ${C}, ${K}), strides ${strides}, ${pad}`, async () => {
          const gradients = (): tf.Tensor[] =>
            tf.tidy(() => {
              const y = (x: tf.Tensor, filter: tf.Tensor): tf.Tensor =>
                tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, strides, pad);
              return tf.grads((x, filter) => tf.sum(tf.square(y(x, filter))))([
                normal([N, H, W, C], 1),
                normal([h, w, C, K], 2),
              ]);
            });
          const { cpu, wasm } = await onBoth(gradients);
          expectClose(wasm[0], cpu[0], 2e-6, 'dx');
          expectClose(wasm[1], cpu[1], 2e-6, 'dW');
        });
      }
    }
  }

  it('are those of the cpu backend for a batch of more than one chunk', async () => {
    const { cpu, wasm } = await onBoth(() =>
      tf.tidy(() =>
        tf.grads((x, filter) => tf.sum(tf.square(tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 1, 'same'))))(
          [normal([75, 5, 6, 2], 1), normal([3, 3, 2, 3], 2)],
        )
      )
    );
    wasm.forEach((gradient, k) => {
      expectClose(gradient, cpu[k], 1e-5);
    });
  });

  it('are those of the cpu backend with padding by numbers', async () => {
    const { cpu, wasm } = await onBoth(() =>
      tf.tidy(() =>
        tf.grads((x, filter) =>
          tf.sum(tf.square(tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 1, [[0, 0], [2, 0], [3, 1], [0, 0]])))
        )(
          [normal([2, 5, 6, 2], 1), normal([2, 3, 2, 3], 2)],
        )
      )
    );
    wasm.forEach((gradient, k) => {
      expectClose(gradient, cpu[k], 2e-6);
    });
  });

  it('are those of the cpu backend for a picture of more than one block of patches', async () => {
    const { cpu, wasm } = await onBoth(() =>
      tf.tidy(() =>
        tf.grads((x, filter) => tf.sum(tf.square(tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 1, 'same'))))(
          [normal([2, 41, 39, 9], 1), normal([5, 5, 9, 3], 2)],
        )
      )
    );
    wasm.forEach((gradient, k) => {
      expectClose(gradient, cpu[k], 1e-5);
    });
  });
});

describe('wasm kernels Conv2D and FusedConv2D', () => {
  before(() => useBackend('cpu').then(() => useBackend('wasm')));

  for (
    const [N, H, W, C, K, h, w] of [...shapes, [0, 5, 5, 2, 3, 3, 3], [2, 41, 39, 9, 3, 5, 5], [3, 9, 7, 4, 17, 2, 2]]
  ) {
    for (const activation of ['linear', 'relu', 'relu6'] as const) {
      it(`are those of the cpu backend: (${N}, ${H}, ${W}, ${C}) * (${h}, ${w}, ${C}, ${K}), ${activation}`, async () => {
        const { cpu, wasm } = await onBoth(() =>
          tf.tidy(() => {
            const x = normal([N, H, W, C], 1) as tf.Tensor4D;
            const filter = normal([h, w, C, K], 2) as tf.Tensor4D;
            const layer = { x, filter, pad: 'same', bias: normal([K], 3), activation } as const;
            return [
              tf.fused.conv2d({ ...layer, strides: 1 }),
              tf.fused.conv2d({ ...layer, strides: [1, 2] }),
              tf.conv2d(x, filter, 1, 'same', 'NHWC', 2),
            ];
          })
        );
        wasm.forEach((y, k) => {
          expectClose(y, cpu[k], 2e-6);
        });
      });
    }
  }
});
