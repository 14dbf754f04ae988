import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { openRegistry, type Registry } from '../../core/registry.js';
import { loadCheckpoint } from '../../harness/checkpoint.js';
import { RNG, runContainer, type RunParts } from '../../harness/container.js';
import { writeWarcraft } from '../../harness/data/warcraft/write.js';
import { type Experiment, validExperiment } from '../../harness/experiment.js';
import { silent } from '../../harness/progress.js';
import { RunFolder } from '../../harness/run-folder.js';
import { useBackend } from '../../harness/tfjs/index.js';
import { type Outcome, Trainer } from '../../harness/train.js';
import { metricsOf } from './command-line.js';
import { failureOf, temporaryFolder } from './helpers.js';

const experiment = (changes: object = {}): Experiment =>
  validExperiment(
    {
      name: 'test',
      task: { name: 'mnist-sort', n: 3, digits: 1, pool: 7, evaluationSets: 20 },
      model: { name: 'digit-mlp', encoder: [4], head: [] },
      loss: { name: 'mse' },
      newton: { curvature: 'none' },
      steps: 6,
      batchSize: 5,
      logEvery: 2,
      evalEvery: 4,
      checkpointEvery: 3,
      ...changes,
    },
    'test',
  );

describe('trainer', function () {
  this.timeout(30_000);
  const folder = temporaryFolder();
  let registry: Registry;
  before(async () => {
    registry = await openRegistry();
    await useBackend('cpu');
  });

  const parts = (run: RunFolder, changes: object = {}, more: Partial<RunParts> = {}): RunParts => ({
    experiment: experiment(changes),
    registry,
    folder: run,
    log: silent,
    ...more,
  });
  const train = async (given: RunParts, signal = new AbortController().signal, data?: string): Promise<Outcome> => {
    try {
      return await runContainer(given).resolve(Trainer).train(data, signal);
    } finally {
      given.folder.close();
    }
  };

  it('writes a line for each interval and evaluation, with the times of the clock it is given', async () => {
    let now = 0;
    const run = RunFolder.create(`${folder()}/run`, experiment());
    await train(parts(run, {}, { clock: () => (now += 7) }));
    const lines = readFileSync(run.file('metrics.jsonl'), 'utf8').trim().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.map(({ kind, step, msPerStep }) => [kind, step, msPerStep])).to.deep.equal([
      ['train', 2, 7],
      ['train', 4, 7],
      ['eval', 4, undefined],
      ['train', 6, 7],
      ['eval', 6, undefined],
    ]);
  });

  it('gives each run its own random numbers and trainer', () => {
    const run = RunFolder.create(`${folder()}/run`, experiment());
    const [one, other] = [runContainer(parts(run)), runContainer(parts(run))];
    expect(one.resolve<object>(RNG)).to.equal(one.resolve(RNG)).and.not.to.equal(other.resolve(RNG));
    run.close();
  });

  it('stops when it is told to and goes on from there, whatever the step', async () => {
    const whole = RunFolder.create(`${folder()}/whole`, experiment());
    const { metrics } = await train(parts(whole));
    for (const at of [1, 4, 5]) {
      const path = `${folder()}/stopped-at-${at}`;
      const stop = new AbortController();
      const log = { ...silent, step: (step: number) => step === at && stop.abort() };
      const outcome = await train(parts(RunFolder.create(path, experiment()), {}, { log }), stop.signal);
      expect(outcome).to.deep.include({ step: at, finished: false });
      const resumed = await train(parts(RunFolder.resume(path, experiment(), expect.fail)));
      expect(resumed).to.deep.equal({ step: 6, finished: true, metrics, explosions: 0 });
      expect(metricsOf(path)).to.equal(metricsOf(whole.path));
    }
  });

  it('does nothing more where all steps are done', async () => {
    const path = `${folder()}/run`;
    const first = await train(parts(RunFolder.create(path, experiment())));
    const before = metricsOf(path);
    expect(await train(parts(RunFolder.resume(path, experiment(), expect.fail)))).to.deep.equal(first);
    expect(metricsOf(path)).to.equal(before);
  });

  it('goes on with a network that has running moments, which checkpoints hold', async () => {
    await useBackend('wasm');
    const changes = {
      task: { name: 'warcraft', size: 2, train: 5, validation: 1, test: 2, supervision: 'costs' },
      model: { name: 'resnet-block' },
      steps: 4,
      evalEvery: 1,
    };
    const whole = RunFolder.create(`${folder()}/whole`, experiment(changes));
    await train(parts(whole, changes));
    const path = `${folder()}/stopped`;
    const stop = new AbortController();
    const log = { ...silent, step: (step: number) => step === 2 && stop.abort() };
    await train(parts(RunFolder.create(path, experiment(changes)), changes, { log }), stop.signal);
    await train(parts(RunFolder.resume(path, experiment(changes), expect.fail), changes));
    expect(metricsOf(path)).to.equal(metricsOf(whole.path));
    const [one, other] = [path, whole.path].map((run) => loadCheckpoint(run, expect.fail)!.arrays);
    expect(one).to.deep.equal(other).and.to.include.keys('state-0', 'state-9');
  });

  it('says what it learns from, and warns where that changes', async () => {
    const changes = { task: { name: 'warcraft', size: 2, train: 4, validation: 1, test: 2, supervision: 'costs' }, model: { name: 'tile-encoder', units: [2] } };
    const said: string[] = [];
    const log = { ...silent, line: (text: string) => said.push(text) };
    const path = `${folder()}/run`;
    await train(parts(RunFolder.create(path, experiment(changes)), changes, { log }));
    expect(said).to.include('data: generated maps of 2x2, seed 0');
    expect(readFileSync(`${path}/predictions.svg`, 'utf8')).to.match(/^<svg/);
    expect(JSON.parse(readFileSync(`${path}/data.json`, 'utf8'))).to.deep.equal({ source: 'generated maps of 2x2, seed 0' });
    const other = await writeWarcraft(folder(), { size: 2, counts: { train: 4, val: 1, test: 2 }, seed: 0 });
    await train(parts(RunFolder.resume(path, experiment(changes), expect.fail), changes, { log }), undefined, other);
    expect(said.at(-1)).to.match(/^warning: the run began with generated maps/);
  });

  it('refuses a loss whose parameters are for another number of outputs', async () => {
    const changes = {
      task: { name: 'warcraft', size: 2, train: 4 },
      model: { name: 'tile-encoder' },
      loss: { name: 'bellman-ford', params: { rows: 3, columns: 2 } },
    };
    const { code, message } = await failureOf(() => train(parts(RunFolder.create(`${folder()}/run`, experiment(changes)), changes)));
    expect(code).to.equal('SHAPE');
    expect(message).to.match(/bellman-ford: .* 4 outputs .* got them for 6/);
  });
});
