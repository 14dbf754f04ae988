import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { defineModel, type ExperimentContent, loadNetwork, train } from '../../../harness/index.js';
import linear from '../../../harness/models/linear.js';
import knapsack from '../../../harness/tasks/decisions/knapsack.js';
import { createRng } from '../../../node/index.js';
import { failureOf, temporaryFolder } from '../helpers.js';

const knapsacks = {
  task: { name: 'knapsack', items: 4, train: 20, validation: 5, test: 20, supervision: 'costs' },
  model: { name: 'linear' },
  loss: { name: 'spo-plus' },
  newton: { curvature: 'none' },
  steps: 12,
  batchSize: 5,
  checkpointEvery: 5,
} satisfies ExperimentContent;

/** Maps of 3 x 3 for a network with state: running means of its normalisation. */
const maps = {
  task: { name: 'warcraft', size: 3, train: 12, validation: 4, test: 4 },
  model: { name: 'resnet-block' },
  loss: { name: 'mse' },
  newton: { curvature: 'none' },
  steps: 3,
  batchSize: 4,
} satisfies ExperimentContent;

describe('the network of a run', function() {
  this.timeout(60_000);
  const folder = temporaryFolder();
  const at = (name: string): string => path.join(folder(), name);
  const here = { backend: 'wasm' } as const;
  const run = (content: ExperimentContent, name: string, registry: object[] = []) =>
    train(content, { ...here, workers: 1, folder: at(name), registry });

  it('gives the metrics that the run ended with', async () => {
    const { metrics, experiment } = await run(knapsacks, 'run');
    const network = await loadNetwork(at('run'), here);
    expect([network.step, network.outputs, network.experiment]).to.deep.equal([12, 4, experiment]);
    const { name, ...params } = network.experiment.task;
    expect(name).to.equal(knapsack.name);
    const data = await knapsack.open(params as never, { rng: createRng(0).split(0) });
    expect(data.input).to.deep.equal(network.input);
    expect(data.evaluate((x) => network.model.predict(x), 'test', 12)).to.deep.equal(metrics);
    network.model.dispose();
  });

  it('has its state too, and leaves no tensor when it is disposed of', async () => {
    await run(maps, 'run');
    const before = tf.memory().numTensors;
    const { model, input, outputs } = await loadNetwork(at('run'), here);
    const y = tf.tidy(() => model.predict(tf.ones([2, ...input])));
    expect(y.shape).to.deep.equal([2, outputs]);
    expect(model.state).not.to.deep.equal([]);
    const still = model.state!.map((variable) => [...variable.dataSync()]);
    expect(still.some((values) => values.some((value) => value !== 0 && value !== 1))).to.equal(true);
    tf.dispose(y);
    model.dispose();
    expect(tf.memory().numTensors).to.equal(before);
  });

  it('is that of the checkpoint before where the last is damaged, which it says', async () => {
    await run(knapsacks, 'run');
    const [, last] = readdirSync(at('run')).filter((name) => name.endsWith('.bin')).sort();
    writeFileSync(at(`run/${last}`), 'damaged');
    const said: string[] = [];
    const { step, model } = await loadNetwork(at('run'), { ...here, warn: (message) => said.push(message) });
    expect([step, said.length]).to.deep.equal([10, 1]);
    expect(said[0]).to.contain(last);
    model.dispose();
  });

  it('may be one of the user, from a registry, and is refused where that has another now', async () => {
    const own = defineModel({ ...linear, name: 'own' });
    await run({ ...knapsacks, model: { name: 'own' } }, 'run', [{ models: { own } }]);
    const { model } = await loadNetwork(at('run'), { ...here, registry: [{ models: { own } }] });
    model.dispose();
    const refused = async (models: Record<string, ReturnType<typeof defineModel>>): Promise<string> => {
      const { code, message } = await failureOf(() => loadNetwork(at('run'), { ...here, registry: [{ models }] }));
      return `${code} ${message}`;
    };
    expect(await refused({})).to.match(/^MODEL_UNKNOWN .*own/);
    const smaller = defineModel({
      ...linear,
      name: 'own',
      create: (params, { outputs, rng }) => linear.create(params, { input: [1], outputs, rng }),
    });
    expect(await refused({ own: smaller })).to.match(/^CHECKPOINT weight-0 should have 4 entries/);
  });

  it('is refused where there is none', async () => {
    await run(knapsacks, 'run');
    const refused = async (name: string): Promise<string> => {
      const { code, message } = await failureOf(() => loadNetwork(at(name), here));
      return `${code} ${message.replace(folder(), '')}`;
    };
    expect(await refused('none')).to.match(/^DATA .*none.data\.json: expected a JSON file, got ENOENT/);
    for (const name of readdirSync(at('run'))) if (name.endsWith('.bin')) rmSync(at(`run/${name}`));
    expect(await refused('run')).to.match(/^CHECKPOINT .*run: expected a run with a checkpoint/);
    const data = JSON.parse(readFileSync(at('run/data.json'), 'utf8')) as object;
    writeFileSync(at('run/data.json'), JSON.stringify({ ...data, input: undefined }));
    expect(await refused('run')).to.match(/^DATA .*does not say the shape of samples/);
    writeFileSync(at('run/data.json'), JSON.stringify({ ...data, input: 'many' }));
    expect(await refused('run')).to.match(/^DATA .*data\.json: .*input must be array, got "many"/);
  });
});
