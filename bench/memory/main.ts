import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { machineText } from '../machine.js';
import { Recorder } from '../results.js';
import { tableOf } from '../table.js';
import type { Footprint } from './run.js';

/**
 * Memory of runs, each in a process of its own on one thread: the largest it ever took, and what it held after a tenth
 * of the steps and after all of them, which is to be the same. The exit code is 1 where tensors or the memory of
 * WebAssembly have grown.
 */
const { values: flags, positionals } = parseArgs({
  options: { steps: { type: 'string', default: '10000' }, save: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const quick = ['quick-softsort', 'quick-neuralsort', 'quick-dsn-logistic', 'quick-dsn-cauchy'].flatMap((preset) =>
  ['none', 'hessian'].map((variant) => `mnist-sort/${preset}/${variant}`)
);
const recorder = new Recorder(flags.save);
console.log(`${machineText()}; megabytes, ${flags.steps} steps\n`);
const addRow = tableOf({
  experiment: 40,
  peak: 6,
  'JavaScript, early': 17,
  'at the end': 10,
  'wasm, early': 11,
  'at the end ': 11,
  'tensors, early': 14,
  'at the end  ': 12,
});
const folder = mkdtempSync(path.join(tmpdir(), 'memory-'));
try {
  for (const experiment of positionals.length > 0 ? positionals : quick) {
    const run = fileURLToPath(new URL('run.js', import.meta.url));
    const args = ['--expose-gc', run, experiment, flags.steps, path.join(folder, experiment)];
    const { peak, early, late } = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })) as Footprint;
    const pairs = (['heap', 'wasm', 'tensors'] as const).flatMap((what) => [early[what], late[what]]);
    addRow(experiment, peak.toFixed(0), ...pairs.map((x, k) => x.toFixed(k < 2 ? 1 : 0)));
    recorder.add('megabytes, largest', experiment, { ours: peak });
    if (late.tensors > early.tensors || late.wasm > early.wasm) process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true });
}
recorder.write();
