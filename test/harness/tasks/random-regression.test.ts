import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import { fillParams } from '../../../core/validation.js';
import { createRng } from '../../../core/random/rng.js';
import type { OpenTask } from '../../../harness/tasks/index.js';
import task from '../../../harness/tasks/random-regression.js';
import { useBackend } from '../../../node/tfjs/index.js';
import { codeOf } from '../helpers.js';

const open = (seed: number, params: object = {}): Promise<OpenTask> => {
  return task.open(fillParams(task, params), { rng: createRng(seed) });
};

interface Rows {
  readonly inputs: number[][];
  readonly targets: number[][];
}

function rowsOf(task: OpenTask, step: number, size: number): Rows {
  const { x, targets } = task.batch(step, size);
  const inputs = x.arraySync() as number[][];
  x.dispose();
  return { inputs, targets: targets as number[][] };
}

const paired = ({ inputs, targets }: Rows): string[] => inputs.map((row, i) => `${row.join()} -> ${targets[i].join()}`);

describe('random-regression', () => {
  before(() => useBackend('cpu'));

  it('has the sizes of its parameters, and the moments of standard normals', async () => {
    const task = await open(1);
    expect([task.input, task.outputs]).to.deep.equal([[20], 1]);
    const { inputs, targets } = rowsOf(task, 1, 300);
    for (const values of [inputs.flat(), targets.flat()]) {
      const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
      const square = values.reduce((sum, v) => sum + v * v, 0) / values.length;
      expect(mean).to.be.closeTo(0, 5 / Math.sqrt(values.length)); // five standard errors
      expect(square).to.be.closeTo(1, 5 * Math.sqrt(2 / values.length));
    }
    expect((await open(1, { inputs: 3, outputs: 2 })).batch(1, 7).x.shape).to.deep.equal([7, 3]);
  });

  it('gives every sample once in a batch of all, and batches that depend on seed, step and size alone', async () => {
    const [task, again, other] = await Promise.all([open(4), open(4), open(5)]);
    const first = rowsOf(task, 1, 300);
    const second = rowsOf(task, 2, 300);
    expect(new Set(paired(first)).size).to.equal(300);
    expect(paired(second).sort()).to.deep.equal(paired(first).sort());
    expect(rowsOf(again, 2, 300)).to.deep.equal(second);
    expect(rowsOf(task, 3, 40)).to.deep.equal(rowsOf(again, 3, 40));
    expect(paired(rowsOf(other, 1, 300)).filter((pair) => paired(first).includes(pair))).to.deep.equal([]);
  });

  it('measures the fit of its training set: 1 and 0 for the targets, 0 and the variance for their mean', async () => {
    const task = await open(2, { samples: 5, inputs: 3 });
    const { inputs, targets } = rowsOf(task, 1, 5);
    const target = (row: number[]): number => targets[inputs.findIndex((other) => String(other) === String(row))][0];
    const y = targets.map(([value]) => value);
    const mean = y.reduce((sum, v) => sum + v, 0) / 5;
    const variance = y.reduce((sum, v) => sum + (v - mean) ** 2, 0) / 5;
    const metricsOf = (of: (row: number[]) => number): Record<string, number> =>
      task.evaluate((x) => tf.tensor2d((x.arraySync() as number[][]).map((row) => [of(row)])), 'test', 1);
    expect(metricsOf(target)).to.deep.equal({ explained: 1, mse: 0 });
    const flat = metricsOf(() => mean);
    expect(flat['explained']).to.be.closeTo(0, 1e-6);
    expect(flat['mse']).to.be.closeTo(variance, 1e-6);
    expect(metricsOf((row) => target(row) + 3)['mse']).to.be.closeTo(9, 1e-5);
    expect(codeOf(() => metricsOf(() => NaN))).to.equal('NONFINITE');
  });
});
