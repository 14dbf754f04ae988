import { costSign, solveExactly, topK } from '../core/algorithm-losses/index.js';
import { algorithmSchema, copyOf, defineLoss, outputsTarget, parameters, row, zeros } from '../core/index.js';

/**
 * SPO+: a convex bound on the regret <c, w(y)> - <c, w(c)>, what the solution of predicted costs y costs more than the
 * best under the true costs c, which are the target.
 *
 *     value    = -z(2 y - c) + 2 <y, w(c)> - z(c) = <2 y - c, w(c) - w(2 y - c)>       z(q) = min_w <q, w>
 *     gradient = 2 (w(c) - w(2 y - c))                                                 a subgradient
 *
 * For scores that are maximised all signs turn. It is 0 where 2 y - c has the solution of c. Of an algorithm that
 * counts negative costs as 0, cells where 2 y < c join the solution of 2 y - c (`solveExactly`): the loss stays convex
 * and a bound, and is SPO+ itself where no cost is negative. Two solutions a sample.
 */
export default defineLoss({
  name: 'spo-plus',
  title: 'SPO+',
  source: "Elmachtoub and Grigas, Smart 'Predict, then Optimize', Management Science 68, 2022",
  params: parameters({ algorithm: algorithmSchema(topK) }),
  target: { ...outputsTarget, description: 'the true costs, or scores' },
  capabilities: { gradient: 'subgradient', hessian: 'none', convex: true, nonnegative: true },

  create({ algorithm }) {
    const sign = costSign(algorithm);
    return {
      ...(algorithm.inputs !== undefined && { outputs: algorithm.inputs }),
      reject: (c, m) => (c.length === m ? undefined : `should have ${m} entries, the true costs, got ${c.length}`),
      evaluate(y, targets) {
        const { rows, cols } = y;
        const costs = zeros(2 * rows, cols);
        targets.forEach((c, i) => costs.data.set(c, (rows + i) * cols));
        for (let k = 0; k < y.data.length; k++) costs.data[k] = 2 * y.data[k] - costs.data[y.data.length + k];
        const { w } = solveExactly(algorithm, costs);
        const gradient = zeros(rows, cols);
        for (let k = 0; k < y.data.length; k++) gradient.data[k] = 2 * sign * (w.data[y.data.length + k] - w.data[k]);
        return {
          value: Float64Array.from(
            { length: rows },
            (_, i) => row(costs, i).reduce((sum, q, j) => sum + 0.5 * q * row(gradient, i)[j], 0),
          ),
          gradient: () => copyOf(gradient),
        };
      },
    };
  },

  sample: ({ algorithm: { plugin, params } }, rng, rows, m) => {
    const y = plugin.sample(params, rng, rows, m);
    const c = plugin.sample(params, rng, rows, m);
    return { y, targets: Array.from({ length: rows }, (_, i) => [...row(c, i)]) };
  },
});
