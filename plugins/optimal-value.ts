import { zeros } from '../core/batch.js';
import { gallery, type LossProblem, lossProblems } from '../core/convex/gallery.js';
import { optimalValueLoss } from '../core/convex/optimal-value-loss.js';
import { defineLoss } from '../core/define.js';

interface OptimalValueParams {
  problem: LossProblem;
  n: number;
  smoothing: number;
}

/**
 * The optimal value of a convex program, of which y is a parameter: value = min_x f(x, y) over the constraints.
 * Gradient by the envelope theorem, Hessian from the first-order changes of the solution. Targets are null: what is
 * learned is to make the optimum small.
 *
 * For most problems the gradient has kinks where a constraint becomes active; `smoothing` mu > 0 adds mu times the
 * barrier of the constraints to f, which makes the value a smooth function of y. With 0 it is the optimal value itself,
 * with the Hessian to about 1e-11 / z^2, z being the least multiplier of an active constraint.
 */
export default defineLoss<null, OptimalValueParams>({
  name: 'optimal-value',
  title: 'Optimal value of a convex program',
  source: 'Fiacco, Introduction to Sensitivity and Stability Analysis in Nonlinear Programming, 1983, section 3.4',
  params: {
    type: 'object',
    properties: {
      problem: { type: 'string', enum: lossProblems, default: 'simplex' },
      n: { type: 'integer', minimum: 1, maximum: 32, default: 4 },
      smoothing: { type: 'number', minimum: 0, maximum: 1e6, default: 1e-3 },
    },
    required: ['problem', 'n', 'smoothing'],
    additionalProperties: false,
  },
  target: { type: 'null', nullable: true },
  capabilities: {
    gradient: 'exact',
    hessian: 'exact',
    hvp: true,
    convex: false,
    nonnegative: false,
    deterministic: true,
    fisher: true,
  },
  create: ({ problem, n, smoothing }) => optimalValueLoss(gallery[problem](n), smoothing),
  sample({ n }, rng, rows) {
    const y = zeros(rows, n);
    for (let k = 0; k < y.data.length; k++) y.data[k] = rng.normal();
    return { y, targets: Array.from({ length: rows }, () => null) };
  },
});
