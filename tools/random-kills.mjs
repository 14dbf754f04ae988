// `npm run random-kills -- [TRIALS [SEED]]`: a stranger's loss, task and network beside a built-in loss, in a folder of its
// own; the comparison is killed once or twice at random, whole, in part or by a signal that it hears, and gone on with.
// Every trial has to end with the figures of an undisturbed one, to the digit, and no process may outlive its parent by
// two seconds. Twelve seconds a trial on two free cores.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createRng } from 'newton-losses';
import { figuresIn, kill, print, program, startProcess } from './killing/processes.mjs';

const [trials = 50, seed = 1] = process.argv.slice(2).map(Number);
const rng = createRng(seed);
const root = mkdtempSync(path.join(tmpdir(), 'newton-losses-kills-'));

const experiment = {
  task: { name: 'distances', n: 4, train: 200, heldOut: 100 },
  model: { name: 'small-net', units: 16 },
  loss: { name: 'softsort' },
  optimizer: { learningRate: 0.01 },
  steps: 150,
  batchSize: 50,
  evalEvery: 50,
  logEvery: 5,
  checkpointEvery: 40,
};
const words = [
  ...['compare', 'mine.json', '--loss', 'own-loss,softsort', '--curvature', 'none,fisher,hessian'],
  ...[
    '--grid',
    'newton.lambda=0.1,1',
    '--seeds',
    '1',
    '--jobs',
    '2',
    '--backend',
    'wasm',
    '--registry',
    'registry.json',
  ],
];

const kinds = ['parent KILL', 'parent INT', 'parent TERM', 'child KILL', 'all KILL'];
const found = { failed: 0, wrong: 0, orphans: 0 };
const kills = Object.fromEntries(kinds.map((kind) => [kind, 0]));

try {
  prepare();
  const began = performance.now();
  const whole = await start('whole').ended;
  if (whole.code !== 0) throw new Error(whole.text);
  const duration = performance.now() - began;
  const expected = figures('whole');
  for (let trial = 0; trial < trials; trial++) {
    await tryOnce(`trial-${trial}`, duration, expected);
    print(`${trial + 1} of ${trials} trials: ${JSON.stringify({ ...kills, ...found })}`);
  }
  process.exitCode = Object.values(found).some((count) => count > 0) ? 1 : 0;
} finally {
  rmSync(root, { recursive: true, force: true });
}

function prepare() {
  mkdirSync(path.join(root, 'node_modules'));
  symlinkSync(fileURLToPath(new URL('..', import.meta.url)), path.join(root, 'node_modules', 'newton-losses'));
  for (const [kind, name] of [['loss', 'own-loss'], ['task', 'distances'], ['model', 'small-net']]) {
    execFileSync(process.execPath, [program, 'new', kind, name], { cwd: root });
  }
  writeFileSync(path.join(root, 'mine.json'), JSON.stringify(experiment));
}

async function tryOnce(out, duration, expected) {
  const times = 1 + rng.integer(2);
  for (let k = 0; k < times; k++) await disturb(out, duration);
  const { code, text } = await start(out).ended;
  if (code !== 0) {
    found.failed++;
    print(`${out} ended with ${code}:\n${text}`);
  } else if (figures(out) !== expected) {
    found.wrong++;
    print(`${out} has other figures`);
  }
  rmSync(path.join(root, out), { recursive: true, force: true });
}

/** Starts the comparison and kills it, or a part of it, at some time before its end. */
async function disturb(out, duration) {
  const { child, ended } = start(out);
  await sleep(300 + 0.8 * rng.uniform() * duration);
  const children = childrenOf(child.pid);
  const kind = kinds[rng.integer(kinds.length)];
  const [whom, signal] = kind.split(' ');
  kills[kind]++;
  if (whom !== 'child') kill(child.pid, `SIG${signal}`);
  if (whom === 'all') children.forEach((pid) => kill(pid, 'SIGKILL'));
  if (whom === 'child' && children.length > 0) kill(children[rng.integer(children.length)], 'SIGKILL');
  await ended;
  if (whom === 'child') return;
  await sleep(2000);
  found.orphans += children.filter(isAlive).length;
}

function start(out) {
  return startProcess([program, ...words, '--out', out], { cwd: root });
}

function childrenOf(pid) {
  try {
    return execFileSync('pgrep', ['-P', `${pid}`], { encoding: 'utf8' }).trim().split('\n').map(Number);
  } catch {
    return []; // it has none
  }
}

function isAlive(pid) {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

function figures(out) {
  return figuresIn(path.join(root, out));
}
