import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import { fillParams } from '../../../core/validation.js';
import { LossError } from '../../../core/errors.js';
import type { NamedPlugin } from '../../../core/registry-section.js';
import { openRegistry } from '../../../node/open-registry.js';
import { failureOf } from '../helpers.js';
import { createRng } from '../../../core/random/rng.js';
import digitMlp from '../../../harness/models/digit-mlp.js';
import { findModel, type Model, type ModelPlan } from '../../../harness/models/index.js';
import paperCnn from '../../../harness/models/paper-cnn.js';
import { useBackend } from '../../../node/tfjs/index.js';
import { randomTensor, slopeError } from './slope.js';

before(async () => {
  await useBackend('cpu');
});

const plans: Record<string, ModelPlan> = { 'digit-mlp': digitMlp, 'paper-cnn': paperCnn };

function create(name: string, input: readonly number[], params: object = {}, seed = 1): Model {
  const plan = plans[name];
  return plan.create(fillParams(plan, params), { input, outputs: input[0], rng: createRng(seed) });
}

const small = {
  'digit-mlp': { input: [3, 2, 9], params: { encoder: [7, 5], head: [6] } },
  'paper-cnn': { input: [2, 8, 4, 1], params: {} },
};

describe('models', () => {
  it('have as many weights as the paper says', () => {
    const weights = (model: Model): number => model.variables.reduce((sum, variable) => sum + variable.size, 0);
    const counts = [create('paper-cnn', [5, 28, 112, 1]), create('digit-mlp', [10, 4, 49])].map((model) => {
      const count = weights(model);
      model.dispose();
      return count;
    });
    // (49 + 1) 32 + (32 + 1) 16 + (64 + 1) 32 + (32 + 1)
    expect(counts).to.deep.equal([855_041, 4241]);
  });

  for (const [name, { input, params }] of Object.entries(small)) {
    it(`${name}: scores each number by itself, (N, n)`, () => {
      const model = create(name, input, params);
      tf.tidy(() => {
        const x = randomTensor([4, ...input], createRng(2));
        const y = model.predict(x);
        expect(y.shape).to.deep.equal([4, input[0]]);
        const reversed = model.predict(tf.reverse(x, 1));
        expect([...tf.reverse(reversed, 1).dataSync()]).to.deep.equal([...y.dataSync()]);
        const alone = model.predict(tf.slice(x, [2], [1]));
        expect([...alone.dataSync()]).to.deep.equal([...tf.slice(y, [2], [1]).dataSync()]);
      });
      model.dispose();
    });

    it(`${name}: its gradient is the slope`, () => {
      const model = create(name, input, params);
      const rng = createRng(4); // no unit or pooling window changes sides within h
      const x = randomTensor([1, ...input], rng);
      const weights = randomTensor([1, input[0]], rng);
      const loss = (): tf.Scalar => tf.sum(tf.mul(model.predict(x), weights));
      const { grads } = tf.variableGrads(loss, model.variables);
      for (const variable of model.variables) {
        expect(slopeError(variable, grads[variable.name], loss, rng)).to.be.below(2e-4);
      }
      tf.dispose([x, weights, grads]);
      model.dispose();
    });

    it(`${name}: starts the same for a seed, and leaves no tensors`, () => {
      const before = tf.memory().numTensors;
      const [a, b, c] = [create(name, input, params), create(name, input, params), create(name, input, params, 2)];
      a.variables.forEach((variable, k) => {
        expect([...variable.dataSync()]).to.deep.equal([...b.variables[k].dataSync()]);
        expect([...variable.dataSync()]).not.to.deep.equal([...c.variables[k].dataSync()]);
      });
      tf.tidy(() => {
        a.predict(randomTensor([1, ...input], createRng(2)));
      });
      for (const model of [a, b, c]) model.dispose();
      expect(tf.memory().numTensors).to.equal(before);
    });

    it(`${name}: refuses other inputs`, () => {
      expect(() => create(name, [...input, 3], params)).to.throw(LossError).with.property('code', 'SHAPE');
    });
  }

  it('start uniform within one over the root of the fan in', () => {
    const model = create('digit-mlp', [10, 4, 49]);
    for (const [k, fanIn] of [49, 49, 32, 32, 64, 64, 32, 32].entries()) {
      const values = [...model.variables[k].dataSync()].map((value) => value * Math.sqrt(fanIn));
      expect(Math.max(...values.map(Math.abs))).to.be.below(1);
      if (values.length < 400) continue;
      const square = values.reduce((sum, value) => sum + value ** 2, 0) / values.length;
      expect(square).to.be.closeTo(1 / 3, 5 * Math.sqrt(4 / 45 / values.length)); // five standard errors
    }
    model.dispose();
  });

  it('are found by name, and listed where there is none', async () => {
    const registry = await openRegistry({ models: { half: { name: 'half', create: () => ({}) } as NamedPlugin } });
    expect(await findModel(registry, 'digit-mlp')).to.equal(digitMlp);
    const unknown = await failureOf(() => findModel(registry, 'digit-mpl'));
    expect(unknown).to.include({ code: 'MODEL_UNKNOWN' });
    expect(unknown.message).to.match(/did you mean digit-mlp\?.*paper-cnn/);
    expect(await failureOf(() => findModel(registry, 'half'))).to.include({ code: 'REGISTRY' });
  });
});
