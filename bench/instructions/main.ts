import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { sortingCases } from '../cases.js';
import { Recorder } from '../results.js';
import { tableOf } from '../table.js';

/**
 * Instructions that losses take, counted by valgrind, for changes that are smaller than the noise of a machine: the
 * difference between runs of many steps and of few, by the steps between them, with one thread and wasm compiled at once.
 * They repeat to half a percent. One or two minutes a case.
 */
const { values: flags } = parseArgs({
  options: { only: { type: 'string', default: 'n=5' }, save: { type: 'boolean', default: false } },
});
const [FEW, MANY] = [1000, 2000];
const NODE = [process.execPath, '--single-threaded', '--no-liftoff'];
const VALGRIND = ['--tool=callgrind', '--callgrind-out-file=/dev/null'];

const recorder = new Recorder(flags.save);
console.log(`Thousand instructions a batch of 100, Node ${process.version}\n`);
const addRow = tableOf({ case: 28, instructions: 12 });
for (const { label } of sortingCases([5, 10, 32]).filter((known) => new RegExp(flags.only).test(known.label))) {
  const thousands = (instructionsOf(label, MANY) - instructionsOf(label, FEW)) / (MANY - FEW) / 1000;
  addRow(label, thousands.toFixed(0));
  recorder.add('thousand instructions', label, { ours: Math.round(thousands) });
}
recorder.write();

function instructionsOf(label: string, steps: number): number {
  const script = fileURLToPath(new URL('steps.js', import.meta.url));
  const run = spawnSync('valgrind', [...VALGRIND, ...NODE, script, label, String(steps)], { encoding: 'utf8' });
  const counted = /Collected : (\d+)/.exec(run.stderr ?? '')?.[1];
  if (run.status === 0 && counted) return Number(counted);
  throw new Error(run.error ? `valgrind: ${run.error.message}` : `${label}: ${run.stderr}`);
}
