import { expect } from 'chai';
import { fillParams } from '../../../core/validation.js';
import { openRegistry } from '../../../node/open-registry.js';
import { createRng } from '../../../core/random/rng.js';
import { type Experiment, loadExperiment, type Named } from '../../../harness/experiments/experiment.js';
import { findModel } from '../../../harness/models/index.js';
import { presets } from '../../../harness/experiments/presets.js';
import { findTask } from '../../../harness/tasks/index.js';
import { useBackend } from '../../../node/tfjs/index.js';

const networks = ['dsn-logistic', 'dsn-cauchy', 'dsn-gaussian', 'dsn-reciprocal', 'dsn-optimal', 'dsn-logistic-art'];
const sorters = ['neuralsort', 'softsort', ...networks];
const variantsOf = (sorter: string, size: string): string[] => {
  const network = networks.includes(sorter);
  const studied = size.startsWith('quick') && size !== 'quick-n15' && (!network || networks.indexOf(sorter) < 2);
  return [
    ...['none', 'hessian', 'fisher', 'none-exact', 'hessian-exact'],
    ...(network || studied ? ['hessian-absolute', 'fisher-exact'] : []),
    ...(network ? ['hessian-absolute-exact'] : []),
    ...(studied ? ['fisher-sample', 'fisher-sample-exact', 'none-clipped'] : []),
  ];
};
const sizesOf = (sorter: string): string[] => [
  ...['paper-n10', 'paper-n5', 'quick', 'quick-n5'],
  ...(sorter === 'dsn-cauchy' ? ['paper-n15', 'quick-n15'] : []),
];
const all = presets().filter(({ name }) => name.startsWith('mnist-sort/'));

const load = (preset: string): Experiment => loadExperiment(`mnist-sort/${preset}`);
const paramsOf = (named: Named): object => Object.fromEntries(Object.entries(named).filter(([key]) => key !== 'name'));
const lambdas = (preset: string): unknown[] =>
  ['hessian', 'fisher'].map((variant) => load(`${preset}/${variant}`).newton.lambda);

describe('mnist-sort presets', () => {
  it('cover every sorter in every size with and without Newton losses', () => {
    const found = Object.fromEntries(all.map(({ name, variants }) => [name, variants.sort()]));
    const expected = sorters.flatMap((sorter) =>
      sizesOf(sorter).map((size) =>
        [`mnist-sort/${size.replace(/^[a-z]+/, `$&-${sorter}`)}`, variantsOf(sorter, size).sort()] as const
      )
    );
    expect(found).to.deep.equal(Object.fromEntries(expected));
  });

  it('are experiments that task, model and loss accept', async () => {
    const registry = await openRegistry();
    for (const preset of all.flatMap(({ name, variants }) => variants.map((variant) => `${name}/${variant}`))) {
      const { task, model, loss, newton } = loadExperiment(preset);
      fillParams(await findTask(registry, task.name), paramsOf(task));
      fillParams(await findModel(registry, model.name), paramsOf(model));
      const { params } = await registry.create(loss.name, loss.params);
      const variant = preset.split('/').at(-1)!;
      expect(newton.curvature, preset).to.equal(variant.split('-')[0]);
      expect(newton.definiteness, preset).to.equal(/-absolute(-exact)?$/.test(variant) ? 'absolute' : 'tikhonov');
      expect(newton.scope, preset).to.equal(variant.includes('-sample') ? 'sample' : 'batch');
      expect(newton.clipNorm !== undefined, preset).to.equal(variant === 'none-clipped');
      expect(params, preset).to.include({ crossEntropy: variant.endsWith('-exact') ? 'binary' : 'float32' });
      expect(preset).to.include(`-${loss.name}`);
    }
  });

  it("have the paper's network, training and lambdas (Table 4)", () => {
    const table = {
      'paper-neuralsort-n5': [0.01, 0.1],
      'paper-softsort-n5': [10, 10],
      'paper-neuralsort-n10': [0.01, 100],
      'paper-softsort-n10': [1, 100],
      'paper-dsn-logistic-n5': [0.1, 0.1],
      'paper-dsn-cauchy-n10': [0.1, 0.1],
    };
    for (const [preset, expected] of Object.entries(table)) expect(lambdas(preset), preset).to.deep.equal(expected);
    const { task, model, optimizer, steps, batchSize } = load('paper-softsort-n10/none');
    expect(task).to.deep.include({ n: 10, digits: 4, pool: 1, layout: 'image', paperStream: true });
    expect(model).to.deep.equal({ name: 'paper-cnn' });
    expect([optimizer.learningRate, steps, batchSize]).to.deep.equal([1e-3, 100_000, 100]);
    expect(load('paper-dsn-cauchy-n10/none').loss.params).to.include({ steepness: 100 });
    expect(load('paper-dsn-cauchy-n5/none').loss.params).to.include({ steepness: 10 });
  });

  it('have networks that fit their tasks', async () => {
    await useBackend('cpu');
    for (const preset of ['quick-softsort/none', 'quick-neuralsort/none']) {
      const { task, model } = load(preset);
      const registry = await openRegistry();
      const plan = await findTask(registry, task.name);
      const network = await findModel(registry, model.name);
      const { input, outputs } = await plan.open(fillParams(plan, paramsOf(task)), { rng: createRng(1) });
      const { variables, dispose } = network.create(fillParams(network, paramsOf(model)), {
        input,
        outputs,
        rng: createRng(2),
      });
      expect(variables[0].shape, preset).to.deep.equal([preset.includes('neuralsort') ? 14 * 14 : 7 * 7, 32]);
      dispose();
    }
  });
});
