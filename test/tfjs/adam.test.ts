import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import { Adam, useBackend } from '../../node/tfjs/index.js';
import { codeOf } from '../harness/helpers.js';
import { expectClose } from './close.js';

const start = [0.5, -1.25, 2, 1e-3];
const gradients = [
  [0.1, -2, 1e-4, 0],
  [-0.3, 1.5, 2e-4, 1e-9],
  [0.25, -0.125, -1e3, 3],
];
/** torch.optim.Adam([w], lr=0.01) of PyTorch 2.13 after each of these gradients, float32. */
const torch = [
  [0.49000000953674316, -1.2400000095367432, 1.9900009632110596, 0.0010000000474974513],
  [0.49494192004203796, -1.2391067743301392, 1.9803497791290283, 0.0005084507283754647],
  [0.4939749240875244, -1.238097906112671, 1.9867379665374516, -0.005879685282707214],
];

/** Applies one gradient to w. */
function update(adam: Adam, w: tf.Variable, gradient: number[]): Float32Array {
  const g = tf.tensor1d(gradient);
  adam.apply([w], { [w.name]: g });
  g.dispose();
  return w.dataSync() as Float32Array;
}

for (const backend of ['cpu', 'wasm'] as const) {
  describe(`Adam on ${backend}`, () => {
    before(() => useBackend(backend));

    it('takes the steps of torch.optim.Adam', () => {
      const w = tf.variable(tf.tensor1d(start));
      const adam = new Adam({ learningRate: 0.01 });
      gradients.forEach((gradient, t) => {
        expectClose(update(adam, w, gradient), torch[t], 2e-7, `step ${t}, weight`);
      });
      w.dispose();
    });

    it('takes the steps of its formula', () => {
      const options = { learningRate: 0.02, beta1: 0.8, beta2: 0.95, epsilon: 1e-3 };
      const adam = new Adam(options);
      const w = tf.variable(tf.tensor1d([1]));
      let [m, v, expected] = [0, 0, 1];
      [0.5, -0.25, 2].forEach((g, i) => {
        m = 0.8 * m + 0.2 * g;
        v = 0.95 * v + 0.05 * g ** 2;
        expected -= (0.02 * (m / (1 - 0.8 ** (i + 1)))) / (Math.sqrt(v / (1 - 0.95 ** (i + 1))) + 1e-3);
        expectClose(update(adam, w, [g]), [expected], 2e-7);
      });
      w.dispose();
    });

    it('multiplies its rate by the factor of each milestone once its step is done, in whatever order they are given', () => {
      const milestones = [{ step: 2, factor: 0.5 }, { step: 1, factor: 0.1 }, { step: 9, factor: 3 }];
      const rates = [0.02, 0.02 * 0.1, 0.02 * 0.1 * 0.5];
      const adam = new Adam({ learningRate: 0.02, milestones });
      const w = tf.variable(tf.tensor1d([1]));
      let expected = 1;
      // a constant gradient of 4: m / (1 - 0.9^t) = 4 and sqrt(v / (1 - 0.999^t)) = 4 whatever t
      for (const rate of rates) {
        expected -= rate;
        expectClose(update(adam, w, [4]), [expected], 2e-7);
      }
      w.dispose();
    });

    it('goes on from a saved state bit for bit, without sharing it', () => {
      const [whole, resumed] = [tf.variable(tf.tensor1d(start)), tf.variable(tf.tensor1d(start))];
      const options = { learningRate: 0.01, milestones: [{ step: 1, factor: 0.5 }, { step: 2, factor: 0.1 }] };
      const adam = new Adam(options);
      update(adam, whole, gradients[0]);
      const { state, weights } = { state: adam.state(), weights: whole.dataSync().slice() };
      for (const gradient of gradients.slice(1)) update(adam, whole, gradient);
      const second = new Adam(options);
      second.restore(state);
      resumed.assign(tf.tensor1d(weights));
      for (const gradient of gradients.slice(1)) update(second, resumed, gradient);
      expect(resumed.dataSync()).to.deep.equal(whole.dataSync());
      expect(second.state()).to.deep.equal(adam.state());
      expect(state.step).to.equal(1);
      tf.dispose([whole, resumed]);
    });

    it('leaves no tensors behind', () => {
      const w = tf.variable(tf.tensor1d(start));
      const adam = new Adam({ learningRate: 0.01 });
      const before = tf.memory().numTensors;
      for (let t = 0; t < 1000; t++) update(adam, w, gradients[t % 3]);
      expect(tf.memory().numTensors).to.equal(before);
      w.dispose();
    });

    it('refuses bad options, gradients that are missing or of another size, and the state of other variables', () => {
      expect(codeOf(() => new Adam({ learningRate: 0 }))).to.equal('PARAMS');
      expect(codeOf(() => new Adam({ learningRate: 0.1, beta2: 1 }))).to.equal('PARAMS');
      for (
        const milestone of [{ step: 0, factor: 1 }, { step: 1.5, factor: 1 }, { step: 1, factor: 0 }, {
          step: 1,
          factor: Infinity,
        }]
      ) {
        expect(codeOf(() => new Adam({ learningRate: 0.1, milestones: [milestone] }))).to.equal('PARAMS');
      }
      const adam = new Adam({ learningRate: 0.1 });
      const w = tf.variable(tf.tensor1d(start));
      expect(codeOf(() => {
        adam.apply([w], {});
      })).to.equal('SHAPE');
      expect(codeOf(() => update(adam, w, [1, 2]))).to.equal('SHAPE');
      adam.restore({ step: 3, moments: [{ m: new Float32Array(2), v: new Float32Array(2) }] });
      expect(codeOf(() => update(adam, w, gradients[0]))).to.equal('CHECKPOINT');
      w.dispose();
    });
  });
}
