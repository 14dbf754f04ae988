import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import { fillParams } from '../../../core/validation.js';
import { createRng } from '../../../core/random/rng.js';
import type { Model, ModelPlan } from '../../../harness/models/index.js';
import paperCnn from '../../../harness/models/paper-cnn.js';
import resnetBlock from '../../../harness/models/resnet-block.js';
import tileEncoder from '../../../harness/models/tile-encoder.js';
import { useBackend } from '../../../node/tfjs/index.js';
import { codeOf } from '../helpers.js';
import { randomTensor, slopeError } from './slope.js';

const plans: Record<string, ModelPlan> = {
  'paper-cnn': paperCnn,
  'resnet-block': resnetBlock,
  'tile-encoder': tileEncoder,
};

function create(name: string, input: readonly number[], outputs: number, params: object = {}, seed = 1): Model {
  const plan = plans[name];
  return plan.create(fillParams(plan, params), { input, outputs, rng: createRng(seed) });
}

/** Maps of 2 x 3 cells of 4 x 4 pixels. */
const INPUT = [8, 12, 3];
const CELLS = 6;
const small: Readonly<Record<string, object>> = { 'tile-encoder': { margin: 1, units: [5, 4] }, 'resnet-block': {} };

for (const backend of ['cpu', 'wasm'] as const) {
  describe(`models of maps on ${backend}`, () => {
    before(() => useBackend(backend));

    for (const [name, params] of Object.entries(small)) {
      it(`${name}: gives each cell of each map a cost of its own, not below zero`, () => {
        const model = create(name, INPUT, CELLS, params);
        tf.tidy(() => {
          const x = randomTensor([4, ...INPUT], createRng(2));
          const y = model.predict(x);
          expect(y.shape).to.deep.equal([4, CELLS]);
          expect(Math.min(...y.dataSync())).to.be.at.least(0);
          expect([...model.predict(tf.slice(x, [2], [1])).dataSync()]).to.deep.equal([
            ...tf.slice(y, [2], [1]).dataSync(),
          ]);
        });
        model.dispose();
      });

      it(`${name}: starts the same for a seed, and leaves no tensors`, () => {
        const before = tf.memory().numTensors;
        const [a, b, c] = [
          create(name, INPUT, CELLS, params),
          create(name, INPUT, CELLS, params),
          create(name, INPUT, CELLS, params, 2),
        ];
        const weights = (model: Model): number[][] => model.variables.map((variable) => [...variable.dataSync()]);
        expect(weights(a)).to.deep.equal(weights(b));
        expect(weights(a)).not.to.deep.equal(weights(c));
        tf.tidy(() => {
          a.predict(randomTensor([1, ...INPUT], createRng(2)));
        });
        for (const model of [a, b, c]) model.dispose();
        expect(tf.memory().numTensors).to.equal(before);
      });

      it(`${name}: refuses pictures that its cells do not tile`, () => {
        for (
          const [input, cells] of [[INPUT, 5], [[8, 12], CELLS], [[8, 12, 3, 1], CELLS], [[9, 12, 3], CELLS]] as const
        ) {
          expect(codeOf(() => create(name, input, cells, params)), String([input, cells])).to.equal('SHAPE');
        }
      });
    }

    it('tile-encoder: its gradient is the slope', () => {
      const model = create('tile-encoder', INPUT, CELLS, small['tile-encoder']);
      const rng = createRng(8); // no unit changes sides within h
      const x = randomTensor([2, ...INPUT], rng);
      const weights = randomTensor([2, CELLS], rng);
      const loss = (): tf.Scalar => tf.sum(tf.mul(model.predict(x), weights));
      const { grads } = tf.variableGrads(loss, model.variables);
      for (const variable of model.variables) {
        expect(slopeError(variable, grads[variable.name], loss, createRng(8), 1e-2)).to.be.below(3e-4);
      }
      tf.dispose([x, weights, grads]);
      model.dispose();
    });
  });
}

describe('models that train on TensorFlow too', () => {
  before(() => useBackend('wasm'));

  /** The paddings of all kernels that run meanwhile. */
  function paddingsOf(compute: () => void): unknown[] {
    const engine = tf.engine();
    const original = engine.runKernel;
    const paddings: unknown[] = [];
    engine.runKernel = function(...args) {
      if (args[2] && 'pad' in args[2]) paddings.push(args[2]['pad']);
      return original.apply(engine, args);
    } as typeof original;
    compute();
    Reflect.deleteProperty(engine, 'runKernel');
    return paddings;
  }

  const ofMaps = Object.entries(small).map(([name, params]) => ({ name, input: INPUT, outputs: CELLS, params }));
  const ofNumbers = { name: 'paper-cnn', input: [2, 8, 8, 1], outputs: 2, params: {} };
  for (const { name, input, outputs, params } of [...ofMaps, ofNumbers]) {
    it(`${name}: pads 'same' or 'valid', in training and in evaluation, since its kernels take no numbers`, () => {
      const model = create(name, input, outputs, params);
      const x = randomTensor([2, ...input], createRng(2));
      const paddings = paddingsOf(() =>
        tf.tidy(() => {
          tf.variableGrads(() => tf.sum(model.predict(x, 'training')), model.variables);
          model.predict(x);
        })
      );
      expect(paddings.length).to.be.above(2);
      for (const padding of paddings) expect(padding).to.be.oneOf(['same', 'valid']);
      model.dispose();
    });
  }
});

describe('tile-encoder', () => {
  before(() => useBackend('cpu'));

  it('sees the tile of a cell and the margin around it, and nothing else', () => {
    const model = create('tile-encoder', INPUT, CELLS, { margin: 1, units: [5, 4] });
    const base = randomTensor([1, ...INPUT], createRng(2));
    const before = model.predict(base).dataSync();
    const changedBy = (row: number, column: number): number[] =>
      tf.tidy(() => {
        const pixel = tf.buffer([1, ...INPUT]);
        pixel.set(2, 0, row, column, 1);
        const after = model.predict(tf.add(base, pixel.toTensor())).dataSync();
        return [...after.keys()].filter((cell) => after[cell] !== before[cell]);
      });
    expect(changedBy(1, 1)).to.deep.equal([0]);
    expect(changedBy(1, 4)).to.deep.equal([0, 1]); // left edge of cell 1, margin of cell 0
    expect(changedBy(4, 8)).to.deep.equal([1, 2, 4, 5]);
    expect(changedBy(6, 6)).to.deep.equal([4]);
    base.dispose();
    model.dispose();
  });

  it('computes every cell with the same weights', () => {
    const model = create('tile-encoder', INPUT, CELLS, { margin: 0, units: [5] });
    tf.tidy(() => {
      const tile = randomTensor([1, 4, 4, 3], createRng(2));
      const costs = model.predict(tf.tile(tile, [1, 2, 3, 1])).dataSync();
      costs.forEach((cost) => expect(cost).to.be.closeTo(costs[0], 1e-6)); // float32
    });
    model.dispose();
  });
});
