import { expect } from 'chai';
import assignment from '../../../core/algorithms/assignment.js';
import topK from '../../../core/algorithms/top-k.js';
import { algorithmSchema, defineSampleLoss, parameters, zeros } from '../../../core/index.js';
import { LossError } from '../../../core/errors.js';
import { openRegistry } from '../../../node/open-registry.js';
import type { Registry } from '../../../core/registry.js';
import { type Experiment, validExperiment } from '../../../harness/experiments/experiment.js';
import { resolveExperiment } from '../../../harness/experiments/resolve.js';

const experiment = (changes: object = {}): Experiment =>
  validExperiment({
    name: 'test',
    task: { name: 'mnist-sort', n: 3 },
    model: { name: 'digit-mlp' },
    loss: { name: 'softsort' },
    steps: 1,
    ...changes,
  }, 'test');

describe('a resolved experiment', () => {
  let registry: Registry;
  beforeEach(async () => {
    registry = await openRegistry();
  });

  it('has the defaults of task, model and loss, and auto replaced', async () => {
    const { experiment: resolved, choice } = await resolveExperiment(experiment(), registry, 'x.json');
    expect(resolved.task).to.deep.include({ name: 'mnist-sort', n: 3, digits: 4, paperStream: false });
    expect(resolved.model).to.deep.equal({ name: 'digit-mlp', encoder: [32, 16], head: [32] });
    expect(resolved.loss).to.deep.equal({ name: 'softsort', params: { temperature: 0.1, crossEntropy: 'binary' } });
    expect([resolved.newton.curvature, choice.curvature]).to.deep.equal(['hessian', 'hessian']);
    expect((await resolveExperiment(resolved, registry, 'x.json')).experiment).to.deep.equal(resolved);
  });

  it('gives the algorithm of its task to a loss over one that names none', async () => {
    const algorithmOf = async (changes: object): Promise<unknown> => {
      const { loss } = (await resolveExperiment(experiment(changes), registry, 'x.json')).experiment;
      return (loss.params as { algorithm?: unknown }).algorithm;
    };
    const base = { task: { name: 'shortest-path', rows: 2, columns: 3 }, model: { name: 'linear' } };
    const grid = (await algorithmOf({ ...base, loss: { name: 'blackbox' } })) as { name: string; params: object };
    expect(grid.name).to.equal('grid-shortest-path');
    expect(grid.params).to.deep.include({ rows: 2, columns: 3, neighbours: 4, negative: 'clamp' });
    const own = { name: 'top-k', params: { k: 2 } };
    expect(await algorithmOf({ ...base, loss: { name: 'blackbox', params: { algorithm: own } } })).to.deep.include({
      name: 'top-k',
    });
    expect(await algorithmOf({ ...base, loss: { name: 'mse' } })).to.equal(undefined);
    expect(await algorithmOf({ loss: { name: 'blackbox' } })).to.deep.include({ name: 'top-k' });
  });

  it('makes the algorithm of a task by the registry, and gives it to whichever parameter of a loss is one', async () => {
    registry.add({
      losses: {
        'own-loss': defineSampleLoss({
          name: 'own-loss',
          title: 'What is decided first',
          source: 'a test',
          params: parameters({ decides: algorithmSchema(topK) }),
          target: { type: 'array', items: { type: 'number' } },
          create: () => ({ value: (y) => y[0], gradient: (y) => y.map((_, j) => Number(j === 0)) }),
          sample: (_params, _rng, rows) => ({ y: zeros(rows, 3), targets: Array.from({ length: rows }, () => []) }),
        }),
      },
      algorithms: { 'own-algorithm': { ...assignment, name: 'own-algorithm' } },
    });
    const algorithm = { name: 'own-algorithm', params: { n: 3 } };
    const { task, loss } = (await resolveExperiment(
      experiment({
        task: { name: 'predict-then-optimise', algorithm },
        model: { name: 'linear' },
        loss: { name: 'own-loss' },
      }),
      registry,
      'x.json',
    )).experiment;
    expect(task).to.deep.include({ algorithm, costs: 10 });
    expect(loss.params).to.deep.equal({ decides: algorithm });
  });

  it('has the targets that the loss takes, unless it says which', async () => {
    const targetsOf = async (name: string, task: object): Promise<unknown> =>
      (await resolveExperiment(
        experiment({ task, model: { name: 'linear' }, loss: { name } }),
        registry,
        'x.json',
      )).experiment.task['supervision'];
    for (const name of ['knapsack', 'shortest-path', 'predict-then-optimise']) {
      expect(await targetsOf('spo-plus', { name })).to.equal('costs');
      expect(await targetsOf('mse', { name })).to.equal('costs');
      expect(await targetsOf('identity', { name })).to.equal('solution');
      expect(await targetsOf('mse', { name, supervision: 'solution' })).to.equal('solution');
    }
    expect(await targetsOf('mse', { name: 'warcraft' })).to.equal('costs');
    expect(await targetsOf('blackbox', { name: 'warcraft' })).to.equal('path');
  });

  it('is an error that names its source where something does not exist or fit', async () => {
    const wrong: [string, object][] = [
      ['TASK_UNKNOWN', { task: { name: 'mnist-chess' } }],
      ['PARAMS', { task: { name: 'mnist-sort', n: 1 } }],
      ['PARAMS', { task: { name: 'mnist-sort', sets: 3 } }],
      ['MODEL_UNKNOWN', { model: { name: 'transformer' } }],
      ['PARAMS', { model: { name: 'digit-mlp', encoder: [] } }],
      ['LOSS_UNKNOWN', { loss: { name: 'bogosort' } }],
      ['PARAMS', { loss: { name: 'softsort', params: { temperature: 0 } } }],
      ['UNSUPPORTED', { task: { name: 'random-regression' }, evaluateOn: 'validation' }],
    ];
    for (const [code, changes] of wrong) {
      const error: unknown = await resolveExperiment(experiment(changes), registry, 'x.json').catch((thrown: unknown) =>
        thrown
      );
      expect(error, JSON.stringify(changes)).to.be.instanceOf(LossError).and.include({ code });
      expect((error as LossError).message).to.match(/^x\.json: /);
    }
  });
});
