import { titleOf } from './words.js';

/** The same in either language. */
export function algorithmText(name: string): string {
  return `import { defineAlgorithm, LossError, parameters, zeros } from 'newton-losses';

/**
 * ${name}, to begin from: the cheapest window of neighbouring items, of equal ones the first.
 *
 *     w = argmin over windows of \`length\` items of <costs, w>
 */
export default defineAlgorithm({
  name: '${name}',
  title: '${titleOf(name)}',
  source: 'the paper of ${name}',
  params: parameters({ length: { type: 'integer', minimum: 1, default: 2 } }),

  create: ({ length }) => ({
    sense: 'minimise',
    outputs: (m) => m,
    solve(costs, out) {
      if (costs.length < length) throw new LossError('SHAPE', \`${name}: there should be \${length} costs or more, got \${costs.length}\`);
      let [first, least] = [0, Infinity];
      for (let from = 0; from + length <= costs.length; from++) {
        let sum = 0;
        for (let j = from; j < from + length; j++) sum += costs[j];
        if (sum < least) [first, least] = [from, sum];
      }
      out.fill(0).fill(1, first, first + length);
      return least;
    },
  }),

  sample({ length }, rng, rows, m = length + 4) { // m costs, where a size is asked for
    const costs = zeros(rows, m);
    for (let k = 0; k < costs.data.length; k++) costs.data[k] = rng.normal();
    return costs;
  },
});
`;
}

export function algorithmTestText(name: string, file: string): string {
  return `import assert from 'node:assert/strict';
import { batchOf, checkedAlgorithm } from 'newton-losses';
import { algorithmConformance } from 'newton-losses/conformance';
import plugin from './${file}';

algorithmConformance(plugin);

describe('${name}', () => {
  it('has the solution found by hand', () => {
    const { w, objective } = checkedAlgorithm(plugin, { length: 2 }).solveBatch(batchOf([[3, 1, 2, 5]]));
    assert.deepEqual([...w.data], [0, 1, 1, 0]);
    assert.equal(objective[0], 3);
  });
});
`;
}
