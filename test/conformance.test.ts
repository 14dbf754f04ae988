import { sampleRankings } from '../core/numerics/sample-rankings.js';
import { openRegistry } from '../core/registry.js';
import { conformance } from './conformance/index.js';

interface Variant {
  readonly params?: object;
  /** Scores to rank, other than the plugin's own choice, and their spread. */
  readonly n?: number;
  readonly spread?: number;
}

const rowRelaxation: readonly Variant[] = [
  { params: { crossEntropy: 'row' } },
  { params: { crossEntropy: 'float32' } },
  { params: { temperature: 0.01 } },
  { params: { temperature: 10 } },
  { n: 2 },
  { n: 9 },
];

/** What to test beside the defaults; a loss that is not listed is tested with its defaults alone. */
const variants: Readonly<Record<string, readonly Variant[]>> = {
  neuralsort: rowRelaxation,
  softsort: rowRelaxation,
};

const registry = await openRegistry();
for (const name of registry.names) {
  const plugin = await registry.plugin(name);
  conformance(plugin);
  for (const { params = {}, n, spread = 0.5 } of variants[name] ?? []) {
    if (n === undefined) conformance(plugin, { params });
    else conformance({ ...plugin, sample: (_params, rng, rows) => sampleRankings(rng, rows, n, spread) }, { params, title: `n = ${n}` });
  }
}
