import * as tf from '@tensorflow/tfjs-core';
import { layers, type LayersModel, sequential } from '@tensorflow/tfjs-layers';
import { expect } from 'chai';
import { batchOf } from '../../core/batch.js';
import { checked } from '../../core/checked.js';
import { defineSampleLoss } from '../../core/define.js';
import { createRng } from '../../core/random/rng.js';
import { toKerasLoss, toTensorLoss, useBackend } from '../../node/tfjs/index.js';
import bellmanFord from '../../plugins/bellman-ford.js';
import mse from '../../plugins/mse.js';
import softmaxCrossEntropy from '../../plugins/softmax-cross-entropy.js';
import softsort from '../../plugins/softsort.js';
import stochasticSmoothing from '../../plugins/stochastic-smoothing.js';
import { codeOf } from '../harness/helpers.js';
import { expectClose, normal } from './close.js';

const RANKS = [[2, 0, 1], [0, 1, 2], [1, 2, 0], [0, 2, 1]];

/** Scores of three items from five features, the same at each call. */
function scorer(): LayersModel {
  const model = sequential();
  model.add(layers.dense({ units: 4, activation: 'tanh', inputShape: [5] }));
  model.add(layers.dense({ units: 3 }));
  model.setWeights([[5, 4], [4], [4, 3], [3]].map((shape, k) => tf.mul(normal(shape, k), 0.5)));
  return model;
}

const valuesOf = (tensors: readonly tf.Tensor[]): number[] =>
  tensors.flatMap((tensor) => Array.from(tensor.dataSync()));

for (const backend of ['cpu', 'wasm'] as const) {
  describe(`toKerasLoss on ${backend}`, function() {
    this.timeout(30_000);
    before(() => useBackend(backend));

    it('trains a model by compile and fit, and is its metric', async () => {
      const loss = checked(softsort, { temperature: 1 });
      const model = scorer();
      const metrics = [toKerasLoss(loss, { curvature: 'none' })];
      model.compile({ optimizer: tf.train.adam(0.05), loss: toKerasLoss(loss, { lambda: 1 }), metrics });
      const [x, y] = [normal([4, 5], 9), tf.tensor2d(RANKS)];
      const { history } = await model.fit(x, y, { epochs: 40, batchSize: 2, verbose: 0, validationData: [x, y] });
      const metric = Object.keys(history).find((name) => name !== 'loss' && !name.startsWith('val'))!;
      for (const name of ['loss', 'val_loss', metric]) {
        const values = history[name] as number[];
        expect(values.at(-1), name).to.be.below(0.2 * values[0]);
      }
    });

    for (const options of [{}, { curvature: 'fisher', lambda: 0.2 }, { curvature: 'none' }] as const) {
      it(`takes the steps of optimizer.minimize, ${JSON.stringify(options)}`, async () => {
        const loss = checked(softsort, { temperature: 1 });
        const x = normal([4, 5], 9);
        const fitted = scorer();
        fitted.compile({ optimizer: tf.train.sgd(0.1), loss: toKerasLoss(loss, options) });
        const y = tf.tensor2d(RANKS, [4, 3], 'int32');
        const { history } = await fitted.fit(x, y, { epochs: 3, batchSize: 4, shuffle: false, verbose: 0 });
        const minimized = scorer();
        const tensorLoss = toTensorLoss(loss, options);
        const optimizer = tf.train.sgd(0.1);
        const minimize = (): number =>
          optimizer.minimize(() => tensorLoss(minimized.apply(x) as tf.Tensor2D, RANKS), true)!.dataSync()[0];
        expectClose(history['loss'] as number[], [minimize(), minimize(), minimize()], 1e-5);
        expectClose(valuesOf(fitted.getWeights()), valuesOf(minimized.getWeights()), 1e-5);
      });
    }

    it('gives the loss of each sample, whose gradients weights multiply', () => {
      const loss = checked(mse);
      const [y, t, w] = [normal([3, 2], 1), normal([3, 2], 2), tf.tensor1d([1, 0, 3])];
      const keras = toKerasLoss(loss, { curvature: 'none' });
      const evaluation = loss.evaluate(
        batchOf(y.arraySync() as number[][]),
        t.arraySync() as number[][],
        createRng(0),
      );
      expectClose(keras(t, y).dataSync(), evaluation.value, 1e-6);
      const gradient = tf.grad((x) => tf.sum(tf.mul(w, keras(t, x))))(y);
      expectClose(gradient.dataSync(), evaluation.gradient().data.map((g, k) => g * [1, 0, 3][k >> 1]), 1e-6);
    });

    it('reads targets as the loss wants them: a number, or a row of whatever shape', () => {
      const path = [1, 0, 0, 1];
      const grid = checked(bellmanFord, { rows: 2, columns: 2, iterations: 4 });
      const costs = tf.tensor2d([[1, 2, 3, 1]]);
      const shaped = toKerasLoss(grid, { curvature: 'none' });
      const flat = shaped(tf.tensor2d([path]), costs).dataSync();
      expect(shaped(tf.tensor4d(path, [1, 2, 2, 1]), tf.reshape(costs, [1, 2, 2, 1])).dataSync()).to.deep.equal(flat);
      const [scores, labels] = [normal([3, 4], 5) as tf.Tensor2D, [2, 0, 3]];
      const classes = toKerasLoss(checked(softmaxCrossEntropy), { curvature: 'none' });
      const expected = toTensorLoss(checked(softmaxCrossEntropy), { curvature: 'none' })(scores, labels).dataSync();
      for (const shape of [[3], [3, 1]]) {
        expectClose(tf.mean(classes(tf.tensor(labels, shape), scores)).dataSync(), expected, 1e-6);
      }
    });

    it('takes targets of more dimensions as they are', () => {
      const matrix = checked(defineSampleLoss({
        ...mse,
        target: { type: 'array', items: { type: 'array', items: { type: 'number' } } },
        create: () => ({
          value: (y, [[a, b]]) => a * y[0] + b * y[1],
          gradient: (_, [row]) => row,
        }),
        capabilities: { hessian: 'none' },
        sample: () => ({ y: batchOf([[0, 0]]), targets: [[[1, 2]]] }),
      }));
      const value = toKerasLoss(matrix, { curvature: 'none' })(tf.tensor3d([[[3, 4]]]), tf.tensor2d([[1, 2]]));
      expect(Array.from(value.dataSync())).to.deep.equal([11]);
    });

    it('draws from a stream of its own at each call', () => {
      const smoothed = checked(stochasticSmoothing);
      const { y, targets } = smoothed.sample(createRng(1), 2);
      const [yPred, yTrue] = [tf.tensor2d(Array.from(y.data), [y.rows, y.cols]), tf.tensor(targets)];
      const twice = (): number[][] => {
        const loss = toKerasLoss(smoothed, { curvature: 'none', rng: createRng(3) });
        return [Array.from(loss(yTrue, yPred).dataSync()), Array.from(loss(yTrue, yPred).dataSync())];
      };
      expect(twice()).to.deep.equal(twice());
      expect(twice()[0]).to.not.deep.equal(twice()[1]);
      expect(codeOf(() => toKerasLoss(smoothed))).to.equal('UNSUPPORTED');
    });

    it('refuses targets that are not one a sample, or not the loss’s', () => {
      const y = normal([2, 3], 1);
      const ranks = toKerasLoss(checked(softsort));
      const labels = toKerasLoss(checked(softmaxCrossEntropy));
      expect(codeOf(() => ranks(tf.tensor2d([[0, 1, 2]]), y))).to.equal('SHAPE');
      expect(codeOf(() => ranks(tf.scalar(1), y))).to.equal('SHAPE');
      expect(codeOf(() => ranks(tf.tensor2d([[0, 1, 2], [0, 0, 7]]), y))).to.equal('TARGET');
      expect(codeOf(() => labels(tf.tensor2d([[0, 1, 0], [0, 0, 1]]), y))).to.equal('SHAPE');
    });

    it('leaves no tensors behind', () => {
      const loss = toKerasLoss(checked(softsort));
      const [y, t] = [tf.variable(normal([4, 3], 1)), tf.tensor2d(RANKS)];
      const optimizer = tf.train.sgd(0.1);
      const step = (): void => {
        optimizer.minimize(() => tf.mean(loss(t, y)));
      };
      step();
      const before = tf.memory().numTensors;
      for (let k = 0; k < 20; k++) step();
      expect(tf.memory().numTensors).to.equal(before);
    });
  });
}
