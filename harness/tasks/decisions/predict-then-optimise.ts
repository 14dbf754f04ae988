import { topK } from '../../../core/algorithm-losses/index.js';
import { algorithmSchema } from '../../../core/algorithms/algorithm-parameter.js';
import { LossError } from '../../../core/errors.js';
import { parameters } from '../../../core/parameters.js';
import { defineTask } from '../define-task.js';
import { decisionTask, openDecisions } from './decisions.js';
import { instanceParameters } from './instances.js';

/**
 * Decisions of any algorithm whose costs are predicted (`drawInstances`): y (N, m) with the number m of costs that the
 * algorithm takes, or else `costs`. The tasks `knapsack` and `shortest-path` are this one with instances of their own.
 */
export default defineTask({
  name: 'predict-then-optimise',
  title: 'Decisions of any algorithm whose costs are predicted from features',
  params: parameters({
    algorithm: algorithmSchema(topK, 'what decides by the predicted costs'),
    costs: {
      type: 'integer',
      minimum: 1,
      maximum: 10_000,
      default: 10,
      description: 'of a decision, where the algorithm takes any number',
    },
    ...instanceParameters,
  }),
  ...decisionTask,
  algorithm: ({ algorithm }) => algorithm,

  async open({ algorithm, costs, ...given }, { rng, signal }) {
    signal?.throwIfAborted();
    const m = algorithm.inputs ?? costs;
    const n = algorithm.outputs(m);
    if (n === m) return openDecisions(algorithm, m, given, rng);
    throw new LossError(
      'PARAMS',
      `predict-then-optimise: expected an algorithm whose solutions have an entry a cost, ${m} here, ` +
        `got ${algorithm.plugin.name} with ${n}`,
    );
  },
});
