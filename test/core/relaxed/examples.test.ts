import type { Given } from '../../../core/algorithms/algorithm-parameter.js';
import { expect } from 'chai';
import { concat, type Var } from '../../../core/autodiff/index.js';
import { batchOf } from '../../../core/batch.js';
import { checked } from '../../../core/checked.js';
import type { LossPlugin } from '../../../core/loss.js';
import { parameters } from '../../../core/parameters.js';
import { defineRelaxedLoss, run, type Settings } from '../../../core/relaxed/index.js';
import { createRng } from '../../../core/random/rng.js';
import { runConformance } from '../../../conformance/index.js';
import { bellmanFordProgram, bellmanFordStart, pathDifference } from './bellman-ford-program.js';
import bubbleSortLoss, { bubbleSort } from './bubble-sort.js';
import levenshtein, { editDistances, wordsToCompare } from './levenshtein.js';
import { expectRows, rowsOf } from './results.js';

describe('relaxed bubble sort', () => {
  const sorted = (settings: Partial<Settings>) => (y: Var): Var => {
    const end = run(y, bubbleSort(y.cols), { score: y, item: [0, 1, 2, 3] }, settings);
    return concat(end.score, end.item);
  };
  const rng = createRng(1);
  const y = Array.from({ length: 20 }, () => Array.from({ length: 4 }, () => rng.normal()));

  it('is the sort as beta grows, and with `hard`', () => {
    const expected = y.map((row) => {
      const order = [0, 1, 2, 3].sort((a, b) => row[a] - row[b]);
      return [...order.map((j) => row[j]), ...order];
    });
    for (const settings of [{ beta: 1e8 }, { hard: true }]) expectRows(rowsOf(y, sorted(settings)), expected);
  });

  it('keeps the sum, and comes closer to the sort with beta', () => {
    const spread = (beta: number): number[] => rowsOf(y, sorted({ beta })).map(([first, , , last]) => last - first);
    rowsOf(y, sorted({ beta: 2 })).forEach((row, i) => {
      const total = (entries: number[]): number => entries.reduce((a, b) => a + b);
      expect(total(row.slice(0, 4))).to.be.closeTo(total(y[i]), 1e-13);
      expect(total(row.slice(4))).to.be.closeTo(6, 1e-13);
    });
    const hard = spread(1e8);
    const error = (beta: number): number => Math.max(...spread(beta).map((s, i) => Math.abs(s - hard[i])));
    expect([error(100) < error(10), error(10) < error(2)]).to.deep.equal([true, true]);
  });

  it('exchanges half of equal scores', () => {
    expectRows(rowsOf([[1, 1, 5, 9]], sorted({ beta: 10 })).map((row) => row.slice(4)), [[0.5, 0.5, 2, 3]], 1e-13);
  });
});

describe('relaxed Levenshtein distance', () => {
  const oneHot = (word: string): number[] => [...word].flatMap((c) => [...'abc'].map((a) => Number(a === c)));
  const distance = (words: string[], other: string, settings: Partial<Settings>): number[] => {
    const [n, k] = [words[0].length, other.length];
    const program = (y: Var): Var => run(y, editDistances(n, k, 3), wordsToCompare(n, k, y, oneHot(other)), settings).d;
    return rowsOf(words.map(oneHot), program).map((d) => d.at(-1)!);
  };

  it('is the classical distance as beta grows, and with `hard`', () => {
    for (const settings of [{ beta: 1e3 }, { hard: true }]) {
      const words = ['abac', 'caba', 'cccc', 'bbca'];
      expect(distance(words, 'abca', settings)).to.deep.equal(words.map((word) => classical(word, 'abca')));
      expect(distance(['abc', 'bca'], 'a', settings)).to.deep.equal([2, 2]);
      expect(distance(['a', 'c'], 'bcb', settings)).to.deep.equal([3, 2]);
    }
  });

  it('of two letters is the soft minimum of two insertions and deletions and one substitution', () => {
    const softMinimum = (x: number[], beta: number): number => {
      const w = x.map((xi) => Math.exp(-beta * xi));
      return x.reduce((total, xi, i) => total + w[i] * xi, 0) / w.reduce((a, b) => a + b);
    };
    for (const beta of [1, 5]) {
      const [same, other] = distance(['a', 'b'], 'a', { beta });
      expect(same).to.be.closeTo(softMinimum([2, 2, 0], beta), 1e-14);
      expect(other).to.be.closeTo(softMinimum([2, 2, 1 - 1 / Math.cosh(beta)], beta), 1e-14);
    }
  });
});

/** By the recursion itself. */
function classical(a: string, b: string): number {
  if (a === '' || b === '') return a.length + b.length;
  const [x, z] = [a.slice(1), b.slice(1)];
  return Math.min(1 + classical(x, b), 1 + classical(a, z), Number(a[0] !== b[0]) + classical(x, z));
}

/** Relaxed Bellman-Ford on a 2 x 3 grid. */
const bellmanFordPlugin = defineRelaxedLoss({
  name: 'relaxed-bellman-ford',
  title: 'Relaxed Bellman-Ford',
  source: 'test',
  params: parameters({
    loop: { type: 'string', enum: ['for', 'while'], default: 'for' },
    distance: { type: 'string', enum: ['l1', 'l2'], default: 'l2' },
  }),
  target: { type: 'array', items: { type: 'number', minimum: 0, maximum: 1 }, minItems: 6, maxItems: 6 },
  capabilities: { nonnegative: true, hessian: 'products' },
  create: (params) => {
    const settings = {
      ...{ rows: 2, columns: 3, beta: 10, iterations: 4, tConorm: 'probabilistic', absorbSource: false } as const,
      ...params,
    };
    return {
      outputs: 6,
      settings: { beta: settings.beta },
      variables: (y) => bellmanFordStart(settings, y),
      program: () => bellmanFordProgram(settings),
      output: 'path',
      loss: (path, targets) => pathDifference(params.distance, path, targets),
    };
  },
  sample(_params, rng, rows) {
    const data = Float64Array.from({ length: rows * 6 }, () => rng.uniform());
    return {
      y: { rows, cols: 6, data },
      targets: Array.from({ length: rows }, () => Array.from({ length: 6 }, () => rng.integer(2))),
    };
  },
});

describe('defineRelaxedLoss', () => {
  const conforms = <Params extends object>(plugin: LossPlugin<number[], Params>, params: Given<Params>): void => {
    it(`gives a plugin that conforms: ${plugin.name} ${JSON.stringify(params)}`, () => {
      const results = runConformance(plugin, { params });
      expect(results.flatMap(({ failure }) => failure?.message ?? [])).to.deep.equal([]);
      const passed = results.filter(({ outcome }) => outcome === 'passed').map(({ check }) => check);
      expect(passed).to.include.members(['gradient-differences', 'hvp-differences', 'batch-is-rows']);
    });
  };
  conforms(bubbleSortLoss, {});
  conforms(levenshtein, {});
  conforms(bellmanFordPlugin, { loop: 'while' });

  it('fills in parameters, and declares what follows', () => {
    const loss = checked(bubbleSortLoss, { beta: 1e8 });
    expect(loss.evaluate(batchOf([[3, 1, 2], [1, 2, 3]]), [[30, 10, 20], [3, 2, 1]], createRng(0)).value[0]).to.be
      .closeTo(0, 1e-25);
    expect(bubbleSortLoss.capabilities).to.include({
      gradient: 'exact',
      hessian: 'exact',
      convex: false,
      deterministic: true,
    });
  });
});
