import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import assignment from '../../../core/algorithms/assignment.js';
import topK from '../../../core/algorithms/top-k.js';
import { checkedAlgorithm, resolveParams } from '../../../core/algorithms/checked-algorithm.js';
import { createRng } from '../../../core/random/rng.js';
import { useBackend } from '../../../node/tfjs/index.js';
import { costMatrix, drawInstances, type InstanceParams } from '../../../harness/tasks/decisions/instances.js';
import knapsack from '../../../harness/tasks/decisions/knapsack.js';
import predictThenOptimise from '../../../harness/tasks/decisions/predict-then-optimise.js';
import shortestPath from '../../../harness/tasks/decisions/shortest-path.js';
import type { OpenTask, Task } from '../../../harness/tasks/index.js';
import { codeOf } from '../helpers.js';

const small = { train: 40, validation: 20, test: 200 };
const tasks: Readonly<Record<string, Task>> = {
  knapsack,
  'shortest-path': shortestPath,
  'predict-then-optimise': predictThenOptimise,
};

const paramsOf = (name: string, changes: object): InstanceParams =>
  resolveParams(tasks[name], { ...small, ...changes }).made as InstanceParams;
const open = (name: string, changes: object = {}, seed = 0): Promise<OpenTask> =>
  tasks[name].open(paramsOf(name, changes), { rng: createRng(seed) });

interface Rows {
  readonly x: number[][];
  readonly targets: number[][];
}

function rowsOf(task: OpenTask, step: number, size: number): Rows {
  const { x, targets } = task.batch(step, size);
  const rows = x.arraySync() as number[][];
  x.dispose();
  return { x: rows, targets: targets as number[][] };
}

/** The true costs, without noise, of features: written anew. */
function truth({ features: p, degree }: InstanceParams, B: Uint8Array, m: number) {
  return (x: tf.Tensor): tf.Tensor2D => {
    const rows = (x.arraySync() as number[][]).map((row) =>
      Array.from({ length: m }, (_, j) => {
        const along = row.filter((_, k) => B[j * p + k] === 1).reduce((sum, xk) => sum + xk, 0);
        return Math.pow(along / Math.sqrt(p) + 3, degree) / Math.pow(3.5, degree) + 1;
      })
    );
    return tf.tensor2d(rows);
  };
}

for (const name of Object.keys(tasks)) {
  describe(`${name}, predicted`, () => {
    before(() => useBackend('cpu'));

    it('has no regret by the true model: linear without noise, and of any degree', async () => {
      for (const degree of [1, 2, 5]) {
        const params = paramsOf(name, { degree, noise: 0 });
        const task = await open(name, { degree, noise: 0 });
        const metrics = task.evaluate(truth(params, costMatrix(params, task.outputs), task.outputs), 'test', 1);
        expect(metrics['regret'], `degree ${degree}`).to.be.closeTo(0, 1e-7); // predictions are float32
        expect(metrics['optimality']).to.be.at.least(0.995);
      }
    });

    it('has costs that are linear in the features at degree 1', () => {
      const params = paramsOf(name, { degree: 1, noise: 0, features: 2 });
      const { features, costs } = drawInstances(params, 3, 'train');
      const B = costMatrix(params, 3);
      for (let i = 0; i < 40; i++) {
        for (let j = 0; j < 3; j++) {
          const along = B[2 * j] * features[2 * i] + B[2 * j + 1] * features[2 * i + 1];
          expect(costs[3 * i + j]).to.be.closeTo((along / Math.SQRT2 + 3) / 3.5 + 1, 1e-12);
        }
      }
    });

    it('multiplies costs by noise that is uniform about 1', () => {
      const [plain, noisy] = [0, 0.25].map((noise) =>
        drawInstances(paramsOf(name, { noise, train: 500 }), 4, 'train').costs
      );
      const factors = Array.from(noisy, (cost, k) => cost / plain[k]);
      expect(Math.min(...factors)).to.be.within(0.75, 0.76);
      expect(Math.max(...factors)).to.be.within(1.24, 1.25);
      const mean = factors.reduce((sum, factor) => sum + factor, 0) / factors.length;
      expect(mean).to.be.closeTo(1, (5 * 0.25) / Math.sqrt(3 * factors.length)); // five standard errors
    });

    it('has data of the data seed alone, and batches of seed, step and size alone', async () => {
      const [task, same, otherRun, otherData] = await Promise.all([
        open(name, {}, 1),
        open(name, {}, 1),
        open(name, {}, 2),
        open(name, { dataSeed: 1 }, 1),
      ]);
      expect(rowsOf(task, 3, 7)).to.deep.equal(rowsOf(same, 3, 7));
      const sorted = (rows: Rows): string[] => rows.x.map((row, i) => `${row.join()} ${rows.targets[i].join()}`).sort();
      expect(sorted(rowsOf(task, 1, 40))).to.deep.equal(sorted(rowsOf(otherRun, 1, 40)));
      expect(rowsOf(task, 1, 40)).not.to.deep.equal(rowsOf(otherRun, 1, 40));
      expect(task.digests).to.deep.equal(otherRun.digests);
      for (const part of ['train', 'validation', 'test']) {
        expect(task.digests?.[part]).not.to.equal(otherData.digests?.[part]);
      }
    });

    it('gives as targets the best decisions or the true costs of the same samples', async () => {
      const [solutions, costs] = await Promise.all([open(name), open(name, { supervision: 'costs' })]);
      const [decided, cost] = [rowsOf(solutions, 1, 40), rowsOf(costs, 1, 40)];
      expect(decided.x).to.deep.equal(cost.x);
      expect(new Set(decided.targets.flat())).to.deep.equal(new Set([0, 1]));
      expect(cost.targets[0]).to.have.lengthOf(solutions.outputs);
      expect(new Set(cost.targets.flat()).size).to.be.greaterThan(30 * solutions.outputs);
    });

    it('has more regret the worse a prediction is, and wants outputs that are finite', async () => {
      const params = paramsOf(name, { noise: 0 });
      const task = await open(name, { noise: 0 });
      const right = truth(params, costMatrix(params, task.outputs), task.outputs);
      const flat = task.evaluate((x) => tf.ones([x.shape[0], task.outputs]), 'validation', 1);
      const wrong = task.evaluate((x) => tf.div(1, right(x)), 'validation', 1);
      expect(flat['regret']).to.be.greaterThan(0.01);
      expect(wrong['regret']).to.be.greaterThan(flat['regret']);
      expect(codeOf(() => task.evaluate((x) => tf.fill([x.shape[0], task.outputs], NaN), 'test', 1))).to.equal(
        'NONFINITE',
      );
    });

    it('has the sizes of its parameters', async () => {
      const sizes: Readonly<Record<string, object>> = {
        knapsack: { items: 7 },
        'shortest-path': { rows: 1, columns: 7 },
        'predict-then-optimise': { costs: 7 },
      };
      const task = await open(name, { ...sizes[name], features: 3 });
      expect([task.input, task.outputs]).to.deep.equal([[3], 7]);
      expect(rowsOf(task, 1, 2).x[0]).to.have.lengthOf(3);
    });
  });
}

describe('knapsack', () => {
  it('weighs 3 to 8 an item, drawn once, and holds its share of them', () => {
    const task = tasks['knapsack'];
    const { params } = task.algorithm!(paramsOf('knapsack', { items: 400, capacityShare: 0.3 }));
    const { weights, capacity } = params as { weights: number[]; capacity: number };
    expect(new Set(weights)).to.deep.equal(new Set([3, 4, 5, 6, 7, 8]));
    expect(capacity).to.equal(Math.floor(0.3 * weights.reduce((sum, weight) => sum + weight, 0)));
    expect(task.algorithm!(paramsOf('knapsack', { items: 400, capacityShare: 0.3 }))).to.deep.equal({
      name: 'knapsack',
      params,
    });
  });
});

describe('predict-then-optimise', () => {
  before(() => useBackend('cpu'));

  it('is over any algorithm, of as many costs as that takes', async () => {
    const algorithm = assignment({ n: 4 });
    const task = await open('predict-then-optimise', { algorithm });
    expect(task.outputs).to.equal(16);
    expect(rowsOf(task, 1, 5).targets.map((w) => w.filter((wj) => wj === 1).length)).to.deep.equal([4, 4, 4, 4, 4]);
    const params = paramsOf('predict-then-optimise', { noise: 0 });
    const exact = await open('predict-then-optimise', { algorithm, noise: 0 });
    expect(exact.evaluate(truth(params, costMatrix(params, 16), 16), 'test', 1)['regret']).to.be.closeTo(0, 1e-7);
  });

  it('refuses one whose solutions are not of its costs', async () => {
    const first = checkedAlgorithm({
      ...topK,
      create: () => ({ sense: 'maximise', outputs: () => 1, solve: (costs, out) => (out[0] = costs[0]) }),
    });
    const error = await open('predict-then-optimise', { algorithm: first }).catch((thrown: unknown) => thrown);
    expect(error).to.include({ code: 'PARAMS' });
  });
});
