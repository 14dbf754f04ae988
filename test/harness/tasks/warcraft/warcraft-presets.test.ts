import { isDeepStrictEqual } from 'node:util';
import { expect } from 'chai';
import type { Batch } from '../../../../core/batch.js';
import type { Evaluation } from '../../../../core/loss.js';
import { newtonStep } from '../../../../core/newton/index.js';
import { openRegistry } from '../../../../node/open-registry.js';
import { createRng } from '../../../../core/random/rng.js';
import { type Experiment, loadExperiment } from '../../../../harness/experiments/experiment.js';
import { Learner } from '../../../../harness/run/learner.js';
import { presets } from '../../../../harness/experiments/presets.js';
import { resolveExperiment } from '../../../../harness/experiments/resolve.js';
import { useBackend } from '../../../../node/tfjs/index.js';

const all = presets().filter(({ name }) => name.startsWith('warcraft/'));

/** The preset on four maps of 3 x 3 cells. */
function small(preset: string): Experiment {
  const { loss } = loadExperiment(preset);
  const grid = 'algorithm' in loss.params
    ? 'loss.params.algorithm.params'
    : 'rows' in loss.params
    ? 'loss.params'
    : undefined;
  const changes = { 'task.size': 3, 'task.train': 4, 'task.test': 2, batchSize: 4 };
  return loadExperiment(preset, { ...changes, ...(grid && { [`${grid}.rows`]: 3, [`${grid}.columns`]: 3 }) });
}

describe('warcraft presets', () => {
  before(() => useBackend('wasm'));

  it('are called after their loss, and ask for the target that it takes', async () => {
    const registry = await openRegistry();
    for (const preset of all.flatMap(({ name, variants }) => variants.map((variant) => `${name}/${variant}`))) {
      const { task, loss, newton } = (await resolveExperiment(loadExperiment(preset), registry, preset)).experiment;
      expect(task, preset).to.include({ supervision: ['mse', 'spo-plus'].includes(loss.name) ? 'costs' : 'path' });
      expect(preset).to.match(new RegExp(`^warcraft/(quick|paper)-${loss.name}[^/]*/${newton.curvature}[^/]*$`));
    }
  });

  it('begin to learn, each of them: a step of the network that they name, on fewer and smaller maps', async () => {
    const registry = await openRegistry();
    for (const preset of all.flatMap(({ name, variants }) => variants.map((variant) => `${name}/${variant}`))) {
      const { experiment } = await resolveExperiment(small(preset), registry, preset);
      const { loss } = experiment;
      const checked = await registry.create(loss.name, loss.params);
      const learner = await Learner.open(experiment, registry, createRng(1));
      const before = learner.arrays()['weight-0'].slice();
      const { gradientNorms } = learner.update(1);
      const moves = gradientNorms.some((norm) => norm > 0); // others than exact gradients are 0 where the path does not change
      expect(isDeepStrictEqual(learner.arrays()['weight-0'], before), preset).to.equal(!moves);
      if (checked.capabilities.gradient === 'exact') expect(moves, preset).to.equal(true);
      expect(learner.evaluate('test', 1).metrics['perfectMatch'], preset).to.be.within(0, 1);
      learner.dispose();
    }
  });

  it('have the network, the training and the lambdas of the paper', () => {
    const { task, model, optimizer, steps, batchSize } = loadExperiment('warcraft/paper-bellman-ford-for-l1/none');
    expect(task).to.include({ size: 12, train: 10000, test: 1000 });
    expect(model).to.deep.equal({ name: 'resnet-block' });
    expect(batchSize).to.equal(70);
    const stepsOf = (epochs: number): number => Math.round((epochs * 10000) / 70);
    expect(steps).to.equal(stepsOf(50));
    expect(optimizer.milestones).to.deep.equal([30, 40].map((epochs) => ({ step: stepsOf(epochs), factor: 0.1 })));
    const lambdas = {
      'bellman-ford-for-l1/fisher': 1000,
      'bellman-ford-while-l2/fisher': 3000,
      'stochastic-smoothing-s3/hessian': 1000 * 144, // the paper's for a mean over cells, where distances are sums here
      'stochastic-smoothing-s30/fisher': Math.round(0.1 * 144 ** 2),
      // the paper's for a mean square over cells, where it is half the sum here
      'stochastic-smoothing-algorithm-s3/fisher': 1000 * 72 ** 2,
      'stochastic-smoothing-algorithm-s10/fisher': 1000 * 72 ** 2,
      'stochastic-smoothing-algorithm-s30/gauss-newton': 1000 * 72,
      'perturbed-fenchel-young-s10/hessian': 1000,
      'perturbed-fenchel-young-s10/fisher': 1000,
    };
    for (const [preset, lambda] of Object.entries(lambdas)) {
      expect(loadExperiment(`warcraft/paper-${preset}`).newton, preset).to.include({ lambda });
    }
  });

  it('damp a smoothed algorithm as the lambda of the paper damps a mean squared error over cells', async () => {
    const registry = await openRegistry();
    const {
      loss: { name, params },
      task,
    } = loadExperiment('warcraft/paper-stochastic-smoothing-algorithm-s10/none');
    const loss = await registry.create(name, params);
    const { y, targets } = loss.sample(createRng(2), 8);
    const e = loss.evaluate(y, targets, createRng(3));
    const cells = (task['size'] as number) ** 2;
    const share = 2 / cells; // of 1/2 |w - t|^2 that is its mean over cells without the half
    const scaled = (b: Batch): Batch => ({ ...b, data: b.data.map((x) => x * share) });
    const paper: Evaluation = {
      value: e.value.map((v) => v * share),
      gradient: () => scaled(e.gradient()),
      gaussNewton: () => scaled(e.gaussNewton!().blocks()),
    };
    for (const curvature of ['fisher', 'gauss-newton'] as const) {
      const { at, ...newton } = loadExperiment(`warcraft/paper-stochastic-smoothing-algorithm-s10/${curvature}`).newton;
      expect(at).to.equal('outputs');
      const [ours, theirs] = [
        newtonStep(e, { ...newton, curvature }),
        newtonStep(paper, { ...newton, curvature, lambda: 1000 }),
      ];
      const factor = curvature === 'fisher' ? share : 1; // a Fisher matrix has its square, a gradient itself
      const largest = Math.max(...ours.direction.data.map(Math.abs));
      ours.direction.data.forEach((d, k) =>
        expect(d, curvature).to.be.closeTo(theirs.direction.data[k] * factor, 1e-9 * largest)
      );
      expect(largest).to.be.above(0);
    }
  });

  it('are there for every method of Tables 2 and 3, as a baseline and with its Newton losses', () => {
    const networks = ['for', 'while'].flatMap((loop) =>
      ['l1', 'l2'].map((distance) => `bellman-ford-${loop}-${distance}`)
    );
    const perturbed = {
      'stochastic-smoothing': ['hessian', 'fisher'],
      'stochastic-smoothing-algorithm': ['fisher'],
      'perturbed-fenchel-young': ['hessian', 'fisher'],
    };
    const table = [
      ...networks.flatMap((network) =>
        [`paper-${network}`, `quick-${network}`].map((preset) => [preset, ['none', 'fisher', 'hessian']] as const)
      ),
      ...Object.entries(perturbed).flatMap(([loss, variants]) =>
        [`paper-${loss}-s3`, `paper-${loss}-s10`, `paper-${loss}-s30`, `quick-${loss}`].map(
          (preset) => [preset, ['none', ...variants]] as const,
        )
      ),
    ];
    for (const [preset, variants] of table) {
      expect(all.find(({ name }) => name === `warcraft/${preset}`)?.variants, preset).to.include.members([...variants]);
    }
    for (const samples of [3, 10, 30]) {
      expect(loadExperiment(`warcraft/paper-perturbed-fenchel-young-s${samples}/none`).loss.params).to.include({
        samples,
        sigma: 0.1,
      });
    }
  });
});
