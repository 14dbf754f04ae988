import { takeRows } from '../core/batch.js';
import { type Rng, createRng } from '../core/random/rng.js';
import { type Check, defineCheck } from './check.js';
import type { Finding } from './failure.js';
import { firstDifference, type Method, resultsOf } from './results.js';
import { rerouted } from './streams.js';
import type { Sample, Subject } from './subject.js';
import { directions } from './vectors.js';

/** Row i of every result depends on row i of y, target i and stream i alone. */
export const batches: readonly Check[] = [
  defineCheck({
    name: 'deterministic',
    law: 'Another seed gives the same bits.',
    applies: (c) => c.deterministic,
    test(subject, fail) {
      const sample = subject.sample(subject.seeds[0]);
      const [first, ...others] = subject.seeds.map((seed) => evaluate(subject, sample, createRng(seed)));
      for (const other of others) {
        const finding = firstDifference(other, first);
        if (finding) fail({ ...finding, what: `${finding.what} with another seed` });
      }
    },
  }),
  defineCheck({
    name: 'seed-matters',
    law: 'A loss that declares noise has some: another seed gives other results.',
    applies: (c) => !c.deterministic,
    test(subject, fail) {
      const sample = subject.sample(subject.seeds[0]);
      const [first, ...others] = subject.seeds.map((seed) => evaluate(subject, sample, createRng(seed)));
      if (others.every((other) => !firstDifference(other, first))) {
        fail({
          what: 'results with another seed',
          expected: 'other results, as deterministic is declared false',
          got: 'equal results',
        });
      }
    },
  }),
  defineCheck({
    name: 'noise-of-own',
    law: 'Equal rows with equal targets get noise of their own.',
    needs: ['seed-matters'],
    applies: (c) => !c.deterministic,
    test(subject, fail) {
      for (const seed of subject.seeds) {
        const { y, targets } = subject.sample(seed);
        for (let i = 0; i < y.rows; i++) {
          const copies = { y: takeRows(y, [i, i, i, i]), targets: [0, 1, 2, 3].map(() => targets[i]) };
          const sameV = takeRows(directions(1, y.cols), [0, 0, 0, 0]);
          const results = resultsOf(subject.loss.evaluate(copies.y, copies.targets, createRng(seed)), sameV);
          if (firstDifference(onlyRow(results, 0), onlyRow(results, 3))) return;
        }
      }
      fail({ what: 'results of equal rows', expected: 'results that differ by their noise', got: 'equal results' });
    },
  }),
  defineCheck({
    name: 'batch-order',
    law: 'Permuting the rows of a batch, with their streams, permutes the results.',
    needs: ['noise-of-own'],
    test(subject, fail) {
      for (const seed of subject.seeds) {
        const order = [...createRng(seed).permutation(subject.sample(seed).y.rows)];
        const finding = differenceOfRows(subject, seed, order);
        if (finding) fail({ ...finding, what: `${finding.what} after permuting the batch to ${order.join(' ')}` });
      }
    },
  }),
  defineCheck({
    name: 'other-rows',
    law: 'Changing the other rows, their targets and their streams leaves the results of a row as they were.',
    needs: ['batch-order'],
    test(subject, fail) {
      const seed = subject.seeds[0];
      const [kept, others] = [subject.sample(seed), subject.sample(subject.seeds[1])];
      const before = evaluate(subject, kept, createRng(seed));
      for (let i = 0; i < kept.y.rows; i++) {
        const y = { ...others.y, data: others.y.data.slice() };
        y.data.set(takeRows(kept.y, [i]).data, i * y.cols);
        const mixed = { y, targets: others.targets.map((t, k) => (k === i ? kept.targets[i] : t)) };
        const streams = [createRng(subject.seeds[1]), createRng(seed)];
        const rng = { ...rerouted(streams[0], (k) => k), split: (k: number) => streams[k === i ? 1 : 0].split(k) };
        const [got, expected] = [onlyRow(evaluate(subject, mixed, rng), i), onlyRow(before, i)];
        const finding = firstDifference(got, expected);
        if (finding) fail({ ...finding, sample: i, what: `${finding.what} with other neighbours` });
      }
    },
  }),
  defineCheck({
    name: 'batch-is-rows',
    law: 'A batch gives what its rows give alone, each with its own stream rng.split(i).',
    needs: ['other-rows'],
    test(subject, fail) {
      for (const seed of subject.seeds) {
        const all = subject.sample(seed);
        for (let i = 0; i < all.y.rows; i++) {
          const finding = differenceOfRows(subject, seed, [i]);
          if (finding) fail({ ...finding, what: `${finding.what} of a row alone` });
        }
      }
    },
  }),
];

function evaluate({ loss }: Subject, { y, targets }: Sample, rng: Rng): Map<Method, ReturnType<typeof takeRows>> {
  return resultsOf(loss.evaluate(y, targets, rng), directions(y.rows, y.cols));
}

/** How the rows `order` of a sample, evaluated as a batch of their own, differ from the same rows of the whole. */
function differenceOfRows({ loss, sample }: Subject, seed: number, order: readonly number[]): Finding | undefined {
  const { y, targets } = sample(seed);
  const v = directions(y.rows, y.cols);
  const whole = resultsOf(loss.evaluate(y, targets, createRng(seed)), v);
  const part = { y: takeRows(y, order), targets: order.map((i) => targets[i]) };
  const e = loss.evaluate(part.y, part.targets, rerouted(createRng(seed), (k) => order[k]));
  return firstDifference(resultsOf(e, takeRows(v, order)), whole, (k) => order[k]);
}

function onlyRow(
  results: ReadonlyMap<Method, ReturnType<typeof takeRows>>,
  i: number,
): Map<Method, ReturnType<typeof takeRows>> {
  return new Map([...results].map(([method, batch]) => [method, takeRows(batch, [i])]));
}
