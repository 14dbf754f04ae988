import { defineSolutionLoss, gallery, lossProblems } from '../core/convex/index.js';

/**
 * A loss on the solution of a convex program, of which y is a parameter:
 *
 *     w(y)  = the solution of `problem` for y
 *     value = 1/2 |w(y) - t|^2  (squared)   or   <t, w(y)>  (linear, t the true costs)
 *
 * Gradient and Hessian are exact, by implicit differentiation of the optimality conditions, once and twice. The
 * solution map of most problems is piecewise smooth: where a constraint is just becoming active the derivatives are
 * those of one side; `smoothing` mu > 0 takes the point of the central path at mu instead, a smooth function of y.
 * Problems of your own: `defineSolutionLoss`.
 */
export default defineSolutionLoss({
  name: 'convex-layer',
  title: 'Loss of the solution of a convex program',
  source: 'Agrawal et al., Differentiable convex optimization layers, NeurIPS 2019; here also second derivatives',
  parameters: {
    problem: { type: 'string', enum: lossProblems, default: 'simplex' },
    n: { type: 'integer', minimum: 1, maximum: 32, default: 4 },
  },
  map: ({ problem, n }) => gallery[problem](n),
});
