import { batchOf } from '../../core/batch.js';
import type { CheckedLoss } from '../../core/checked.js';
import { newtonStep } from '../../core/newton/index.js';
import { createRng } from '../../core/random/rng.js';
import { type NetworkName, sortingNetwork } from '../../core/sorting/sorting-network.js';
import { openRegistry } from '../../node/open-registry.js';
import { machineText } from '../machine.js';
import { Recorder } from '../results.js';
import { tableOf } from '../table.js';

/**
 * How cost grows with n scores: milliseconds a sample of value and gradient, and of these with a Newton direction, and
 * the exponent of n between the two largest sizes beside that of the operations, of networks as counted in them. Least of several times.
 */
interface Growth {
  readonly loss: string;
  readonly params: object;
  readonly step: 'gradient' | 'fisher' | 'hessian';
  readonly sizes: readonly number[];
  /** Operations, up to a constant. */
  readonly operations: (n: number) => number;
}

const rows = { temperature: 1 };
const network = (name: NetworkName): object => ({ steepness: 10, network: name });

/** Over the comparators of a network: entries of the two rows that each mixes, to a power. */
const mixed = (name: NetworkName, power: number) => (n: number): number => {
  const { from, to } = sortingNetwork(name, n);
  return from.reduce((sum, first, k) => sum + (to[k] - first) ** power, 0);
};
const [upTo1000, upTo300] = [[10, 100, 1000], [10, 100, 300]];

const cases: readonly Growth[] = [
  ...['neuralsort', 'softsort'].flatMap((loss): Growth[] => [
    { loss, params: rows, step: 'gradient', sizes: upTo1000, operations: (n) => n ** 2 },
    { loss, params: rows, step: 'fisher', sizes: upTo1000, operations: (n) => n ** 2 },
    { loss, params: rows, step: 'hessian', sizes: upTo1000, operations: (n) => n ** 3 },
  ]),
  ...['dsn-logistic', 'dsn-cauchy'].flatMap((loss) =>
    (['odd-even', 'bitonic'] as const).flatMap((name): Growth[] => [
      { loss, params: network(name), step: 'gradient', sizes: upTo1000, operations: mixed(name, 1) },
      { loss, params: network(name), step: 'fisher', sizes: upTo1000, operations: mixed(name, 1) },
      { loss, params: network(name), step: 'hessian', sizes: upTo300, operations: mixed(name, 2) },
    ])
  ),
];

/** Seconds for each size, after its first step; and samples of n scores that are done at once. */
const SECONDS = 1;
const samples = (n: number): number => Math.max(1, Math.round(1000 / n));

const [only = ''] = process.argv.slice(2).filter((given) => given !== '--save');
const recorder = new Recorder(process.argv.includes('--save'));
console.log(`${machineText()}; milliseconds a sample, least\n`);
const addRow = tableOf({
  loss: 22,
  step: 9,
  'n = 10': 9,
  'n = 100': 9,
  'n = 300': 9,
  'n = 1000': 9,
  exponent: 8,
  theory: 8,
});
for (const growth of cases.filter(({ loss }) => new RegExp(only).test(loss))) await measure(growth);
recorder.write();

async function measure({ loss: name, params, step, sizes, operations }: Growth): Promise<void> {
  const loss = await (await openRegistry()).create(name, params);
  const label = 'network' in params ? `${name}, ${String(params.network)}` : name;
  const ms = Object.fromEntries(sizes.map((n) => [n, least(stepOf(loss, step, n)) / samples(n)]));
  for (const n of sizes) recorder.add('milliseconds a sample', `${label}, ${step}, n = ${n}`, { ours: ms[n] });
  const [before, last] = sizes.slice(-2);
  const exponent = (of: (n: number) => number): string =>
    (Math.log(of(last) / of(before)) / Math.log(last / before)).toFixed(2);
  const cells = [10, 100, 300, 1000].map((n) => (n in ms ? ms[n].toPrecision(3) : ''));
  addRow(label, step, ...cells, exponent((n) => ms[n]), exponent(operations));
}

function stepOf(loss: CheckedLoss, step: Growth['step'], n: number): () => unknown {
  const rng = createRng(n);
  const y = batchOf(Array.from({ length: samples(n) }, () => Array.from({ length: n }, () => rng.normal())));
  const ranks = Array.from({ length: samples(n) }, () => Array.from(rng.permutation(n)));
  if (step === 'gradient') return () => loss.evaluate(y, ranks, rng).gradient();
  return () => newtonStep(loss.evaluate(y, ranks, rng), { curvature: step, lambda: 1 }).direction;
}

function least(step: () => unknown): number {
  let ms = Infinity;
  const end = performance.now() + 1000 * SECONDS;
  do {
    const start = performance.now();
    step();
    ms = Math.min(ms, performance.now() - start);
  } while (performance.now() < end);
  return ms;
}
