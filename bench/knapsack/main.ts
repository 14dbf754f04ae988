import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import knapsack from '../../core/algorithms/knapsack.js';
import { zeros } from '../../core/batch.js';
import { packageRoot } from '../../node/package-root.js';
import { createRng } from '../../core/random/rng.js';
import { machineText } from '../machine.js';
import { summary, type Timing } from '../measure.js';
import { microseconds, passes } from '../passes.js';
import { ratio, tableOf } from '../table.js';

/**
 * Knapsacks beside C++, which is compiled here and sums doubles: one thread each, in turns, after a warm-up. Scores of
 * single precision, as networks give them, are sums of one digit; with noise on them, of two.
 */
const [ROUNDS, SECONDS] = [9, 0.15];
const sizes = [
  { n: 10, capacity: 50, instances: 1000 },
  { n: 50, capacity: 500, instances: 50 },
  { n: 100, capacity: 10_000, instances: 3 },
];

const folder = mkdtempSync(path.join(tmpdir(), 'knapsack-'));
try {
  const yardstick = path.join(folder, 'yardstick');
  const source = path.join(packageRoot(), 'bench/knapsack/yardstick.cpp');
  execFileSync('g++', ['-O3', '-march=native', '-o', yardstick, source], { stdio: 'inherit' });
  console.log(`${machineText()}; microseconds a solve, median (min)`);
  const columns = { items: 6, capacity: 9, scores: 8, ours: 18, 'C++ -O3': 18, 'C++ / ours': 10, 'other items': 12 };
  const addRow = tableOf(columns);
  for (const size of sizes) {
    for (const precision of ['float32', 'float64'] as const) {
      const { ours, theirs, differences } = compare(yardstick, size, precision);
      addRow(
        String(size.n),
        String(size.capacity),
        precision,
        microseconds(ours),
        microseconds(theirs),
        ratio(theirs, ours),
        String(differences),
      );
      if (differences > 0) process.exitCode = 1;
    }
  }
} finally {
  rmSync(folder, { recursive: true });
}

function compare(
  yardstick: string,
  { n, capacity, instances }: (typeof sizes)[number],
  precision: 'float32' | 'float64',
): { ours: Timing; theirs: Timing; differences: number } {
  const rng = createRng(n);
  const weights = Array.from({ length: n }, () => 1 + rng.integer(Math.floor(capacity / 4)));
  const scores = zeros(instances, n);
  for (let k = 0; k < scores.data.length; k++) {
    const score = 1 + rng.normal();
    scores.data[k] = precision === 'float32' ? Math.fround(score) : score;
  }
  const algorithm = knapsack({ weights, capacity });
  const [items, input, output] = ['weights', 'scores', 'solutions'].map((name) => path.join(folder, name));
  writeFileSync(items, Int32Array.from(weights));
  writeFileSync(input, scores.data);
  const into = algorithm.solveBatch(scores);
  const us: { ours: number[]; theirs: number[] } = { ours: [], theirs: [] };
  passes(algorithm, scores, into, SECONDS); // warm-up
  for (let round = 0; round < ROUNDS; round++) {
    us.ours.push(...passes(algorithm, scores, into, SECONDS));
    const words = [items, input, output, String(capacity), String(SECONDS)];
    us.theirs.push(...execFileSync(yardstick, words, { encoding: 'utf8' }).trim().split('\n').map(Number));
  }
  const taken = readFileSync(output);
  const differences = into.w.data.reduce((count, on, k) => count + (on === taken[k] ? 0 : 1), 0);
  return { ours: summary('ours', us.ours), theirs: summary('C++', us.theirs), differences };
}
