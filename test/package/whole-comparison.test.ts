import { expect } from 'chai';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRng } from '../../node/index.js';
import { isFinished } from '../../harness/run/run-record.js';
import { type Ended, metricsOf, start, type Started } from '../harness/command-line.js';
import { installedProgram, installPacked } from './install-packed.js';

/** A loss, a task with data and a metric, and a network, by nobody who knows ours. */
const files = {
  'registry.json': JSON.stringify({
    losses: { 'rank-distance': './rank-distance.mjs' },
    tasks: { houses: './houses.mjs' },
    models: { 'two-layers': './two-layers.mjs' },
  }),

  'rank-distance.mjs': `
import { defineSampleLoss, zeros } from 'newton-losses';

const tail = (r) => Math.abs(r) + Math.log1p(Math.exp(-2 * Math.abs(r))) - Math.LN2; // log cosh r

export default defineSampleLoss({
  name: 'rank-distance',
  title: 'Distance of scores from ranks, large ones forgiven',
  source: 'a stranger',
  target: { type: 'array', items: { type: 'integer', minimum: 0 }, minItems: 1 },
  capabilities: { convex: true, nonnegative: true },
  create: () => ({
    reject: (t, m) => (t.length === m ? undefined : 'should have one rank an output'),
    value: (y, t) => y.reduce((sum, yj, j) => sum + tail(yj - t[j]), 0),
    gradient: (y, t) => y.map((yj, j) => Math.tanh(yj - t[j])),
    hessian: (y, t) =>
      Float64Array.from({ length: y.length ** 2 }, (_, k) => k % (y.length + 1) ? 0 : 1 - Math.tanh(y[k % y.length] - t[k % y.length]) ** 2),
  }),
  sample(_params, rng, rows, m = 3) {
    const y = zeros(rows, m);
    for (let k = 0; k < y.data.length; k++) y.data[k] = rng.normal();
    return { y, targets: Array.from({ length: rows }, () => Array.from({ length: m }, (_, j) => j)) };
  },
});
`,

  'houses.mjs': `
import { readFileSync } from 'node:fs';
import { batchOf, parameters, ranksOf, takeRows } from 'newton-losses';
import { dataDigest, defineTask, epochs, finiteOutputs } from 'newton-losses/harness';
import { toTensor } from 'newton-losses/tfjs';

const SIZE = 4; // houses of a street, which are to be ranked by price

export default defineTask({
  name: 'houses',
  title: 'Houses of a street by price, from rooms and age',
  params: parameters({ held: { type: 'integer', minimum: 2, maximum: 100, default: 20, description: 'streets held out' } }),
  target: { type: 'array', items: { type: 'integer', minimum: 0 }, description: 'the 0-based rank of each price' },
  metrics: { dearest: { meaning: 'the share of streets whose dearest house is found', better: 'larger', kind: 'share' } },

  async open({ held }, { rng }) {
    const houses = JSON.parse(readFileSync(new URL('houses.json', import.meta.url), 'utf8'));
    const streets = Array.from({ length: Math.floor(houses.length / SIZE) }, (_, i) => houses.slice(i * SIZE, (i + 1) * SIZE));
    const part = (from, to) => {
      const chosen = streets.slice(from, to);
      const x = batchOf(chosen.map((street) => street.flatMap(({ rooms, age }) => [rooms, age])));
      return { x, prices: batchOf(chosen.map((street) => street.map(({ price }) => price))) };
    };
    const sets = { validation: part(0, held), test: part(held, 2 * held), train: part(2 * held) };
    const order = epochs(rng, sets.train.x.rows);
    const ranks = ({ rows, cols, data }) => Array.from({ length: rows }, (_, i) => ranksOf(data.subarray(i * cols, (i + 1) * cols)));
    return {
      input: [2 * SIZE],
      outputs: SIZE,
      source: 'houses.json',
      digests: { train: dataDigest([sets.train.x.rows, 2 * SIZE], sets.train.x.data) },
      batch(step, size) {
        const chosen = order((step - 1) * size, size);
        return { x: toTensor(takeRows(sets.train.x, chosen)), targets: ranks(takeRows(sets.train.prices, chosen)) };
      },
      evaluate(predict, split) {
        const { x, prices } = sets[split];
        const y = finiteOutputs('houses', predict, () => toTensor(x), x.rows * SIZE);
        const right = ranks(prices).filter((t, i) => ranksOf(y.subarray(i * SIZE, (i + 1) * SIZE))[t.indexOf(SIZE - 1)] === SIZE - 1);
        return { dearest: right.length / x.rows };
      },
    };
  },
});
`,

  'two-layers.mjs': `
import { parameters } from 'newton-losses';
import { createLayer, defineModel, variablesOf } from 'newton-losses/harness';
import { dense } from 'newton-losses/tfjs';

export default defineModel({
  name: 'two-layers',
  title: 'Two layers',
  params: parameters({ units: { type: 'integer', minimum: 1, maximum: 64, default: 6, description: 'of the first' } }),
  example: { input: [8], outputs: 4 },
  create({ units }, { input, outputs, rng }) {
    const layers = [createLayer([input[0], units], rng.split(0)), createLayer([units, outputs], rng.split(1))];
    const variables = variablesOf(layers);
    const [first, last] = layers;
    return {
      variables,
      predict: (x) => dense(dense(x, first.weight, first.bias, 'relu'), last.weight, last.bias, 'linear'),
      dispose: () => variables.forEach((variable) => variable.dispose()),
    };
  },
});
`,
};

/** Houses that cost what their rooms and their age say, and some noise. */
function houses(): object[] {
  const rng = createRng(3);
  return Array.from({ length: 400 }, () => {
    const [rooms, age] = [rng.normal(), rng.normal()];
    return { rooms, age, price: 2 * rooms - age + 0.3 * rng.normal() };
  });
}

const losses = ['rank-distance', 'softsort'];
const curvatures = ['none', 'hessian lambda=0.1', 'hessian lambda=1'];
const variants = losses.flatMap((loss) => curvatures.map((curvature) => `${loss} ${curvature}`));
const runs = variants.flatMap((variant) => [0, 1].map((seed) => `${variant}/seed-${seed}`));

describe("a stranger's comparison, from the packed package to the report and again", function() {
  this.timeout(240_000);
  let root = '';
  before(async () => {
    root = mkdtempSync(path.join(tmpdir(), 'newton-losses-'));
    await installPacked(root, ['@tensorflow/tfjs-core', '@tensorflow/tfjs-backend-wasm']);
  });
  after(() => rmSync(root, { recursive: true, force: true }));

  /** A folder below the one where the package is installed, with the stranger's files. */
  const place = (name: string): string => {
    const folder = path.join(root, name);
    mkdirSync(folder);
    for (const [file, text] of Object.entries(files)) writeFileSync(path.join(folder, file), text);
    writeFileSync(path.join(folder, 'houses.json'), JSON.stringify(houses()));
    return folder;
  };

  const words = [
    ...['compare', '--task', 'houses', '--model', 'two-layers', '--loss', losses.join()],
    ...['--curvature', 'none,hessian', '--grid', 'newton.lambda=0.1,1', '--seeds', '2', '--steps', '20'],
    ...['--set', 'batchSize=4', '--set', 'checkpointEvery=5', '--set', 'logEvery=1', '--registry', 'registry.json'],
    ...['--backend', 'wasm', '--out', 'it'],
  ];

  /** What the report of a comparison says to type. */
  const reproduceOf = (folder: string): string => {
    const [, escaped] = /<pre>([^<]*)/.exec(readFileSync(path.join(folder, 'report.html'), 'utf8'))!;
    return escaped.replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code))).trim();
  };

  it('can be made by workers where the packages of the queue are installed', async () => {
    const given = ['worker', '--queue', 'redis://127.0.0.1:1'];
    const { code, stderr } = await start(given, { program: installedProgram(root), cwd: root }).ended;
    expect(code, stderr).to.equal(1);
    expect(stderr).to.match(/^error UNSUPPORTED: bullmq is not installed: npm install bullmq@6 ioredis@6$/m);
  });

  it('is killed twice, and comes out to the digit as it does elsewhere', async () => {
    const [here, elsewhere] = [place('here'), place('elsewhere')];
    const run = (...given: string[]): Started => start(given, { program: installedProgram(root), cwd: here });
    const finished = (): number => runs.filter((name) => isFinished(path.join(here, 'it', name))).length;
    /** Stops what goes on by a signal once three runs more are finished. */
    const end = async (signal: NodeJS.Signals): Promise<Ended> => {
      const enough = finished() + 3;
      const started = run(...words);
      while (started.process.exitCode === null && finished() < enough) await sleep(5);
      started.process.kill(signal);
      return started.ended;
    };

    expect((await end('SIGKILL')).signal).to.equal('SIGKILL');
    const stopped = await end('SIGINT');
    expect(stopped.code, stopped.stderr).to.equal(130);
    expect(finished()).to.be.lessThan(runs.length);

    const last = await run(...words).ended;
    expect(last.code, last.stderr).to.equal(0);
    expect(last.stderr).to.match(/^\d+ of 12 runs are finished already$/m);
    expect(finished()).to.equal(runs.length);
    rmSync(path.join(here, 'it/report.html'));
    const report = await run('report', 'it').ended;
    expect([report.code, report.stderr]).to.deep.equal([0, '']);
    for (const variant of variants) expect(report.stdout).to.include(variant);

    const command = reproduceOf(path.join(here, 'it'));
    expect(command).to.match(/^(npx )?newton-losses compare --.* --out it-again/);
    const typed = command.replace(/^(npx )?newton-losses /, `'${process.execPath}' '${installedProgram(root)}' `);
    execFileSync('sh', ['-c', typed], { cwd: elsewhere, stdio: 'pipe' });
    for (const name of runs) {
      const [then, now] = [path.join(here, 'it', name), path.join(elsewhere, 'it-again', name)].map(metricsOf);
      expect(now, name).to.equal(then);
    }
  });
});
