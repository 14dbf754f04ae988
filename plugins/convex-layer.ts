import { zeros } from '../core/batch.js';
import { gallery, type LossProblem, lossProblems } from '../core/convex/gallery.js';
import { type Criterion, solutionLoss } from '../core/convex/solution-loss.js';
import { entriesOf } from '../core/convex/model/shape.js';
import { defineLoss } from '../core/define.js';

interface ConvexLayerParams {
  problem: LossProblem;
  n: number;
  criterion: Criterion;
  smoothing: number;
}

/**
 * A loss on the solution of a convex program, of which y is a parameter:
 *
 *     w(y)  = the solution of `problem` for y
 *     value = 1/2 |w(y) - t|^2  (squared)   or   <t, w(y)>  (linear, t the true costs)
 *
 * Gradient and Hessian are exact, by implicit differentiation of the optimality conditions, once and twice. The
 * solution map of most problems is piecewise smooth: where a constraint is just becoming active the derivatives are
 * those of one side; `smoothing` mu > 0 takes the point of the central path at mu instead, a smooth function of y.
 * Other problems than the gallery's: `solutionLoss`.
 */
export default defineLoss<number[], ConvexLayerParams>({
  name: 'convex-layer',
  title: 'Loss of the solution of a convex program',
  source: 'Agrawal et al., Differentiable convex optimization layers, NeurIPS 2019; here also second derivatives',
  params: {
    type: 'object',
    properties: {
      problem: { type: 'string', enum: lossProblems, default: 'simplex' },
      n: { type: 'integer', minimum: 1, maximum: 32, default: 4 },
      criterion: { type: 'string', enum: ['squared', 'linear'], default: 'squared' },
      smoothing: { type: 'number', minimum: 0, maximum: 1e6, default: 1e-3 },
    },
    required: ['problem', 'n', 'criterion', 'smoothing'],
    additionalProperties: false,
  },
  target: { type: 'array', items: { type: 'number' } },
  capabilities: {
    gradient: 'exact',
    hessian: 'exact',
    hvp: true,
    convex: false,
    nonnegative: true,
    deterministic: true,
    fisher: true,
  },

  create: ({ problem, n, criterion, smoothing }) => ({
    ...solutionLoss(gallery[problem](n), criterion, smoothing),
    capabilities: { nonnegative: criterion === 'squared' },
  }),

  sample({ problem, n }, rng, rows) {
    const y = zeros(rows, n);
    for (let k = 0; k < y.data.length; k++) y.data[k] = rng.normal();
    const size = entriesOf(gallery[problem](n).solution.shape);
    return { y, targets: Array.from({ length: rows }, () => Array.from({ length: size }, () => rng.uniform())) };
  },
});
