import { knapsack as solver } from '../../../core/algorithm-losses/index.js';
import { type ParametersOf, parameters } from '../../../core/parameters.js';
import { defineTask } from '../define-task.js';
import { decisionTask, openDecisions } from './decisions.js';
import { algorithmStream, instanceParameters } from './instances.js';

const own = {
  items: { type: 'integer', minimum: 1, maximum: 10_000, default: 16, description: 'whose values are predicted' },
  capacityShare: {
    type: 'number',
    exclusiveMinimum: 0,
    maximum: 1,
    default: 0.5,
    description: 'what the knapsack holds of what all items weigh, rounded down',
  },
  ...instanceParameters,
} as const;
const params = parameters(own);

/**
 * Knapsacks of which the values are predicted (`drawInstances`): y (N, items). Weights are whole numbers, 3 to 8, drawn
 * once by the data's seed, the same for every sample.
 */
export default defineTask({
  name: 'knapsack',
  title: 'Knapsacks whose values are predicted from features',
  params,
  ...decisionTask,
  algorithm: (given) => ({ name: solver.name, params: sizesOf(given) }),

  async open(given, { rng, signal }) {
    signal?.throwIfAborted();
    return openDecisions(solver(sizesOf(given)), given.items, given, rng);
  },
});

const [LIGHTEST, HEAVIEST] = [3, 8];

function sizesOf(
  { items, capacityShare, dataSeed }: ParametersOf<typeof own>,
): { weights: number[]; capacity: number } {
  const rng = algorithmStream(dataSeed);
  const weights = Array.from({ length: items }, () => LIGHTEST + rng.integer(HEAVIEST - LIGHTEST + 1));
  return { weights, capacity: Math.floor(capacityShare * weights.reduce((sum, weight) => sum + weight, 0)) };
}
