/** What a new plugin is written in. */
export type Language = 'js' | 'ts';

export type Kind = 'loss' | 'algorithm';

/** A plugin that works, to be changed. */
export function pluginText(kind: Kind, name: string, language: Language): string {
  return kind === 'loss' ? lossText(name, language) : algorithmText(name);
}

/** Its test; JavaScript for either language: mocha runs it as it is. */
export function testText(kind: Kind, name: string, file: string): string {
  return kind === 'loss' ? lossTestText(name, file) : algorithmTestText(name, file);
}

function lossText(name: string, language: Language): string {
  const typed = (type: string): string => (language === 'ts' ? `: ${type}` : '');
  const root = `(y${typed('Float64Array')}, t${typed('readonly number[]')}, j${typed('number')})${typed('number')}`;
  return `import { defineSampleLoss, parameters, zeros } from 'newton-losses';

/**
 * ${name}, to begin from: squared error near the target, absolute error far from it.
 *
 *     r        = (y - t) / width
 *     value    = width^2 sum_j (sqrt(1 + r_j^2) - 1)
 *     gradient = width r / sqrt(1 + r^2)
 *     hessian  = diag((1 + r^2)^(-3/2))
 */
export default defineSampleLoss({
  name: '${name}',
  title: '${titleOf(name)}',
  source: 'the paper of ${name}, with equation numbers',
  params: parameters({ width: { type: 'number', exclusiveMinimum: 0, default: 1 } }),
  target: { type: 'array', items: { type: 'number' }, minItems: 1 },
  capabilities: { convex: true, nonnegative: true }, // the rest is as in most losses: exact, with a Hessian, without noise

  create({ width }) {
    const root = ${root} => Math.hypot(1, (y[j] - t[j]) / width); // sqrt(1 + r^2)
    return {
      reject: (t, m) => (t.length === m ? undefined : \`should have \${m} entries, one an output, got \${t.length}\`),
      value: (y, t) => y.reduce((sum, yj, j) => sum + (yj - t[j]) ** 2 / (1 + root(y, t, j)), 0),
      gradient: (y, t) => y.map((yj, j) => (yj - t[j]) / root(y, t, j)),
      hessian(y, t) {
        const H = new Float64Array(y.length ** 2); // row-major
        for (let j = 0; j < y.length; j++) H[j * y.length + j] = root(y, t, j) ** -3;
        return H;
      },
    };
  },

  sample(_params, rng, rows, m = 4) { // m outputs, where a size is asked for
    const y = zeros(rows, m);
    for (let k = 0; k < y.data.length; k++) y.data[k] = rng.normal();
    const target = () => Array.from({ length: m }, () => rng.normal());
    return { y, targets: Array.from({ length: rows }, target) };
  },
});
`;
}

/** The name in words. */
function titleOf(name: string): string {
  const words = name.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function lossTestText(name: string, file: string): string {
  return `import assert from 'node:assert/strict';
import { batchOf, checked, createRng } from 'newton-losses';
import { conformance } from 'newton-losses/conformance';
import plugin from './${file}';

conformance(plugin);

describe('${name}', () => {
  it('has the value computed by hand', () => {
    // r = 3 / 4, sqrt(1 + r^2) = 5 / 4, value = 16 (5 / 4 - 1)
    const { value } = checked(plugin, { width: 4 }).evaluate(batchOf([[3]]), [[0]], createRng(0));
    assert.ok(Math.abs(value[0] - 4) < 1e-12);
  });
});
`;
}

/** The same in either language. */
function algorithmText(name: string): string {
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

function algorithmTestText(name: string, file: string): string {
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
