import { expect } from 'chai';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { compare, type CompareOptions, defineTask, type ExperimentContent, train } from '../../harness/index.js';
import knapsack from '../../harness/tasks/decisions/knapsack.js';
import { metricsOf, run } from './command-line.js';
import { failureOf, temporaryFolder } from './helpers.js';

const experiment = {
  task: { name: 'knapsack', items: 4, train: 20, validation: 5, test: 20, supervision: 'costs' },
  model: { name: 'linear' },
  loss: { name: 'spo-plus' },
  newton: { curvature: 'none' },
  optimizer: { learningRate: 0.1 },
  steps: 12,
  batchSize: 5,
  logEvery: 1,
} satisfies ExperimentContent;

describe('training by code', function() {
  this.timeout(60_000);
  const folder = temporaryFolder();
  const at = (name: string): string => path.join(folder(), name);
  const here = { backend: 'wasm', workers: 1 } as const;

  it('trains what an experiment file holds, with changes, and makes what `train` makes of the folder', async () => {
    const steps: number[] = [];
    const onStep = (step: number, loss: number): void => void (Number.isFinite(loss) && steps.push(step));
    const { finished, metrics, experiment: { seed, name } } = await train(experiment, {
      ...here,
      folder: at('one'),
      changes: { seed: 3 },
      onStep,
    });
    expect([finished, seed, name]).to.deep.equal([true, 3, 'experiment']);
    expect(Object.keys(metrics)).to.deep.equal(['optimality', 'regret']);
    expect(steps).to.deep.equal(Array.from({ length: 12 }, (_, k) => k + 1));
    const words = ['--backend', 'wasm', '--quiet', '--out', at('two')];
    const { code, stderr } = await run('train', path.join(at('one'), 'experiment.json'), ...words);
    expect(code, stderr).to.equal(0);
    expect(metricsOf(at('two'))).to.equal(metricsOf(at('one')));
  });

  it('stops at a signal, refuses the folder, and goes on to the same bits', async () => {
    const stop = new AbortController();
    const onStep = (step: number): void => void (step === 5 && stop.abort());
    const stopped = await train(experiment, { ...here, folder: at('broken'), signal: stop.signal, onStep });
    expect([stopped.step, stopped.finished]).to.deep.equal([5, false]);
    expect((await failureOf(() => train(experiment, { ...here, folder: at('broken') }))).code).to.equal('CHECKPOINT');
    const whole = await train(experiment, { ...here, folder: at('whole') });
    expect(await train(at('broken'), { ...here, resume: true })).to.deep.include({ metrics: whole.metrics, step: 12 });
    expect(metricsOf(at('broken'))).to.equal(metricsOf(at('whole')));
  });

  it('takes plugins that are in no file, and says which program to run again for the same figures', async () => {
    const own = defineTask({ ...knapsack, name: 'own' });
    const content = { ...experiment, task: { ...experiment.task, name: 'own' } };
    await train(content, { ...here, folder: at('own'), registry: [{ tasks: { own } }] });
    expect((await run('report', at('own'))).code).to.equal(0);
    expect(readFileSync(at('own/report.html'), 'utf8')).to.match(/<pre>node [^<]+<\/pre>/);
    expect((await failureOf(() => train(content, here))).code).to.equal('TASK_UNKNOWN');
  });

  it('refuses what is no experiment', async () => {
    const wrong = { ...experiment, steps: 0 };
    const { code, message } = await failureOf(() => train(wrong, here));
    expect([code, message]).to.deep.equal(['PARAMS', 'the experiment: experiment/steps must be >= 1, got 0']);
  });
});

describe('comparing by code', function() {
  this.timeout(60_000);
  const folder = temporaryFolder();
  const changes = { 'task.items': 4, 'task.train': 20, 'task.test': 20, steps: 5, batchSize: 5, logEvery: 1 };

  it('gives the figures of the report, and trains nothing twice', async () => {
    const options: CompareOptions = {
      ...{ seeds: [2, 0], variants: ['none', 'hessian'], grid: { 'newton.lambda': [0.1, 1] }, changes },
      folder: folder(),
      backend: 'wasm',
    };
    const { runs, finished, failures, groups: [group], report } = await compare(['knapsack/mse'], options);
    expect([runs, finished, failures]).to.deep.equal([6, 6, {}]);
    expect(group.variants.map(({ variant }) => variant)).to.deep.equal([
      'none',
      'hessian lambda=0.1',
      'hessian lambda=1',
    ]);
    expect(group.variants[1].differences['none'].pairs).to.equal(2);
    expect(existsSync(report)).to.equal(true);
    const before = metricsOf(path.join(folder(), 'none/seed-2'));
    expect((await compare(['knapsack/mse'], options)).groups).to.deep.equal([group]);
    expect(metricsOf(path.join(folder(), 'none/seed-2'))).to.equal(before);
    const { command } = JSON.parse(readFileSync(path.join(folder(), 'comparison.json'), 'utf8')) as { command: string };
    expect(command).to.match(/^node ./);
  });

  it('keeps what has failed, and refuses numbers of seeds and jobs that are none', async () => {
    const options = { task: 'knapsack', model: 'linear', losses: ['mse'], folder: folder(), backend: 'wasm' } as const;
    const explosive = {
      ...changes,
      'optimizer.name': 'sgd',
      'optimizer.learningRate': 1e38,
      'task.supervision': 'costs',
    };
    const { finished, failures } = await compare([], { ...options, seeds: 1, changes: explosive });
    expect([finished, Object.keys(failures)]).to.deep.equal([0, ['mse, seed 0']]);
    expect(Object.values(failures)[0]).to.match(/^NONFINITE: stopped at step/);
    expect((await failureOf(() => compare([], { ...options, jobs: 0 }))).code).to.equal('PARAMS');
    for (const seeds of [0, 1.5, -1, [], [0.5]]) {
      expect((await failureOf(() => compare([], { ...options, seeds }))).code, String(seeds)).to.equal('PARAMS');
    }
  });
});
