import { expect } from 'chai';
import type { AlgorithmPlugin } from '../../../core/algorithms/algorithm.js';
import assignment from '../../../core/algorithms/assignment.js';
import { checkedAlgorithm } from '../../../core/algorithms/checked-algorithm.js';
import gridShortestPath from '../../../core/algorithms/grid-shortest-path.js';
import knapsack from '../../../core/algorithms/knapsack.js';
import linearProgram from '../../../core/algorithms/linear-program.js';
import ranking from '../../../core/algorithms/ranking.js';
import topK from '../../../core/algorithms/top-k.js';
import { timesPowerOfTwo } from '../../../core/linear-algebra/powers-of-two.js';
import { createRng } from '../../../core/random/rng.js';

const algorithms: readonly [AlgorithmPlugin, object, number][] = [
  [assignment, { n: 3 }, 9],
  [assignment, { n: 6 }, 36],
  [gridShortestPath, { rows: 5, columns: 4 }, 20],
  [knapsack, {}, 6],
  [linearProgram, {}, 4],
  [ranking, {}, 6],
  [topK, { k: 3 }, 8],
];

describe('solutions', () => {
  for (const [plugin, params, m] of algorithms) {
    it(`of ${plugin.name} ${JSON.stringify(params)} do not depend on the scale of the costs`, () => {
      const algorithm = checkedAlgorithm(plugin, params);
      const rng = createRng(1);
      const [plain, scaled] = [new Float64Array(m), new Float64Array(m)];
      for (let trial = 0; trial < 60; trial++) {
        // near the ends of (-1, 1), so that differences and sums of a few overflow at 2^1024; of 30 bits: exact
        const costs = Float64Array.from({ length: m }, () => {
          const size = 1 - Math.ceil(2 ** 27 * rng.uniform()) / 2 ** 30;
          return algorithm.clamps || rng.uniform() < 0.5 ? size : -size;
        });
        const objective = algorithm.solve(costs, plain);
        for (const exponent of [-1040, -900, 900, 1020, 1023, 1024]) {
          const far = costs.map((c) => timesPowerOfTwo(c, exponent));
          const got = algorithm.solve(far, scaled);
          expect(scaled, `2^${exponent}`).to.deep.equal(plain);
          const expected = timesPowerOfTwo(objective, exponent);
          if (Number.isFinite(expected)) expect(got).to.be.closeTo(expected, 1e-12 * Math.abs(expected));
          else expect(got).to.equal(expected);
        }
      }
    });
  }
});
