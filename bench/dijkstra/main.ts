import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { checkedAlgorithm } from '../../core/algorithms/checked-algorithm.js';
import plugin from '../../core/algorithms/grid-shortest-path.js';
import { packageRoot } from '../../node/package-root.js';
import { createRng } from '../../core/random/rng.js';
import { machineText } from '../machine.js';
import { summary, type Timing } from '../measure.js';
import { microseconds, passes } from '../passes.js';
import { ratio, tableOf } from '../table.js';
import { compareThreads } from './threads.js';

/** Shortest paths on grids beside C++, which is compiled here: one thread each, in turns, after a warm-up. */
const [ROUNDS, SECONDS] = [9, 0.15];
/** A pass over the instances takes a few milliseconds, so that others who use the machine seldom come between. */
const grids = [
  { n: 12, instances: 200 },
  { n: 30, instances: 30 },
];

const folder = mkdtempSync(path.join(tmpdir(), 'dijkstra-'));
try {
  const yardstick = path.join(folder, 'yardstick');
  execFileSync('g++', [
    '-O3',
    '-march=native',
    '-o',
    yardstick,
    path.join(packageRoot(), 'bench/dijkstra/yardstick.cpp'),
  ], { stdio: 'inherit' });
  console.log(`${machineText()}; microseconds a solve, median (min)`);
  const addRow = tableOf({ grid: 8, ours: 14, 'C++ -O3': 14, 'C++ / ours': 10, 'different cells': 15 });
  for (const { n, instances } of grids) {
    const { ours, theirs, differences } = compare(yardstick, n, instances);
    addRow(`${n} x ${n}`, microseconds(ours), microseconds(theirs), ratio(theirs, ours), String(differences));
    if (differences > 0) process.exitCode = 1;
  }
  console.log(
    '\n70 x 30 instances at once, on one thread and on a pool of workers; microseconds a solve, median (min)',
  );
  const addThreads = tableOf({ grid: 8, threads: 9, 'one thread': 16, pool: 16, 'one / pool': 12, 'by others': 11 });
  for (const { n } of grids) {
    const { threads, one, all, shared, same } = await compareThreads(n);
    addThreads(
      `${n} x ${n}`,
      String(threads),
      microseconds(one),
      microseconds(all),
      ratio(one, all),
      `${Math.round(100 * shared)}%`,
    );
    if (!same) process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true });
}

function compare(
  yardstick: string,
  n: number,
  instances: number,
): { ours: Timing; theirs: Timing; differences: number } {
  const algorithm = checkedAlgorithm(plugin, { rows: n, columns: n });
  const costs = plugin.sample(algorithm.params as never, createRng(n), instances);
  const [input, output] = ['costs', 'solutions'].map((name) => path.join(folder, name));
  writeFileSync(input, costs.data);
  const into = algorithm.solveBatch(costs);
  const us: { ours: number[]; theirs: number[] } = { ours: [], theirs: [] };
  passes(algorithm, costs, into, SECONDS); // warm-up
  for (let round = 0; round < ROUNDS; round++) {
    us.ours.push(...passes(algorithm, costs, into, SECONDS));
    const printed = execFileSync(yardstick, [input, output, String(n), String(n), String(SECONDS)], {
      encoding: 'utf8',
    });
    us.theirs.push(...printed.trim().split('\n').map(Number));
  }
  const paths = readFileSync(output);
  const differences = into.w.data.reduce((count, on, k) => count + (on === paths[k] ? 0 : 1), 0);
  return { ours: summary('ours', us.ours), theirs: summary('C++', us.theirs), differences };
}
