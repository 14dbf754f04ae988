import type { LossPlugin } from '../core/loss.js';
import { sampleRankings } from '../core/sorting/define-sorting-loss.js';
import { openRegistry } from '../node/open-registry.js';
import { algorithmConformance, conformance } from '../conformance/index.js';

interface Variant {
  readonly params?: object;
  /** Scores to rank, other than the plugin's own choice. */
  readonly n?: number;
  readonly expectedFailures?: Readonly<Record<string, string>>;
}

const rowRelaxation: readonly Variant[] = [
  { params: { crossEntropy: 'row' } },
  { params: { crossEntropy: 'float32' } },
  { params: { temperature: 0.01 } },
  { params: { temperature: 10 } },
  { n: 2 },
  { n: 9 },
];

const sortingNetwork: readonly Variant[] = [
  { params: { crossEntropy: 'row' } },
  { params: { crossEntropy: 'float32' } },
  { params: { network: 'bitonic' } },
  { params: { steepness: 100 } },
  { n: 2 },
  { n: 8, params: { network: 'bitonic', crossEntropy: 'row' } },
];

const grid = { name: 'grid-shortest-path', params: { rows: 3, columns: 4 } };
const smallGrid = { name: 'grid-shortest-path', params: { rows: 2, columns: 3 } };
const ranking = { name: 'ranking', params: {} };
const assignment = { name: 'assignment', params: { n: 3 } };

/** Over algorithms of either sense, with solutions in [0, 1] and not, whose costs may and may not be negative. */
const surrogate: readonly Variant[] = [
  { params: { algorithm: grid } },
  { params: { algorithm: assignment, distance: 'squared' } },
  {
    params: { algorithm: ranking, distance: 'squared' },
    expectedFailures: { 'params-range': 'ranks are beyond [0, 1], where the Hamming distance refuses targets' },
  },
];

const small = { rows: 3, columns: 4, iterations: 6 };
const bellmanFord: readonly Variant[] = [
  { params: { ...small, loop: 'while', absorbSource: false } },
  { params: { ...small, distance: 'l1', loop: 'while', beta: 3 } },
  { params: { ...small, tConorm: 'hamacher', absorbSource: false } },
  { params: { ...small, tConorm: 'yager', rows: 5, columns: 3, iterations: 8 } },
  { params: { ...small, loop: 'while', tConorm: 'hamacher', hamacher: 0.5, iterations: 24 } },
  { params: { ...small, rows: 2, columns: 7, iterations: 4 } }, // too few to reach the target
];

/** Over noise of bounded and unbounded support; the mean of every combination is in the plugins' own tests. */
const smoothing: readonly Variant[] = [
  { params: { algorithm: { name: 'grid-shortest-path', params: { rows: 2, columns: 3 } }, samples: 6 } },
  { params: { distribution: 'laplace', sampling: 'latin', samples: 4 } },
  { params: { distribution: 'triangular', sampling: 'antithetic', variate: 'leave-one-out', samples: 8 } },
];

/** What to test beside the defaults; a loss that is not listed is tested with its defaults alone. */
const variants: Readonly<Record<string, readonly Variant[]>> = {
  blackbox: [...surrogate, { params: { algorithm: grid, lambda: 20 } }],
  identity: [...surrogate, ...['mean', 'norm', 'both'].map((projection) => ({ params: { projection } }))],
  'i-mle': [...surrogate, { params: { adaptive: 0.5 } }, {
    params: { algorithm: grid, adaptive: 1, distribution: 'gumbel' },
  }],
  'perturbed-fenchel-young': [
    { params: { algorithm: smallGrid } },
    { params: { algorithm: ranking } },
    { params: { noise: 'multiplicative', sigma: 0.5 } },
    {
      params: {
        noise: 'multiplicative',
        sigma: 0.5,
        algorithm: { name: 'assignment', params: { n: 2 } },
        variate: 'leave-one-out',
      },
    },
    { params: { distribution: 'gumbel', variate: 'leave-one-out', sampling: 'antithetic' } },
  ],
  'spo-plus': [grid, assignment, ranking].map((algorithm) => ({ params: { algorithm } })),
  'bellman-ford': bellmanFord,
  'stochastic-smoothing': smoothing,
  'stochastic-smoothing-algorithm': smoothing.slice(0, 1),
  neuralsort: rowRelaxation,
  softsort: rowRelaxation,
  'dsn-cauchy': sortingNetwork,
  'dsn-gaussian': sortingNetwork,
  'dsn-logistic': sortingNetwork,
  'dsn-logistic-art': sortingNetwork,
  'dsn-optimal': sortingNetwork,
  'dsn-reciprocal': sortingNetwork,
};

const registry = await openRegistry();
for (const name of registry.names) {
  const plugin = await registry.plugin(name);
  conformance(plugin);
  for (const { params = {}, n, expectedFailures = {} } of variants[name] ?? []) {
    const sample: LossPlugin['sample'] = (_params, rng, rows, m = n!) => sampleRankings(rng, rows, m, 0.5);
    if (n === undefined) {
      conformance(plugin, { params: await registry.resolve(plugin, params), expectedFailures });
    } else conformance({ ...plugin, sample }, { params, title: `with ${n} scores` });
  }
}

/** What to test algorithms with beside their defaults. */
const settings: Readonly<Record<string, readonly object[]>> = {
  assignment: [{ n: 2 }, { n: 9 }],
  'grid-shortest-path': [{ neighbours: 4 }, { rows: 2, columns: 9, source: [1, 0], target: [0, 4] }],
  knapsack: [{ weights: [7], capacity: 7 }, { weights: [3, 1, 4, 1, 5, 9, 2, 6, 5], capacity: 31 }],
  'linear-program': [
    {
      sense: 'maximise',
      constraints: [{ coefficients: [3, 1, 4, 1, 5], upper: 9 }],
      upper: 1,
      integers: [0, 1, 2, 3, 4],
    },
    { constraints: [{ coefficients: [1, 1, 0], lower: 1 }, { coefficients: [0, 1, 1], lower: 1 }], upper: 1 },
  ],
  'top-k': [{ k: 4 }],
};

for (const name of registry.algorithmNames) {
  const plugin = await registry.algorithmPlugin(name);
  algorithmConformance(plugin);
  for (const params of settings[name] ?? []) algorithmConformance(plugin, { params });
}
algorithmConformance(await registry.algorithmPlugin('assignment'), {
  params: { n: 1 },
  expectedFailures: { 'costs-matter': 'one row has one column to take' },
});
