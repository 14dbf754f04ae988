import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import { Adam, AdamW, Rmsprop, Sgd, useBackend } from '../../node/tfjs/index.js';
import type { Optimizer } from '../../tfjs/optimizer.js';
import { codeOf } from '../harness/helpers.js';
import { expectClose } from './close.js';

const start = [0.5, -1.25, 2, 1e-3];
const gradients = [
  [0.1, -2, 1e-4, 0],
  [-0.3, 1.5, 2e-4, 1e-9],
  [0.25, -0.125, -1e3, 3],
  [0.05, 0.5, 1, -2],
];

/** Weights after each gradient by the optimizers of PyTorch 2.13 with a learning rate of 0.01, in float64. */
const torch = [
  {
    make: Sgd,
    options: {},
    weights: [[0.499, -1.23, 1.999999, 0.001], [0.502, -1.2449999999999999, 1.999997, 0.00099999999], [
      0.4995,
      -1.24375,
      11.999997,
      -0.02900000001,
    ], [0.499, -1.2487499999999998, 11.989997, -0.009000000009999998]],
  },
  {
    make: Sgd,
    options: { momentum: 0.9 },
    weights: [[0.499, -1.23, 1.999999, 0.001], [0.5011, -1.227, 1.9999961000000002, 0.00099999999], [
      0.50049,
      -1.2230500000000002,
      11.99999349,
      -0.029000000019,
    ], [0.49944099999999997, -1.2244950000000001, 20.989991141, -0.03600000002710001]],
  },
  {
    make: Sgd,
    options: { momentum: 0.9, nesterov: true, weightDecay: 0.1 },
    weights: [[0.49715, -1.209625, 1.9961981, 0.0009981], [0.500690415, -1.2186142125, 1.99078071361, 0.000995393591], [
      0.4959229117115,
      -1.20960279924625,
      20.983920960793142,
      -0.0560080351259229,
    ], [0.4924405265930981, -1.210916034790557, 29.020669436074712, -0.042203809850182364]],
  },
  {
    make: AdamW,
    options: {},
    weights: [
      [0.4899500009999999, -1.23987500005, 1.98980099990001, 0.0009999],
      [0.49484290411190657, -1.2388577624809953, 1.9799508098463303, 0.0005082506983855225],
      [0.49382642462860893, -1.2377249852774723, 1.9861409490919166, -0.005879936085722431],
      [0.49227506137377597, -1.2379306043765517, 1.9911692891239137, -0.007007970889816226],
    ],
  },
  {
    make: AdamW,
    options: { weightDecay: 0.5, beta1: 0.8, epsilon: 0.001 },
    weights: [
      [0.4875990099009901, -1.2337549975012494, 1.989090909090909, 0.000995],
      [0.4906015394902786, -1.2272721085231728, 1.9778023019339783, 0.000990019444448374],
      [0.48685122123600355, -1.220554608794944, 1.9750082964472158, -0.0061058586472423106],
      [0.48260439804979954, -1.2153434139699753, 1.970545167219542, -0.006826235840592953],
    ],
  },
  {
    make: Rmsprop,
    options: {},
    weights: [
      [0.40000009999990005, -1.1500000049999999, 1.9000999000999002, 0.001],
      [0.49491586954512934, -1.2101929291274256, 1.8106076661187362, 9.900990099009693e-06],
      [0.4326877338618019, -1.2051579762004827, 1.9106076661087337, -0.09999009567656772],
      [0.4202761260555464, -1.2249969183671352, 1.9105071623779772, -0.044327063226616704],
    ],
  },
  {
    make: Rmsprop,
    options: { alpha: 0.9, momentum: 0.5, epsilon: 0.001 },
    weights: [
      [0.4693465699682845, -1.2184271444661774, 1.9990306534300317, 0.001],
      [0.48387097437176063, -1.2222267226677956, 1.996676821266543, 0.0009999900000031623],
      [0.47099234410219926, -1.222408721581979, 2.0271225817867977, -0.03058949336776613],
      [0.460346852734384, -1.229558996819679, 2.042312128843221, -0.028218930782804266],
    ],
  },
  {
    make: Rmsprop,
    options: { centred: true, alpha: 0.9, momentum: 0.5 },
    weights: [
      [0.4666666777777741, -1.2166666672222222, 1.9666777740753083, 0.001],
      [0.4808459984188606, -1.2196267173759994, 1.9186294803718218, 2.9126213592232885e-05],
      [0.4676062844132107, -1.2193840415105384, 1.9279386658856335, -0.03378964364368573],
      [0.45672766936671844, -1.2263334358090692, 1.9325583196739817, -0.032480283940060424],
    ],
  },
];

function update(optimizer: Optimizer, w: tf.Variable, gradient: number[]): Float32Array {
  const g = tf.tensor1d(gradient);
  optimizer.apply([w], { [w.name]: g });
  g.dispose();
  return w.dataSync().slice() as Float32Array;
}

describe('optimizers', () => {
  before(() => useBackend('cpu'));

  for (const { make: Made, options, weights } of torch) {
    const title = `${Made.name} with ${JSON.stringify(options)}`;
    const made = (more: object = {}): Optimizer => new Made({ learningRate: 0.01, ...options, ...more });

    it(`take the steps of PyTorch: ${title}`, () => {
      const w = tf.variable(tf.tensor1d(start));
      const optimizer = made();
      gradients.forEach((gradient, k) => expectClose(update(optimizer, w, gradient), weights[k], 3e-7));
      w.dispose();
    });

    it(`go on from a saved state bit for bit: ${title}`, () => {
      const [whole, resumed] = [tf.variable(tf.tensor1d(start)), tf.variable(tf.tensor1d(start))];
      const milestones = [{ step: 1, factor: 0.5 }, { step: 3, factor: 0.1 }];
      const [first, second] = [made({ milestones }), made({ milestones })];
      gradients.slice(0, 2).forEach((gradient) => update(first, whole, gradient));
      second.restore(first.state());
      resumed.assign(tf.tensor1d(whole.dataSync().slice()));
      for (const gradient of gradients.slice(2)) {
        expect(update(first, whole, gradient)).to.deep.equal(update(second, resumed, gradient));
      }
      expect(second.state()).to.deep.equal(first.state());
      expect([1, 2, 3, 4].map((t) => first.rateAt(t))).to.deep.equal([0.01, 0.005, 0.005, 0.005 * 0.1]);
      tf.dispose([whole, resumed]);
    });
  }

  it('refuse options out of range, numbers that are none, and the state of other variables', () => {
    const wrong: (() => unknown)[] = [
      () => new Sgd({ learningRate: NaN }),
      () => new Sgd({ learningRate: 0.1, momentum: 1 }),
      () => new Sgd({ learningRate: 0.1, nesterov: true }),
      () => new Sgd({ learningRate: 0.1, weightDecay: -1 }),
      () => new AdamW({ learningRate: 0.1, weightDecay: NaN }),
      () => new AdamW({ learningRate: 0.1, beta2: 1 }),
      () => new Rmsprop({ learningRate: 0.1, alpha: 1 }),
      () => new Rmsprop({ learningRate: 0.1, epsilon: -1 }),
      () => new Rmsprop({ learningRate: 0.1, milestones: [{ step: 0, factor: 1 }] }),
    ];
    wrong.forEach((make, k) => expect(codeOf(make), String(k)).to.equal('PARAMS'));
    expect(() => new Sgd({ learningRate: 0.1, nesterov: true })).to.throw(/Sgd: .*with nesterov above 0/);
    const w = tf.variable(tf.tensor1d(start));
    const sgd = new Sgd({ learningRate: 0.1, momentum: 0.9 });
    sgd.restore({ step: 1, moments: [{ b: new Float32Array(2) }] });
    expect(codeOf(() => update(sgd, w, gradients[0]))).to.equal('CHECKPOINT');
    w.dispose();
  });

  it('update variables that another backend has, by gradients that another has, while memory grows', async () => {
    const [w, g] = [tf.variable(tf.ones([2 ** 23])), tf.ones([2 ** 23])];
    await useBackend('wasm');
    const sgd = new Sgd({ learningRate: 0.5 });
    sgd.apply([w], { [w.name]: g });
    expect(w.dataSync<'float32'>().every((weight) => weight === 0.5)).to.equal(true);
    tf.dispose([w, g]);
    await useBackend('cpu');
  });

  it('remember what they need: nothing without momentum', () => {
    const namesOf = (optimizer: Optimizer): string[] => {
      const w = tf.variable(tf.tensor1d(start));
      update(optimizer, w, gradients[0]);
      w.dispose();
      return Object.keys(optimizer.state().moments[0]);
    };
    expect(namesOf(new Sgd({ learningRate: 0.1 }))).to.deep.equal([]);
    expect(namesOf(new Sgd({ learningRate: 0.1, momentum: 0.5 }))).to.deep.equal(['b']);
    expect(namesOf(new Rmsprop({ learningRate: 0.1, centred: true, momentum: 0.5 }))).to.deep.equal(['v', 'a', 'b']);
    expect(namesOf(new Adam({ learningRate: 0.1 }))).to.deep.equal(['m', 'v']);
  });
});
