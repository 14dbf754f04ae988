import { copyOf, takeRows, zeros } from '../../core/batch.js';
import { attempt } from '../../core/messages.js';
import { type Check, defineCheck } from '../check.js';
import { changed, firstDifference, solveEach } from './instances.js';
import type { AlgorithmSubject } from './subject.js';

/** What holds for every call of solve and solveRows. */
export const calls: readonly Check<AlgorithmSubject>[] = [
  defineCheck<AlgorithmSubject>({
    name: 'solutions',
    law: 'A solution has outputs(m) finite entries, all of them written, whatever out held; the objective is a number.',
    needs: ['sample-valid'],
    test({ raw, seeds, sample }, fail) {
      for (const seed of seeds) {
        const costs = sample(seed);
        for (let i = 0; i < costs.rows; i++) {
          const one = takeRows(costs, [i]);
          const first = solveEach(raw, copyOf(one));
          const index = first.w.data.findIndex((x) => !Number.isFinite(x));
          if (index >= 0) {
            fail({ what: 'the solution', sample: i, index, expected: 'a finite number', got: first.w.data[index] });
          }
          if (Number.isNaN(first.objective[0])) {
            fail({ what: 'the objective', sample: i, expected: 'a number', got: NaN });
          }
          const finding = firstDifference(solveEach(raw, one, 7), first, 'where out held sevens');
          if (finding) fail({ ...finding, sample: i });
        }
      }
    },
  }),
  defineCheck<AlgorithmSubject>({
    name: 'costs-untouched',
    law: 'solve does not change the costs.',
    needs: ['solutions'],
    test({ algorithm, seeds, sample }, fail) {
      const costs = sample(seeds[0]);
      const before = copyOf(costs);
      solveEach(algorithm, costs);
      const k = costs.data.findIndex((cost, at) => cost !== before.data[at]);
      if (k < 0) return;
      const [i, index] = [Math.floor(k / costs.cols), k % costs.cols];
      fail({ what: 'costs after solve', sample: i, index, expected: before.data[k], got: costs.data[k] });
    },
  }),
  defineCheck<AlgorithmSubject>({
    name: 'same-again',
    law: 'The same costs give the same bits, whatever was solved before, in whatever order.',
    needs: ['costs-untouched'],
    test({ fresh, seeds, sample }, fail) {
      const [a, b] = [sample(seeds[0]), sample(seeds[1])];
      const expected = solveEach(fresh(), a);
      const used = fresh();
      for (
        const before of [
          b,
          changed(b, () => 0),
          changed(b, (cost) => 1e300 * cost),
          changed(a, (cost) => -cost),
          a,
        ]
      ) {
        attempt(() => solveEach(used, before));
        const finding = firstDifference(solveEach(used, a), expected, 'after others were solved');
        if (finding) fail(finding);
      }
      for (let i = a.rows - 1; i >= 0; i--) {
        const alone = { w: takeRows(expected.w, [i]), objective: expected.objective.subarray(i, i + 1) };
        const finding = firstDifference(solveEach(fresh(), takeRows(a, [i])), alone, 'of a new algorithm');
        if (finding) fail({ ...finding, sample: i });
      }
    },
  }),
  defineCheck<AlgorithmSubject>({
    name: 'views',
    law: 'Costs and out may be views of larger arrays, of which no more is written.',
    needs: ['same-again'],
    test({ algorithm, seeds, sample }, fail) {
      const costs = sample(seeds[0], 1);
      const expected = solveEach(algorithm, costs);
      const [m, n] = [costs.cols, expected.w.cols];
      const large = new Float64Array(m + 6).fill(NaN);
      large.set(costs.data, 3);
      const out = new Float64Array(n + 6).fill(-7);
      const objective = algorithm.solve(large.subarray(3, 3 + m), out.subarray(3, 3 + n));
      const got = { w: { ...expected.w, data: out.slice(3, 3 + n) }, objective: Float64Array.of(objective) };
      const finding = firstDifference(got, expected, 'of views');
      if (finding) fail(finding);
      const k = out.findIndex((x, at) => (at < 3 || at >= 3 + n) && x !== -7);
      if (k >= 0) fail({ what: 'the array around out', index: k - 3, expected: -7, got: out[k] });
    },
  }),
  defineCheck<AlgorithmSubject>({
    name: 'batch-is-rows',
    law: 'solveRows gives the bits of solve on one row after another, and reads no row before it is ready.',
    needs: ['views'],
    applies: ({ solvesRows }) => solvesRows,
    test({ raw, algorithm, seeds, sample }, fail) {
      for (const seed of seeds) {
        const costs = sample(seed);
        const expected = solveEach(algorithm, costs);
        const blank = changed(costs, () => NaN);
        const into = { w: zeros(costs.rows, expected.w.cols), objective: new Float64Array(costs.rows).fill(NaN) };
        into.w.data.fill(NaN);
        raw.solveRows?.(blank, into, (end) => blank.data.set(costs.data.subarray(0, end * costs.cols)));
        const finding = firstDifference(into, expected, 'by solveRows');
        if (finding) fail(finding);
      }
    },
  }),
];
