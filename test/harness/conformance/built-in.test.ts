import { expect } from 'chai';
import { modelConformance, taskConformance } from '../../../harness/conformance/suite.js';
import assignment from '../../../core/algorithms/assignment.js';
import digitMlp from '../../../harness/models/digit-mlp.js';
import { findModel } from '../../../harness/models/index.js';
import mlp from '../../../harness/models/mlp.js';
import reluPrograms from '../../../harness/models/relu-programs.js';
import { findTask } from '../../../harness/tasks/index.js';
import predictThenOptimise from '../../../harness/tasks/decisions/predict-then-optimise.js';
import mnistSort from '../../../harness/tasks/mnist-sort.js';
import randomRegression from '../../../harness/tasks/random-regression.js';
import warcraft from '../../../harness/tasks/warcraft/warcraft.js';
import { openRegistry } from '../../../node/open-registry.js';

/** Small sizes of tasks that are large, by name. */
const small: Readonly<Record<string, object>> = {
  'mnist-sort': { n: 3, digits: 1, pool: 7, evaluationSets: 4 },
  warcraft: { size: 3, train: 5, validation: 2, test: 3 },
};

const registry = await openRegistry();
for (const name of registry.taskNames) {
  await taskConformance(await findTask(registry, name), { params: small[name] ?? {} });
}
for (const name of registry.modelNames) await modelConformance(await findModel(registry, name));

await taskConformance(mnistSort, {
  params: { n: 3, digits: 2, pool: 4, layout: 'image', evaluationSets: 3, paperStream: true },
});
await taskConformance(warcraft, {
  params: { size: 2, train: 4, validation: 2, test: 2, supervision: 'costs', pool: 4, normalise: false },
});
await taskConformance(predictThenOptimise, { params: { algorithm: assignment({ n: 2 }), train: 9 } });
await taskConformance(randomRegression, { params: { samples: 7, inputs: 2, outputs: 3 } });
await modelConformance(digitMlp, { params: { encoder: [5], head: [] }, input: [2, 1, 4], outputs: 2 });
await modelConformance(mlp, { params: { hidden: [5, 3], activation: 'tanh' }, input: [2, 3, 2], outputs: 4 });
await modelConformance(reluPrograms, { params: { units: [3], deviation: 1 } });

describe('laws of tasks and models', () => {
  it('are kept by all that are built in', () => {
    expect(registry.taskNames).to.include.members(['mnist-sort', 'random-regression', 'warcraft']);
    expect(registry.modelNames).to.include.members(['linear', 'mlp']);
  });
});
