import { gridShortestPath as solver } from '../../../core/algorithm-losses/index.js';
import { type ParametersOf, parameters } from '../../../core/parameters.js';
import { defineTask } from '../define-task.js';
import { decisionTask, openDecisions } from './decisions.js';
import { instanceParameters } from './instances.js';

const own = {
  rows: { type: 'integer', minimum: 1, maximum: 100, default: 5, description: 'of the grid' },
  columns: { type: 'integer', minimum: 1, maximum: 100, default: 5, description: 'of the grid' },
  neighbours: {
    type: 'integer',
    enum: [4, 8],
    default: 4,
    description: 'cells that a path may go to from one',
  },
  ...instanceParameters,
} as const;
const params = parameters(own);

/**
 * Shortest paths from corner to corner of a grid whose costs are predicted (`drawInstances`): y (N, rows * columns),
 * row-major. Cells cost, not the steps between them as in PyEPO; negative predictions count as 0.
 */
export default defineTask({
  name: 'shortest-path',
  title: 'Shortest paths on a grid whose costs are predicted from features',
  params,
  ...decisionTask,
  algorithm: (given) => ({ name: solver.name, params: gridOf(given) }),

  async open(given, { rng, signal }) {
    signal?.throwIfAborted();
    return openDecisions(solver(gridOf(given)), given.rows * given.columns, given, rng);
  },
});

type Grid = Pick<ParametersOf<typeof own>, 'rows' | 'columns' | 'neighbours'>;

function gridOf({ rows, columns, neighbours }: Grid): Grid {
  return { rows, columns, neighbours };
}
