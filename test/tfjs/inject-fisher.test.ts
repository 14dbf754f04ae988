import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import { inverse, Matrix } from 'ml-matrix';
import { injectFisher, useBackend } from '../../node/tfjs/index.js';
import { codeOf } from '../harness/helpers.js';
import { expectClose, normal } from './close.js';

/** The mean over the samples of a loss of both outputs that is nothing special. */
function batchMean(y: tf.Tensor2D): tf.Scalar {
  return tf.div(tf.sum(tf.add(tf.exp(y), tf.square(tf.sub(y, 1)))), y.shape[0]);
}

/** g (N g^T g + lambda I)^-1 as a dense formula. */
function dense(g: tf.Tensor, lambda: number): number[] {
  const [N, m] = g.shape as [number, number];
  const G = Matrix.from1DArray(N, m, Array.from(g.dataSync()));
  const C = G.transpose().mmul(G).mul(N).add(Matrix.eye(m, m, lambda));
  return G.mmul(inverse(C)).to1DArray();
}

for (const backend of ['cpu', 'wasm'] as const) {
  describe(`injectFisher on ${backend}`, () => {
    before(() => useBackend(backend));

    for (const [N, m] of [[20, 4], [3, 12], [1, 1]] as const) {
      it(`gives g (N g^T g + lambda I)^-1 for N = ${N}, m = ${m}, and leaves y as it is`, () => {
        tf.tidy(() => {
          const y = normal([N, m], 1) as tf.Tensor2D;
          const plain = tf.grad((x) => batchMean(x as tf.Tensor2D))(y);
          const injected = tf.grad((x) => batchMean(injectFisher(x as tf.Tensor2D, 0.3)))(y);
          expectClose(injected.dataSync(), dense(plain, 0.3), 1e-6);
          expect(injectFisher(y, 0.3).dataSync()).to.deep.equal(y.dataSync());
        });
      });
    }

    it('takes the options of the Newton step', () => {
      tf.tidy(() => {
        const y = normal([6, 3], 1) as tf.Tensor2D;
        const g = tf.grad((x) => batchMean(x as tf.Tensor2D))(y).arraySync() as number[][];
        const perSample = tf.grad((x) => batchMean(injectFisher(x as tf.Tensor2D, { lambda: 0.1, scope: 'sample' })))(
          y,
        );
        const expected = g.flatMap((gi) => gi.map((gij) => gij / (36 * gi.reduce((sum, v) => sum + v * v, 0) + 0.1)));
        expectClose(perSample.dataSync(), expected, 1e-6);
      });
    });

    it('leaves no tensors behind in 1,000 steps', () => {
      const y = tf.variable(normal([5, 3], 1));
      const optimizer = tf.train.sgd(0.01);
      const step = (): void => {
        optimizer.minimize(() => batchMean(injectFisher(y as tf.Tensor as tf.Tensor2D, 0.1)));
      };
      step();
      const before = tf.memory().numTensors;
      for (let t = 0; t < 1000; t++) step();
      expect(tf.memory().numTensors).to.equal(before);
    });

    it('refuses outputs that are not of rank 2', () => {
      const y = normal([4], 1) as tf.Tensor2D;
      expect(codeOf(() => injectFisher(y, 0.1))).to.equal('SHAPE');
      y.dispose();
    });
  });
}
