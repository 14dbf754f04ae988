import { annotation, type Language, titleOf } from './words.js';

export function lossText(name: string, language: Language): string {
  const typed = annotation(language);
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

export function lossTestText(name: string, file: string): string {
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
