import {
  costSign,
  distanceSchema,
  sampleSolutions,
  solutionDistanceGradients,
  solutionDistances,
  solutionSchema,
  solutionTargets,
  topK,
} from '../core/algorithm-losses/index.js';
import { algorithmSchema, copyOf, defineLoss, parameters, zeros } from '../core/index.js';

/**
 * The distance d of the hard solution from the target, with the gradient of an interpolation of it: one more solution,
 * of costs that were moved the way that makes the distance cost something.
 *
 *     value    = d(w(y), t)
 *     y'       = y + lambda d'(w(y), t)          (scores that are maximised: -)
 *     gradient = (w(y') - w(y)) / lambda         (scores that are maximised: -)
 *
 * For the Hamming distance, linear in w, this is the derivative of
 *
 *     d_lambda(y) = (min_w (<y, w> + lambda d(w, t)) - min_w <y, w>) / lambda <= d(w(y), t)
 *
 * which is continuous, piecewise linear, 0 exactly where t is optimal (of targets that are solutions), and d(w(y), t)
 * where y' has the same solution; another distance is linearised at w(y) first. An algorithm that counts negative costs
 * as 0 counts those of y' as 0, as the paper does.
 *
 * lambda is in units of y for one sample's distance. The paper's 20, for the mean over a batch of 70, is 20 / 70 here.
 * Two solutions a sample.
 */
export default defineLoss({
  name: 'blackbox',
  title: 'Blackbox differentiation',
  source: 'Vlastelica et al., Differentiation of Blackbox Combinatorial Solvers, ICLR 2020, Algorithm 1',
  params: parameters({
    algorithm: algorithmSchema(topK),
    lambda: {
      type: 'number',
      exclusiveMinimum: 0,
      default: 1,
      description: 'how far costs are moved; larger is smoother',
    },
    distance: { ...distanceSchema, default: 'hamming' },
  }),
  target: solutionSchema,
  capabilities: { gradient: 'surrogate', hessian: 'none', nonnegative: true },

  create({ algorithm, lambda, distance }) {
    const sign = costSign(algorithm);
    return {
      ...solutionTargets(algorithm, distance),
      evaluate(y, targets) {
        const { w } = algorithm.solveBatch(y);
        return {
          value: solutionDistances(distance, w, targets),
          gradient() {
            const moved = copyOf(y);
            const slope = solutionDistanceGradients(distance, w, targets);
            for (let k = 0; k < moved.data.length; k++) moved.data[k] += sign * lambda * slope.data[k];
            const g = zeros(y.rows, y.cols);
            const { w: after } = algorithm.solveBatch(moved);
            for (let k = 0; k < g.data.length; k++) g.data[k] = (sign * (after.data[k] - w.data[k])) / lambda;
            return g;
          },
        };
      },
    };
  },

  sample: ({ algorithm }, rng, rows, m) => sampleSolutions(algorithm, rng, rows, m),
});
