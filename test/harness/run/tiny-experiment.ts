import { type Experiment, validExperiment } from '../../../harness/experiments/experiment.js';

/** Six steps that take a moment, with `changes` over it. */
export function tinyExperiment(changes: object = {}): Experiment {
  return validExperiment(
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
}
