// `npm run random-queue-kills -- [TRIALS [SEED]]`: a sweep of twelve short runs on a queue with two workers; once or twice at
// random a worker, the coordinator or Redis is killed, or stopped by a signal that it hears, and begun again. Every trial
// has to end with the figures that the pool of processes has, to the digit, and with an empty queue. Needs redis-server.
// Half a minute a trial on two free cores: a run whose worker was killed is begun anew when that has been silent for ten seconds.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRng } from 'newton-losses';
import { RedisServer } from '../dist/test/harness/queue/redis-server.js';
import { figuresIn, kill, print, program, startProcess } from './killing/processes.mjs';

const [trials = 50, seed = 1] = process.argv.slice(2).map(Number);
const rng = createRng(seed);
const root = mkdtempSync(path.join(tmpdir(), 'newton-losses-queue-kills-'));

const sweep = {
  title: 'knapsacks',
  seeds: 3,
  comparisons: [{ experiments: ['knapsack/spo-plus', 'knapsack/mse'], variants: ['none', 'fisher'] }],
};
const settings = {
  steps: 120,
  evalEvery: 60,
  logEvery: 5,
  checkpointEvery: 20,
  'task.train': 100,
  'task.validation': 10,
  'task.test': 50,
};
const words = [
  ...['sweep', 'sweep.json', '--backend', 'wasm'],
  ...Object.entries(settings).flatMap(([at, value]) => ['--set', `${at}=${value}`]),
];

const kinds = ['worker KILL', 'worker INT', 'coordinator KILL', 'coordinator INT', 'redis KILL', 'redis TERM'];
const found = { failed: 0, wrong: 0, left: 0 };
const kills = Object.fromEntries(kinds.map((kind) => [kind, 0]));
let redis;
let workers = [];

try {
  writeFileSync(path.join(root, 'sweep.json'), JSON.stringify(sweep));
  const whole = await begin(...words, '--out', 'pool', '--jobs', '2').ended;
  if (whole.code !== 0) throw new Error(whole.text);
  const expected = figuresIn(path.join(root, 'pool'));
  mkdirSync(path.join(root, 'redis'));
  redis = await RedisServer.start(path.join(root, 'redis'));
  workers = [startWorker(0), startWorker(1)];
  for (let trial = 0; trial < trials; trial++) {
    await tryOnce(`trial-${trial}`, expected);
    print(`${trial + 1} of ${trials} trials: ${JSON.stringify({ ...kills, ...found })}`);
  }
  process.exitCode = Object.values(found).some((count) => count > 0) ? 1 : 0;
} finally {
  for (const { child, ended } of workers) {
    kill(child.pid, 'SIGINT');
    await ended;
  }
  await redis?.stop('SIGKILL');
  rmSync(root, { recursive: true, force: true });
}

async function tryOnce(out, expected) {
  let coordinator = coordinate(out);
  for (let times = 1 + rng.integer(2); times > 0; times--) {
    await Promise.race([sleep(1000 + 6000 * rng.uniform()), coordinator.ended]);
    coordinator = await disturb(kinds[rng.integer(kinds.length)], coordinator, out);
  }
  let { code, text } = await coordinator.ended;
  if (text.includes('cannot use the queue')) ({ code, text } = await coordinate(out).ended); // Redis was just away
  const left = code === 0 ? await redis.runs() : [];
  if (code !== 0) {
    found.failed++;
    print(`${out} ended with ${code}:\n${text}`);
  } else if (figuresIn(path.join(root, out)) !== expected) {
    found.wrong++;
    print(`${out} has other figures`);
  } else if (left.length > 0) {
    found.left++;
    print(`${out} has left ${left.join(', ')}`);
  }
  rmSync(path.join(root, out), { recursive: true, force: true });
}

/** Kills one of the processes and begins it anew; the coordinator after that. */
async function disturb(kind, coordinator, out) {
  const [whom, name] = kind.split(' ');
  const signal = `SIG${name}`;
  kills[kind]++;
  if (whom === 'worker') {
    const k = rng.integer(workers.length);
    kill(workers[k].child.pid, signal);
    await workers[k].ended;
    workers[k] = startWorker(k);
  } else if (whom === 'redis') {
    await redis.stop(signal);
    await sleep(2000 * rng.uniform());
    await redis.start();
    workers = workers.map((worker, k) => (worker.child.exitCode === null ? worker : startWorker(k))); // they were starting
  } else {
    kill(coordinator.child.pid, signal);
    await coordinator.ended;
    return coordinate(out);
  }
  return coordinator;
}

function coordinate(out) {
  return begin(...words, '--out', out, '--queue');
}

function startWorker(k) {
  return begin('worker', '--queue', '--jobs', '1', '--workers', '1', '--out', `worker-${k}`);
}

function begin(...given) {
  return startProcess([program, ...given], { cwd: root, env: { ...process.env, NEWTON_LOSSES_QUEUE: redis?.url } });
}
