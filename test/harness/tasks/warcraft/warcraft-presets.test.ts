import { expect } from 'chai';
import { fillParams } from '../../../../core/checks.js';
import { openRegistry } from '../../../../core/registry.js';
import { createRng } from '../../../../core/rng.js';
import { loadExperiment, type Named } from '../../../../harness/experiment.js';
import { Learner } from '../../../../harness/learner.js';
import { presets } from '../../../../harness/presets.js';
import { resolveExperiment } from '../../../../harness/resolve.js';
import { findTask } from '../../../../harness/tasks/index.js';
import { useBackend } from '../../../../harness/tfjs/index.js';

const all = presets().filter(({ name }) => name.startsWith('warcraft/'));
const paramsOf = ({ name, ...params }: Named): [string, object] => [name, params];

describe('warcraft presets', () => {
  before(() => useBackend('wasm'));

  it('are called after their loss, and ask for the target that it takes', () => {
    for (const preset of all.flatMap(({ name, variants }) => variants.map((variant) => `${name}/${variant}`))) {
      const { task, loss, newton } = loadExperiment(preset);
      const [name, params] = paramsOf(task);
      expect(fillParams(findTask(name), params), preset).to.include({ supervision: loss.name === 'mse' ? 'costs' : 'path' });
      expect(preset).to.match(new RegExp(`^warcraft/(quick|paper)-${loss.name}[^/]*/${newton.curvature}[^/]*$`));
    }
  });

  it('begin to learn, each of them: a step of the network that they name, on fewer and smaller maps', async () => {
    const registry = await openRegistry();
    const fewer = { 'task.size': 3, 'task.train': 4, 'task.test': 2, batchSize: 2 };
    for (const preset of all.flatMap(({ name, variants }) => variants.map((variant) => `${name}/${variant}`))) {
      const { experiment } = await resolveExperiment(loadExperiment(preset, fewer), registry, preset);
      const learner = await Learner.open(experiment, await registry.create(experiment.loss.name, experiment.loss.params), createRng(1));
      const before = learner.arrays()['weight-0']!.slice();
      learner.update(1);
      expect(learner.arrays()['weight-0'], preset).not.to.deep.equal(before);
      expect(learner.evaluate('test', 1)['perfectMatch'], preset).to.be.within(0, 1);
      learner.dispose();
    }
  });
});
