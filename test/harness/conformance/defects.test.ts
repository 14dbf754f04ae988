import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import { runModelConformance, runTaskConformance } from '../../../harness/conformance/suite.js';
import { defineModel } from '../../../harness/models/define-model.js';
import mlp from '../../../harness/models/mlp.js';
import type { Model } from '../../../harness/models/index.js';
import { defineTask } from '../../../harness/tasks/define-task.js';
import randomRegression from '../../../harness/tasks/random-regression.js';
import type { OpenTask, TaskContext } from '../../../harness/tasks/index.js';
import { useBackend } from '../../../node/tfjs/index.js';
import type { CheckResult } from '../../../conformance/plan.js';

const broken = (results: readonly CheckResult[]): string[] =>
  results.filter(({ outcome }) => outcome === 'failed').map(({ check }) => check);

type Regression = OpenTask<number[]>;

/** Random regression with this wrong. */
const wrongTask = async (
  change: (task: Regression, context: TaskContext) => Partial<Regression>,
  parts: object = {},
): Promise<string[]> => {
  const task = defineTask({
    ...randomRegression,
    async open(params, context) {
      const opened = await randomRegression.open({ ...params, samples: 12 }, context);
      return { ...opened, ...change(opened, context) };
    },
    ...parts,
  });
  return broken(await runTaskConformance(task, { params: { samples: 12, inputs: 3 } }));
};

/** A network of one hidden layer with this wrong. */
const wrongModel = async (change: (model: Model) => Partial<Model>, parts: object = {}): Promise<string[]> => {
  const plan = defineModel({
    name: 'wrong',
    title: 'Wrong',
    params: mlp.params,
    create(params, context) {
      const { variables, predict, dispose } = mlp.create(params, context);
      const model: Model = { variables, predict, dispose };
      return { ...model, ...change(model) };
    },
    ...parts,
  });
  return broken(await runModelConformance(plan, { params: { hidden: [4] } }));
};

describe('wrong tasks', () => {
  before(() => useBackend('cpu'));

  it('are caught, each by its law, and right ones are not', async () => {
    let calls = 0;
    expect(await wrongTask(() => ({}))).to.deep.equal([]);
    expect(await wrongTask(({ batch }) => ({ batch: (_, size) => batch(++calls, size) }))).to.include('batch-pure');
    const shorter = ({ batch }: Regression): Partial<Regression> => ({
      batch: (step, size) => ({ ...batch(step, size), targets: batch(step, size).targets.slice(1) }),
    });
    expect(await wrongTask(shorter)).to.include('batch');
    const numbers = { target: { type: 'array', items: { type: 'integer' } } };
    expect(await wrongTask(() => ({}), numbers)).to.deep.equal(['targets']);
    expect(await wrongTask(() => ({ heldOut: 'frozen' }))).to.deep.equal(['held-out']);
    expect(await wrongTask(() => ({ heldOut: 'streamed' }))).to.deep.equal(['held-out']);
    expect(await wrongTask(() => ({}), { validation: true })).to.deep.equal(['validation']);
    expect(await wrongTask(() => ({ digests: { train: `${++calls}` } }))).to.deep.equal(['digests']);
    expect(
      await wrongTask(({ evaluate }) => ({
        evaluate: (...given) => ({ ...evaluate(...given), accuracy: 1 }),
      })),
    ).to.include('evaluation');
    expect(
      await wrongTask(({ evaluate }) => ({
        evaluate(predict, split, step) {
          predict(tf.zeros([2, 3]));
          return evaluate(predict, split, step);
        },
      })),
    ).to.deep.equal(['tensors']);
    expect(
      await wrongTask(({ evaluate, outputs }) => ({
        evaluate(predict, split, step) {
          const finite = (x: tf.Tensor): tf.Tensor2D => {
            const y = predict(x);
            return y.dataSync().some(Number.isNaN) ? tf.zeros([x.shape[0], outputs]) : y;
          };
          return evaluate(finite, split, step);
        },
      })),
    ).to.deep.equal(['evaluation-nonfinite']);
    const kept: { targets?: number[][] } = {};
    expect(
      await wrongTask(({ batch }) => ({
        batch(step, size) {
          const { x, targets } = batch(step, size);
          if (step !== 1 || size !== 3) return { x, targets };
          kept.targets ??= targets;
          return { x, targets: kept.targets };
        },
      })),
    ).to.deep.equal(['batch-owned']);
    const deaf = (params: object, { rng }: TaskContext): Promise<Regression> =>
      randomRegression.open(params as never, { rng });
    expect(await wrongTask(() => ({}), { open: deaf })).to.deep.equal(['open-aborted']);
    const sameSeed = ({ batch }: Regression): Partial<Regression> => ({
      batch: (step, size) => ({
        x: tf.zeros([size, 3]),
        targets: batch(step, size).targets.map(() => [step]),
      }),
    });
    expect(await wrongTask(sameSeed)).to.include('batch-seeded');
    const fails = { open: () => Promise.reject(new Error('no data')) };
    expect(await wrongTask(() => ({}), fails)).to.deep.equal(['open']);
    const smaller = { mse: { meaning: 'the error', better: 'smaller', kind: 'number' } };
    expect(await wrongTask(() => ({}), { metrics: smaller })).to.include('metrics');
  });
});

describe('wrong models', () => {
  before(() => useBackend('cpu'));

  it('are caught, each by its law, and right ones are not', async () => {
    expect(await wrongModel(() => ({}))).to.deep.equal([]);
    expect(await wrongModel(() => ({ dispose: () => undefined }))).to.deep.equal(['disposed']);
    expect(await wrongModel(({ predict }) => ({ predict: (x) => tf.reshape(predict(x), [-1]) as never }))).to.deep
      .equal(
        ['outputs'],
      );
    expect(await wrongModel(({ predict }) => ({ predict: (x) => tf.sub(predict(x), tf.mean(predict(x), 0)) }))).to
      .include('rows');
    expect(
      await wrongModel(({ variables, predict }) => ({
        predict(x) {
          variables[0].assign(tf.mul(variables[0], 0.9));
          return predict(x);
        },
      })),
    ).to.include('still');
    const idle = ({ variables, dispose }: Model): Partial<Model> => {
      const unused = tf.variable(tf.zeros([2]));
      return {
        variables: [...variables, unused],
        dispose() {
          dispose();
          unused.dispose();
        },
      };
    };
    expect(await wrongModel(idle)).to.include('gradients');
    const fixed = (model: Model): Partial<Model> => {
      tf.tidy(() => model.variables.forEach((variable) => variable.assign(tf.fill(variable.shape, 0.1))));
      return {};
    };
    expect(await wrongModel(fixed)).to.deep.equal(['seeded']);
    const constant = ({ predict, dispose }: Model): Partial<Model> => {
      const offset = tf.keep(tf.randomNormal([3]));
      return {
        predict: (x) => tf.add(predict(x), offset),
        dispose() {
          dispose();
          offset.dispose();
        },
      };
    };
    expect(await wrongModel(constant)).to.deep.equal(['saved']);
    expect(await wrongModel(() => ({}), { layers: { hessian: true } })).to.include('layers');
  });
});
