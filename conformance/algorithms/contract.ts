import { type Check, defineCheck } from '../check.js';
import { description } from '../contract.js';
import type { AlgorithmSubject } from './subject.js';

/** What the algorithm says of itself, and its samples. */
export const contract: readonly Check<AlgorithmSubject>[] = [
  ...description<AlgorithmSubject>(),
  defineCheck<AlgorithmSubject>({
    name: 'create',
    law: "create() gives solve, outputs and a sense, 'minimise' or 'maximise'.",
    needs: ['params-defaults'],
    test({ fresh, algorithm, sample, seeds }, fail) {
      fresh();
      const { cols } = sample(seeds[0]);
      const width = algorithm.outputs(cols);
      if (algorithm.outputs(cols) !== width) {
        fail({ what: `outputs(${cols}), asked again`, expected: width, got: algorithm.outputs(cols) });
      }
    },
  }),
  defineCheck<AlgorithmSubject>({
    name: 'sample-valid',
    law: 'sample() gives as many rows as asked for, of finite costs, as many as the algorithm takes.',
    needs: ['create'],
    test({ raw, seeds, sample }, fail) {
      for (const rows of [1, 7]) {
        const costs = sample(seeds[0], rows);
        const m = raw.inputs ?? costs.cols;
        const [expected, got] = [[rows, m, rows * m], [costs.rows, costs.cols, costs.data.length]];
        if (m < 1 || expected.some((size, k) => size !== got[k])) {
          fail({ what: 'sizes of sample() (rows, columns, data)', expected, got });
        }
        const k = costs.data.findIndex((cost) => !Number.isFinite(cost));
        if (k < 0) continue;
        const [i, index] = [Math.floor(k / m), k % m];
        fail({ what: 'costs of sample()', sample: i, index, expected: 'a finite number', got: costs.data[k] });
      }
    },
  }),
  defineCheck<AlgorithmSubject>({
    name: 'sample-seeded',
    law: 'sample() depends on its rng alone: the same for a seed, another for another.',
    needs: ['sample-valid'],
    test({ seeds, sample }, fail) {
      const [first, again, other] = [seeds[0], seeds[0], seeds[1]].map((seed) => String(sample(seed).data));
      if (first !== again) fail({ what: 'sample() with one seed, twice', expected: first, got: again });
      if (first === other) fail({ what: 'sample() with two seeds', expected: 'two samples', got: first });
    },
  }),
];
