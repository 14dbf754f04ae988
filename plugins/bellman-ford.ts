import { gridShortestPath } from '../core/algorithm-losses/index.js';
import { batchOf, copyOf, defineLoss, parameters, row, checkBatch, checkFinite, fillParams } from '../core/index.js';
import { type BellmanFordParams, evaluateBellmanFord, softPaths } from './bellman-ford/evaluate.js';

/**
 * The shortest path on a grid with vertex costs y, from its top left to its bottom right cell over eight neighbours,
 * relaxed. Distances after sweep t, with u_k the distances of the neighbours of cell v after sweep t - 1, infinite
 * where there is no neighbour:
 *
 *     pi_k = softmin_k(beta u),     d_v = sum_k pi_k u_k + y_v,     d = 0 at the source, which alone is at 0 before the first sweep
 *
 * then a walk of mass 1 from the target back along pi of the last sweep, whose steps join the mass at each cell to its
 * path:
 *
 *     path_v := path_v (+) mass_v,     mass_w := sum of mass_v pi_k over cells v and directions k that lead from v to w
 *
 *     (+)    probabilistic  a + b - a b
 *            hamacher       (a + b + (p - 2) a b) / (1 + (p - 1) a b),  p = params.hamacher > 0; p = 1 is the probabilistic one
 *            yager          min(1, a + b)
 *
 *     value = mean over cells of |path_v - t_v| (l1) or its square (l2), t the path as a mask, row-major, both ends included
 *
 * Sweeps and steps are `iterations` in number: paths of more cells cannot be represented. Loop `while` takes each step
 * with the chance p that all before it were taken and sigmoid(beta (1 - path[source])), until p <= 1e-5: its path is
 * the expected one, and a sample's end does not depend on others. `absorbSource` ends the walk at the source; without
 * it, as in the original, mass walks on and leaves cells beside the source on the path. With it, path tends to the
 * shortest path for large beta, where that has at most `iterations` cells.
 *
 * Infinity stands for itself: an unreached neighbour has weight 0 beside a reached one. Cells with unreached neighbours
 * alone weigh these by what they are above infinity, as they would with a large number in exact arithmetic.
 *
 * The gradient goes back through walk and sweeps; `hessian().times` is the derivative of both along a vector, exact, at about twice
 * the cost of value and gradient; a Newton loss takes the batch's Hessian from a few such products (option `products`).
 * For l2 there is also the Gauss-Newton matrix 2/m sum_v J_v J_v^T by its factors, J_v the gradient of path_v, one pass
 * back a cell on the path; l1 has none, as its own curvature is 0. Value and gradient O(iterations m), less what no
 * mass or change of distances touches.
 */
const plugin = defineLoss({
  name: 'bellman-ford',
  title: 'Relaxed Bellman-Ford algorithm on a grid',
  source: 'Petersen et al., Learning with Algorithmic Supervision via Continuous Relaxations, NeurIPS 2021; ' +
    'setting: Petersen et al., Newton Losses, NeurIPS 2024, section 4.2',
  params: parameters({
    rows: { type: 'integer', minimum: 1, maximum: 4096, default: 12 },
    columns: { type: 'integer', minimum: 1, maximum: 4096, default: 12 },
    loop: { type: 'string', enum: ['for', 'while'], default: 'for' },
    distance: { type: 'string', enum: ['l1', 'l2'], default: 'l2' },
    beta: {
      type: 'number',
      exclusiveMinimum: 0,
      default: 10,
      description: 'inverse temperature of softmin and while',
    },
    iterations: {
      type: 'integer',
      minimum: 1,
      maximum: 100_000,
      default: 18,
      description: 'sweeps, steps of the walk (at most), cells of a path',
    },
    tConorm: { type: 'string', enum: ['probabilistic', 'hamacher', 'yager'], default: 'probabilistic' },
    hamacher: { type: 'number', exclusiveMinimum: 0, default: 2, description: 'p of the conorm hamacher' },
    absorbSource: {
      type: 'boolean',
      default: true,
      description: 'false: the original, with spurious cells beside the source',
    },
  }),
  target: { type: 'array', items: { type: 'number', minimum: 0, maximum: 1 }, minItems: 1 },
  capabilities: { hessian: 'products', nonnegative: true },

  create: (params) => ({
    outputs: params.rows * params.columns,
    reject: (
      target,
      m,
    ) => (target.length === m ? undefined : `should have ${m} entries, one a cell, got ${target.length}`),
    evaluate: (y, targets) => evaluateBellmanFord(params, y, targets),
  }),

  /** Shortest paths of random costs, and these costs as a network might see them. */
  sample({ rows, columns }, rng, count) {
    const algorithm = gridShortestPath({ rows, columns });
    const costs = algorithm.plugin.sample(algorithm.params, rng, count);
    for (let k = 0; k < costs.data.length; k++) costs.data[k] /= 3;
    const { w } = algorithm.solveBatch(costs);
    const y = copyOf(costs);
    for (let k = 0; k < y.data.length; k++) y.data[k] *= Math.exp(0.3 * rng.normal());
    return { y, targets: Array.from({ length: count }, (_, i) => Array.from(row(w, i))) };
  },
});

export default plugin;

/**
 * The soft path for the costs of a grid, row-major. NONFINITE where costs are, or beta times the length of a path
 * overflows.
 */
export function softPath(costs: ArrayLike<number>, params: Partial<BellmanFordParams> = {}): Float64Array {
  const filled = fillParams(plugin, params);
  const y = batchOf([costs]);
  checkBatch('softPath', 'costs', y, 1, filled.rows * filled.columns);
  const path = softPaths(filled, y);
  checkFinite('softPath', 'the path', path.data, path.cols);
  return path.data;
}
