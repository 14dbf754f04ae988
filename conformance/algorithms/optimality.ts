import type { CheckedAlgorithm } from '../../core/algorithms/algorithm.js';
import { type Batch, row, takeRows } from '../../core/batch.js';
import { type Check, defineCheck, type Evidence, type Fail } from '../check.js';
import { changed, expectOptimal, firstDifference, rivalsOf, solveEach, stacked, unlessRefused } from './instances.js';
import type { AlgorithmSubject } from './subject.js';

/** What makes a solution one: no other that the algorithm itself gives is better. */
export const optimality: readonly Check<AlgorithmSubject>[] = [
  defineCheck<AlgorithmSubject>({
    name: 'costs-matter',
    law: 'The costs of sample() have more than one solution.',
    needs: ['views', 'batch-is-rows'],
    once: true, // at other parameters there may be one alone
    test(subject, fail) {
      const { w } = rivalsOf(subject);
      const first = String(row(w, 0));
      for (let i = 1; i < w.rows; i++) if (String(row(w, i)) !== first) return;
      fail({ what: 'solutions', expected: 'two that differ', got: `[${first}] for ${w.rows} samples` });
    },
  }),
  optimalAt(
    'optimal',
    'The objective is <costs, w>, and no solution of other costs has a better one.',
    ['views', 'batch-is-rows'],
    (costs) => [costs],
  ),
  defineCheck<AlgorithmSubject>({
    name: 'scale',
    law: 'Costs times a power of two have the same solution; times any positive factor, one as good.',
    needs: ['optimal'],
    test({ algorithm, seeds, sample }, fail) {
      for (const seed of seeds) {
        const costs = sample(seed);
        const { w, objective } = solveEach(algorithm, costs);
        for (const exponent of [-30, -1, 1, 30]) {
          const factor = 2 ** exponent;
          const got = solveEach(algorithm, changed(costs, (cost) => factor * cost));
          const expected = { w, objective: objective.map((value) => factor * value) };
          const finding = firstDifference(got, expected, `of costs times 2^${exponent}`);
          if (finding) fail(finding);
        }
        for (const factor of [0.1, 3]) {
          const scaled = changed(costs, (cost) => factor * cost);
          expectOptimal(algorithm, scaled, { costs, w }, fail, ` of costs times ${factor}`);
        }
      }
    },
  }),
  defineCheck<AlgorithmSubject>({
    name: 'negative-costs',
    law: 'Costs of either sign are taken as they are, or refused (UNSUPPORTED): no other solution is better.',
    needs: ['optimal'],
    applies: ({ clamps }) => !clamps,
    test: optimalTest((costs, algorithm) => {
      const [least, most] = [Math.min, Math.max].map((end) => costs.data.reduce((a, b) => end(a, b)));
      const shifted = [(least + most) / 2, most].map((shift) => changed(costs, (cost) => cost - shift));
      return shifted.map((negative) => accepted(algorithm, negative));
    }),
  }),
  defineCheck<AlgorithmSubject>({
    name: 'clamped-costs',
    law: 'An algorithm that declares it counts negative costs as 0.',
    needs: ['optimal'],
    applies: ({ clamps }) => clamps,
    test({ algorithm, seeds, sample }, fail) {
      for (const seed of seeds) {
        const costs = sample(seed);
        const middle = costs.data.reduce((sum, cost) => sum + cost / costs.data.length, 0);
        const shifted = changed(costs, (cost) => cost - middle);
        const positive = changed(shifted, (cost) => Math.max(cost, 0));
        const finding = firstDifference(
          solveEach(algorithm, shifted),
          solveEach(algorithm, positive),
          'of negative costs',
        );
        if (finding) fail(finding);
      }
    },
  }),
  optimalAt(
    'tied-costs',
    'Equal costs have a solution as good as any: all zero, all one, and every two neighbours equal.',
    ['optimal'],
    (costs) => [
      changed(costs, () => 0),
      changed(costs, () => 1),
      ...Array.from(
        { length: Math.min(costs.cols - 1, 16) },
        (_, j) => changed(costs, (cost, k) => (k % costs.cols === j ? costs.data[k + 1] : cost)),
      ),
    ],
  ),
  optimalAt(
    'large-costs',
    'Costs of 1e6 and 1e300 have their solutions; the objective is infinite only where it is beyond the doubles.',
    ['scale'],
    (costs) => [1e6, 1e300].map((size) => scaledTo(costs, size)),
  ),
  optimalAt(
    'small-costs',
    'Costs of 1e-300, and subnormal ones, have their solutions.',
    ['large-costs'],
    (costs) => [1e-300, 2 ** -1054].map((size) => scaledTo(costs, size)),
  ),
  defineCheck<AlgorithmSubject>({
    name: 'other-sizes',
    law: 'Other numbers of costs, one too, are SHAPE errors or have solutions, none worse than those of other costs.',
    needs: ['tied-costs'],
    test(subject, fail) {
      const { algorithm, seeds, sample } = subject;
      const own = sample(seeds[0]);
      let [told, tried] = [0, 0];
      for (const m of [1, 2, own.cols + 1, own.cols + 3]) {
        const costs = ofSize(subject, m);
        const solved = unlessRefused('SHAPE', () => solveEach(algorithm, costs));
        if (!solved) continue;
        const evidence = expectOptimal(algorithm, costs, { costs, w: solved.w }, fail, ` of ${m} costs`);
        told += evidence.told;
        tried += evidence.tried;
      }
      return { told, tried };
    },
  }),
];

/** A law that solutions are optimal at what is made of the plugin's own costs. */
function optimalAt(
  name: string,
  law: string,
  needs: readonly string[],
  variants: (costs: Batch) => readonly Batch[],
): Check<AlgorithmSubject> {
  return defineCheck<AlgorithmSubject>({ name, law, needs, test: optimalTest(variants) });
}

function optimalTest(variants: (costs: Batch, algorithm: CheckedAlgorithm) => readonly Batch[]) {
  return (subject: AlgorithmSubject, fail: Fail): Evidence => {
    const rivals = rivalsOf(subject);
    let [told, tried] = [0, 0];
    for (const seed of subject.seeds) {
      for (const costs of variants(subject.sample(seed), subject.algorithm)) {
        const evidence = expectOptimal(subject.algorithm, costs, rivals, fail);
        told += evidence.told;
        tried += evidence.tried;
      }
    }
    return { told, tried };
  };
}

/** The rows that the algorithm does not refuse. */
function accepted(algorithm: CheckedAlgorithm, costs: Batch): Batch {
  const w = new Float64Array(algorithm.outputs(costs.cols));
  const solves = (i: number): boolean =>
    unlessRefused('UNSUPPORTED', () => algorithm.solve(row(costs, i), w)) !== undefined;
  return takeRows(costs, Array.from({ length: costs.rows }, (_, i) => i).filter(solves));
}

/** The costs times a factor with which the largest is of that size. */
function scaledTo(costs: Batch, size: number): Batch {
  const largest = costs.data.reduce((max, cost) => Math.max(max, Math.abs(cost)), 0) || 1;
  return changed(costs, (cost) => (cost / largest) * size);
}

/** The plugin's own costs of that size, or its costs cut down or repeated. */
function ofSize({ seeds, sample }: AlgorithmSubject, m: number): Batch {
  const costs = sample(seeds[0], undefined, m);
  if (costs.cols === m) return costs;
  const rows = Array.from({ length: costs.rows }, (_, i) => {
    const own = row(costs, i);
    return { rows: 1, cols: m, data: Float64Array.from({ length: m }, (_, j) => own[j % own.length]) };
  });
  return stacked(rows);
}
