// A training that is stopped half-way and goes on: the same figures, to the digit.
// Run: node examples/resume.js
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { train } from 'newton-losses/harness';

const folder = mkdtempSync(path.join(tmpdir(), 'newton-losses-'));
const [whole, broken] = ['whole', 'broken'].map((name) => path.join(folder, name));
const changes = { 'task.train': 200, 'task.test': 200, steps: 60 };
const preset = 'knapsack/i-mle/fisher'; // a loss with noise

const { metrics } = await train(preset, { changes, folder: whole, backend: 'wasm' });
console.log('whole:  ', metrics);

const stop = new AbortController();
const onStep = (step) => {
  if (step === 25) stop.abort();
};
const { step, finished } = await train(preset, {
  changes,
  folder: broken,
  backend: 'wasm',
  signal: stop.signal,
  onStep,
});
console.log(`stopped at step ${step}, finished: ${finished}`);

const resumed = await train(broken, { resume: true, backend: 'wasm' }); // the folder knows its experiment
console.log('resumed:', resumed.metrics);

const lines = (run) => readFileSync(path.join(run, 'metrics.jsonl'), 'utf8').replaceAll(/"msPerStep":[^,}]+/g, '');
console.log(`metrics.jsonl is the same, but for its timings: ${lines(whole) === lines(broken)}`);
rmSync(folder, { recursive: true });
