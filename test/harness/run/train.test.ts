import { expect } from 'chai';
import { readFileSync, writeFileSync } from 'node:fs';
import { openRegistry } from '../../../node/open-registry.js';
import type { Registry } from '../../../core/registry.js';
import { loadCheckpoint } from '../../../harness/run/checkpoint.js';
import { RNG, runContainer, type RunParts } from '../../../harness/run/container.js';
import { writeWarcraft } from '../../../harness/data/warcraft/write.js';
import { resolveExperiment } from '../../../harness/experiments/resolve.js';
import { readRun } from '../../../harness/run/run-record.js';
import { silent } from '../../../harness/terminal/display.js';
import type { RunData } from '../../../harness/run/run-data.js';
import { hasProgress, RunFolder } from '../../../harness/run/run-folder.js';
import { useBackend } from '../../../node/tfjs/index.js';
import { type Outcome, Trainer } from '../../../harness/run/train.js';
import { metricsOf } from '../command-line.js';
import { failureOf, temporaryFolder } from '../helpers.js';
import { tinyExperiment } from './tiny-experiment.js';

describe('trainer', function() {
  this.timeout(30_000);
  const folder = temporaryFolder();
  let registry: Registry;
  before(async () => {
    registry = await openRegistry();
    await useBackend('cpu');
  });

  const parts = (run: RunFolder, changes: object = {}, more: Partial<RunParts> = {}): RunParts => ({
    experiment: tinyExperiment(changes),
    registry,
    folder: run,
    log: silent,
    ...more,
  });
  const train = async (given: RunParts, signal?: AbortSignal, data?: string, sameDataAs?: string): Promise<Outcome> => {
    try {
      const trainer = runContainer(given).resolve(Trainer);
      return await trainer.train(data, signal ?? new AbortController().signal, sameDataAs);
    } finally {
      given.folder.close();
    }
  };

  it('writes a line for each interval and evaluation, with the times of the clock it is given', async () => {
    let now = 0;
    const run = RunFolder.create(`${folder()}/run`, tinyExperiment());
    await train(parts(run, {}, { clock: () => (now += 7) }));
    const lines = readFileSync(run.file('metrics.jsonl'), 'utf8').trim().split('\n').map((line) =>
      JSON.parse(line) as Record<string, unknown>
    );
    expect(lines.map(({ kind, step, msPerStep }) => [kind, step, msPerStep])).to.deep.equal([
      ['eval', 0, undefined],
      ['train', 2, 7],
      ['train', 4, 7],
      ['eval', 4, undefined],
      ['train', 6, 7],
      ['eval', 6, undefined],
    ]);
  });

  it('evaluates on validation data where that is asked for, and draws nothing of test data', async () => {
    const maps = { name: 'warcraft', size: 2, train: 4, validation: 3, test: 2 };
    const changes = { task: maps, model: { name: 'tile-encoder', units: [2] }, loss: { name: 'blackbox' } };
    const evaluated = async (evaluateOn: string): Promise<[unknown[], boolean]> => {
      const { experiment } = await resolveExperiment(tinyExperiment({ ...changes, evaluateOn }), registry, 'test');
      const run = RunFolder.create(`${folder()}/${evaluateOn}`, experiment);
      await train({ ...parts(run), experiment });
      const { evaluations, drawing } = readRun(run.path);
      return [evaluations.map(({ split, samples }) => [split, samples]), drawing !== undefined];
    };
    const three = [0, 1, 2];
    expect(await evaluated('validation')).to.deep.equal([three.map(() => ['validation', 3]), false]);
    expect(await evaluated('test')).to.deep.equal([three.map(() => ['test', 2]), true]);
  });

  it('gives each run its own random numbers and trainer', () => {
    const run = RunFolder.create(`${folder()}/run`, tinyExperiment());
    const [one, other] = [runContainer(parts(run)), runContainer(parts(run))];
    expect(one.resolve<object>(RNG)).to.equal(one.resolve(RNG)).and.not.to.equal(other.resolve(RNG));
    run.close();
  });

  it('stops when it is told to and goes on from there, whatever the step', async () => {
    const whole = RunFolder.create(`${folder()}/whole`, tinyExperiment());
    const { metrics } = await train(parts(whole));
    for (const at of [1, 4, 5]) {
      const path = `${folder()}/stopped-at-${at}`;
      const stop = new AbortController();
      const log = { ...silent, step: (step: number) => step === at && stop.abort() };
      const outcome = await train(parts(RunFolder.create(path, tinyExperiment()), {}, { log }), stop.signal);
      expect(outcome).to.deep.include({ step: at, finished: false });
      const resumed = await train(parts(RunFolder.resume(path, tinyExperiment(), expect.fail)));
      expect(resumed).to.deep.equal({ step: 6, finished: true, metrics, explosions: 0 });
      expect(metricsOf(path)).to.equal(metricsOf(whole.path));
    }
  });

  it('goes on with the moments of its optimizer, whichever that is, bit for bit', async () => {
    const optimizers = [
      { name: 'adam' },
      { name: 'adamw' },
      { name: 'rmsprop', momentum: 0.5, centred: true },
      { name: 'sgd' },
      { name: 'sgd', momentum: 0.9, nesterov: true },
    ];
    for (const [k, optimizer] of optimizers.entries()) {
      const changes = { optimizer };
      const begin = (name: string): RunFolder => RunFolder.create(`${folder()}/${name}-${k}`, tinyExperiment(changes));
      const whole = begin('whole');
      await train(parts(whole, changes));
      const stopped = begin('stopped');
      const stop = new AbortController();
      const log = { ...silent, step: (step: number) => step === 4 && stop.abort() };
      await train(parts(stopped, changes, { log }), stop.signal);
      await train(parts(RunFolder.resume(stopped.path, tinyExperiment(changes), expect.fail), changes));
      const arraysOf = ({ path }: RunFolder): object => loadCheckpoint(path, expect.fail)!.arrays;
      expect(arraysOf(stopped), JSON.stringify(optimizer)).to.deep.equal(arraysOf(whole));
    }
  });

  it('does nothing more where all steps are done', async () => {
    const path = `${folder()}/run`;
    const first = await train(parts(RunFolder.create(path, tinyExperiment())));
    const before = metricsOf(path);
    expect(await train(parts(RunFolder.resume(path, tinyExperiment(), expect.fail)))).to.deep.equal(first);
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
    const whole = RunFolder.create(`${folder()}/whole`, tinyExperiment(changes));
    await train(parts(whole, changes));
    const path = `${folder()}/stopped`;
    const stop = new AbortController();
    const log = { ...silent, step: (step: number) => step === 2 && stop.abort() };
    await train(parts(RunFolder.create(path, tinyExperiment(changes)), changes, { log }), stop.signal);
    await train(parts(RunFolder.resume(path, tinyExperiment(changes), expect.fail), changes));
    expect(metricsOf(path)).to.equal(metricsOf(whole.path));
    const [one, other] = [path, whole.path].map((run) => loadCheckpoint(run, expect.fail)!.arrays);
    expect(one).to.deep.equal(other).and.to.include.keys('state-0', 'state-9');
  });

  const onMaps = {
    task: { name: 'warcraft', size: 2, train: 4, validation: 1, test: 2, supervision: 'costs' },
    model: { name: 'tile-encoder', units: [2] },
  };
  const resumedOnMaps = (path: string): RunParts =>
    parts(RunFolder.resume(path, tinyExperiment(onMaps), expect.fail), onMaps);
  const dataOf = (path: string): RunData => JSON.parse(readFileSync(`${path}/data.json`, 'utf8')) as RunData;

  it('says what it learns from, goes on with the same data from elsewhere, and refuses other data', async () => {
    const said: string[] = [];
    const log = { ...silent, line: (text: string) => said.push(text) };
    const path = `${folder()}/run`;
    await train(parts(RunFolder.create(path, tinyExperiment(onMaps)), onMaps, { log }));
    expect(said).to.include('data: generated maps of 2x2, seed 0');
    expect(readFileSync(`${path}/predictions.svg`, 'utf8')).to.match(/^<svg/);
    expect(dataOf(path)).to.have.property('source', 'generated maps of 2x2, seed 0');
    expect(dataOf(path).digests).to.have.all.keys('train');
    const goOn = (data: string): Promise<Outcome> => train(resumedOnMaps(path), undefined, data);
    const set = { size: 2, counts: { train: 4, val: 1, test: 2 } };
    expect(await goOn(await writeWarcraft(`${folder()}/same`, { ...set, seed: 0 }))).to.include({ finished: true });
    const other = await writeWarcraft(`${folder()}/other`, { ...set, seed: 1 });
    const { code, message } = await failureOf(() => goOn(other));
    expect(code).to.equal('DATA');
    expect(message).to.include('generated maps of 2x2').and.to.include(other);
  });

  it('notices one changed byte of its files when it goes on, and data of another run that it is to share', async () => {
    const place = await writeWarcraft(folder(), { size: 2, counts: { train: 4, val: 1, test: 2 }, seed: 0 });
    const [path, next] = [`${folder()}/run`, `${folder()}/next`];
    const begin = (at: string, sameDataAs?: string): Promise<Outcome> => {
      const given = parts(RunFolder.create(at, tinyExperiment(onMaps)), onMaps);
      return train(given, undefined, place, sameDataAs);
    };
    await begin(path);
    expect(dataOf(path).digests).to.have.all.keys('train', 'validation', 'test');
    await begin(next, path);
    expect((await failureOf(() => begin(`${folder()}/fourth`, `${folder()}/absent`))).code).to.equal('DATA');
    for (const file of ['train_maps.npy', 'test_vertex_weights.npy']) {
      const bytes = readFileSync(`${place}/${file}`);
      const changed = Buffer.from(bytes);
      changed[changed.length - 1] ^= 1;
      writeFileSync(`${place}/${file}`, changed);
      const goOn = (): Promise<Outcome> => train(resumedOnMaps(path), undefined, place);
      expect((await failureOf(goOn)).code, file).to.equal('DATA');
      expect((await failureOf(() => begin(`${folder()}/third`, path))).code, file).to.equal('DATA');
      expect(hasProgress(`${folder()}/third`), 'nothing to lose').to.equal(false);
      writeFileSync(`${place}/${file}`, bytes);
      expect(await goOn()).to.include({ finished: true });
    }
  });

  it('stops while maps are drawn or files are read, says how far it is, and can be begun or gone on with', async () => {
    const many = { ...onMaps, task: { ...onMaps.task, train: 40 } };
    for (const at of ['train', 'test', 'files']) {
      const stop = new AbortController();
      const counts: number[] = [];
      const step = (done: number, total: number, _: unknown, what?: string): void => {
        if (what !== 'samples drawn') return;
        counts.push(done);
        if (total === (at === 'train' ? 40 : 2) && done > 0) stop.abort();
      };
      if (at === 'files') stop.abort();
      const set = { size: 2, counts: { train: 40, val: 1, test: 2 }, seed: 0 };
      const place = at === 'files' ? await writeWarcraft(folder(), set) : undefined;
      const path = `${folder()}/${at}`;
      const given = parts(RunFolder.create(path, tinyExperiment(many)), many, { log: { ...silent, step } });
      expect(await train(given, stop.signal, place), at).to.deep.include({ step: 0, finished: false });
      expect(counts.length).to.equal({ train: 2, test: 43, files: 0 }[at]);
      expect(await train(parts(RunFolder.create(path, tinyExperiment(many)), many))).to.include({ finished: true });
      const goneOn = parts(RunFolder.resume(path, tinyExperiment(many), expect.fail), many);
      expect(await train(goneOn, AbortSignal.abort()), 'all of it is done').to.include({ step: 6, finished: true });
    }
  });

  it('refuses a loss whose parameters are for another number of outputs', async () => {
    const changes = {
      task: { name: 'warcraft', size: 2, train: 4 },
      model: { name: 'tile-encoder' },
      loss: { name: 'bellman-ford', params: { rows: 3, columns: 2 } },
    };
    const { code, message } = await failureOf(() =>
      train(parts(RunFolder.create(`${folder()}/run`, tinyExperiment(changes)), changes))
    );
    expect(code).to.equal('SHAPE');
    expect(message).to.match(/bellman-ford: .* 4 outputs .* got them for 6/);
  });
});
