import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import { fillParams } from '../../../core/validation.js';
import { LossError } from '../../../core/errors.js';
import { ranksOf } from '../../../core/ranking.js';
import { createRng } from '../../../core/random/rng.js';
import type { Metrics, OpenTask, Split } from '../../../harness/tasks/index.js';
import mnistSort, { type MnistSortParams } from '../../../harness/tasks/mnist-sort.js';
import { useBackend } from '../../../node/tfjs/index.js';
import { writeDigits } from '../data/idx-files.js';

let folder: string;
before(async () => {
  await useBackend('cpu');
  folder = mkdtempSync(path.join(tmpdir(), 'mnist-sort-test-'));
  writeDigits(folder, { train: 120, t10k: 30 });
});
after(() => rmSync(folder, { recursive: true }));

const openTask = (params: Partial<MnistSortParams> = {}, seed = 1, data = folder): Promise<OpenTask> =>
  mnistSort.open(fillParams(mnistSort, { n: 3, digits: 2, evaluationSets: 40, ...params }), {
    data,
    rng: createRng(seed),
  });

/** What the pictures show, (N, n): each pixel of a digit is 10 / 255 of it; the first pixel of each is looked at. */
function numbersShown(x: tf.Tensor, digits: number): number[][] {
  const [sets, n] = x.shape as [number, number];
  const values = x.dataSync();
  const perNumber = values.length / (sets * n);
  const step = x.rank === 5 ? x.shape[3]! / digits : perNumber / digits;
  const number = (j: number): number => {
    let shown = 0;
    for (let k = 0; k < digits; k++) shown = 10 * shown + Math.round(25.5 * values[j * perNumber + k * step]);
    return shown;
  };
  return Array.from({ length: sets }, (_, i) => Array.from({ length: n }, (_, j) => number(i * n + j)));
}

/**
 * The numbers that an evaluation shows and the metrics of a network that reads item j of a set and outputs
 * `score(number, j)`.
 */
function evaluate(
  task: OpenTask,
  split: Split,
  step: number,
  score: (number: number, j: number) => number,
): [number[][], Metrics] {
  const seen: number[][] = [];
  const metrics = task.evaluate(
    (x) => {
      const numbers = numbersShown(x, 2);
      seen.push(...numbers);
      return tf.tensor2d(numbers.map((set) => set.map(score)));
    },
    split,
    step,
  );
  return [seen, metrics];
}

describe('mnist-sort', () => {
  it('shows the numbers whose ranks are the targets, in both layouts', async () => {
    for (const [layout, shape] of [['digits', [6, 3, 2, 16]], ['image', [6, 3, 4, 8, 1]]] as const) {
      const task = await openTask({ layout, pool: 2 });
      const { x, targets } = task.batch(0, 6);
      expect(x.shape).to.deep.equal(shape);
      expect([...task.input]).to.deep.equal(shape.slice(1));
      expect(targets).to.deep.equal(numbersShown(x, 2).map(ranksOf));
      x.dispose();
    }
  });

  it('gives equal numbers the lowest of their ranks as targets, with paperStream those of argsort', async () => {
    const argsortRanks = (numbers: number[]): number[] =>
      numbers.map((a, i) => numbers.filter((b, j) => b < a || (b === a && j < i)).length);
    const [shared, paper] = await Promise.all([{}, { paperStream: true }].map(async (params) => {
      const { x, targets } = (await openTask({ n: 8, ...params })).batch(0, 100); // two digits: 25 % of the sets have a tie
      return { numbers: tf.tidy(() => numbersShown(x, 2)), targets };
    }));
    expect(paper.numbers).to.deep.equal(shared.numbers);
    expect(shared.targets).to.deep.equal(shared.numbers.map(ranksOf));
    expect(paper.targets).to.deep.equal(paper.numbers.map(argsortRanks));
    expect(paper.targets).not.to.deep.equal(shared.targets);
  });

  it('makes batch k a function of seed and k alone, sample i of seed, k and i', async () => {
    const shown = (task: OpenTask, step: number, size: number): number[][] =>
      tf.tidy(() => numbersShown(task.batch(step, size).x, 2));
    const task = await openTask();
    const batch3 = shown(task, 3, 8);
    expect(shown(task, 4, 8)).not.to.deep.equal(batch3);
    expect(shown(task, 3, 8)).to.deep.equal(batch3);
    expect(shown(await openTask(), 3, 8)).to.deep.equal(batch3);
    expect(shown(task, 3, 5)).to.deep.equal(batch3.slice(0, 5));
    expect(shown(await openTask({}, 2), 3, 8)).not.to.deep.equal(batch3);
  });

  it('draws digits evenly', async () => {
    const task = await openTask({ n: 2 });
    const counts = new Float64Array(100);
    tf.tidy(() => numbersShown(task.batch(0, 5000).x, 2)).flat().forEach((number) => counts[number]++);
    for (const count of counts) expect(count).to.be.closeTo(100, 5 * Math.sqrt(100 * 0.99));
  });

  it('trains on the first eleven twelfths and validates on the rest', async () => {
    const data = path.join(folder, 'split');
    writeDigits(data, { train: 24, t10k: 5 }, { digit: (i) => (i < 22 ? 1 : 9) });
    const task = await openTask({}, 1, data);
    expect(new Set(tf.tidy(() => numbersShown(task.batch(0, 50).x, 2)).flat())).to.deep.equal(new Set([11]));
    expect(new Set(evaluate(task, 'validation', 0, (number) => number)[0].flat())).to.deep.equal(new Set([99]));
  });

  it('freezes held-out sets across seeds, steps and their number', async () => {
    const [sets] = evaluate(await openTask(), 'test', 0, (number) => number);
    expect(sets.length).to.equal(40);
    expect(evaluate(await openTask({}, 2), 'test', 7, (number) => number)[0]).to.deep.equal(sets);
    expect(evaluate(await openTask({ evaluationSets: 130 }), 'test', 0, (number) => number)[0].slice(0, 40)).to.deep
      .equal(sets);
    expect(evaluate(await openTask(), 'validation', 0, (number) => number)[0]).not.to.deep.equal(sets);
  });

  it('draws new ones at each evaluation with paperStream', async () => {
    const task = await openTask({ paperStream: true });
    const [sets] = evaluate(task, 'test', 1, (number) => number);
    expect(evaluate(task, 'test', 2, (number) => number)[0]).not.to.deep.equal(sets);
    expect(evaluate(task, 'test', 1, (number) => number)[0]).to.deep.equal(sets);
    expect(evaluate(await openTask({ paperStream: true }, 2), 'test', 1, (number) => number)[0]).not.to.deep.equal(
      sets,
    );
  });

  it('gives all points to the right order and few to the reverse, ties in either order but for paperStream', async () => {
    const few = { n: 8, evaluationSets: 200 }; // two digits: 25 % of the sets have a tie
    const task = await openTask(few);
    expect(evaluate(task, 'test', 0, (number) => number)[1]).to.deep.equal({ EM: 1, EW: 1, EM5: 1 });
    expect(evaluate(task, 'test', 0, (number, j) => number - j / 100)[1]['EM']).to.equal(1);
    expect(evaluate(task, 'test', 0, (number) => -number)[1]['EM']).to.equal(0);
    const paper =
      evaluate(await openTask({ ...few, paperStream: true }), 'test', 0, (number, j) => number - j / 100)[1];
    expect(paper['EM']).to.be.within(0.6, 0.9);
  });

  it('refuses scores that are not finite or not as many as numbers', async () => {
    const task = await openTask();
    const predictNothing = (): tf.Tensor2D => tf.zeros([1, 3]);
    expect(() => evaluate(task, 'test', 0, () => NaN)).to.throw(LossError).with.property('code', 'NONFINITE');
    expect(() => task.evaluate(predictNothing, 'test', 0)).to.throw(LossError).with.property('code', 'SHAPE');
  });

  it('leaves no tensor behind but the x of a batch', async () => {
    const task = await openTask();
    const before = tf.memory().numTensors;
    evaluate(task, 'test', 0, (number) => number);
    expect(tf.memory().numTensors).to.equal(before);
    task.batch(0, 2).x.dispose();
    expect(tf.memory().numTensors).to.equal(before);
  });

  it('keeps its frozen test sets of real MNIST: those of an ink counter score as they did', async () => {
    const task = await mnistSort.open(fillParams(mnistSort, { evaluationSets: 100 }), { rng: createRng(5) });
    const metrics = task.evaluate((x) => tf.sum(x, [2, 3]), 'test', 0);
    expect(metrics).to.deep.equal({ EM: 2 / 100, EW: 111 / 500, EM5: 2 / 100 });
  });
});
