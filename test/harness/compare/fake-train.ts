/**
 * Stands for `newton-losses train ... --seed K --out DIR` in the tests of `compare`: as slow as its variant says,
 * without a network.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readRun } from '../../../harness/run/run-record.js';
import { writeRun } from '../report-folders.js';

const STEPS = 1000;
const argument = (name: string): string => process.argv[process.argv.indexOf(name) + 1];
const folder = argument('--out');
const variant = path.basename(path.dirname(folder));
let stopped = false;
process.once('SIGINT', () => (stopped = true));

if (variant === 'bad') {
  process.stderr.write('something before\nerror NONFINITE: diverged at step 12: sample 3\n');
  process.exit(1);
}
if (variant === 'broken') {
  process.stderr.write('unexpected error, please report it: TypeError: no such thing\n');
  for (let depth = 0; depth < 30; depth++) process.stderr.write(`    at f${depth} (file.js:1:1)\n`);
  process.exit(70);
}
if (variant === 'none') process.stderr.write('warning: it rains\n');
let reached = existsSync(folder) ? readRun(folder).training.at(-1)!.step : 0;
while (reached < STEPS && !stopped) {
  reached += variant === 'slow' ? 100 : STEPS;
  writeRun(folder, { variant: 'fisher', seed: Number(argument('--seed')), level: 0.2, steps: STEPS, reached });
  await sleep(30);
}
process.exitCode = reached < STEPS ? 130 : 0;
