import { expect } from 'chai';
import { createRng } from '../../../core/random/rng.js';
import { openRegistry } from '../../../node/open-registry.js';
import type { Registry } from '../../../core/registry.js';
import { useBackend } from '../../../node/tfjs/index.js';
import { loadExperiment } from '../../../harness/experiments/experiment.js';
import { presets } from '../../../harness/experiments/presets.js';
import { resolveExperiment } from '../../../harness/experiments/resolve.js';
import { Learner } from '../../../harness/run/learner.js';

const names = presets()
  .filter(({ name }) => /^(knapsack|shortest-path)\//.test(name))
  .flatMap(({ name, variants }) => variants.map((variant) => `${name}/${variant}`));
const few = { 'task.train': 200, 'task.validation': 1, 'task.test': 200 };

describe('presets of predicted decisions', () => {
  let registry: Registry;
  before(async () => {
    registry = await openRegistry();
    await useBackend('cpu');
  });
  const open = async (preset: string, changes: object): Promise<Learner> => {
    const { experiment } = await resolveExperiment(loadExperiment(preset, { ...changes }), registry, preset);
    return Learner.open(experiment, registry, createRng(experiment.seed));
  };

  it('are called after their loss and curvature, and ask for the target that it takes', async () => {
    expect(names).to.have.lengthOf(34);
    for (const name of names) {
      const { experiment } = await resolveExperiment(loadExperiment(name), registry, name);
      const { task, loss, newton } = experiment;
      expect(name).to.equal(`${task.name}/${loss.name}/${newton.curvature}`);
      expect(task['supervision'], name).to.equal(['mse', 'spo-plus'].includes(loss.name) ? 'costs' : 'solution');
    }
  });

  it('begin to learn, each of them, and decide better for it without curvature', async () => {
    for (const name of names) {
      const learner = await open(name, few);
      const [weights, before] = [learner.arrays()['weight-0'].slice(), learner.evaluate('test', 0).metrics['regret']];
      for (let step = 1; step <= 40; step++) learner.update(step);
      expect(learner.arrays()['weight-0'], name).not.to.deep.equal(weights);
      if (name.endsWith('/none')) expect(learner.evaluate('test', 40).metrics['regret'], name).to.be.below(before);
      learner.dispose();
    }
  }).timeout(60_000);

  for (const task of ['knapsack', 'shortest-path']) {
    it(`decide better by SPO+ than by squared errors where a linear network cannot be right: ${task}`, async () => {
      const regretOf = async (loss: string): Promise<number> => {
        const learner = await open(`${task}/${loss}/none`, { ...few, 'task.degree': 4 });
        for (let step = 1; step <= 150; step++) learner.update(step);
        const { regret } = learner.evaluate('test', 150).metrics;
        learner.dispose();
        return regret;
      };
      expect(await regretOf('spo-plus')).to.be.below(0.7 * (await regretOf('mse')));
    }).timeout(60_000);
  }
});
