import { defineOptimalValueLoss, gallery, lossProblems } from '../core/convex/index.js';

/**
 * The optimal value of a convex program, of which y is a parameter: value = min_x f(x, y) over the constraints.
 * Gradient by the envelope theorem, Hessian from the first-order changes of the solution. Targets are null: what is
 * learned is to make the optimum small.
 *
 * For most problems the gradient has kinks where a constraint becomes active; `smoothing` mu > 0 adds mu times the
 * barrier of the constraints to f, which makes the value a smooth function of y. With 0 it is the optimal value itself,
 * with the Hessian to about 1e-11 / z^2, z being the least multiplier of an active constraint. Problems of your own:
 * `defineOptimalValueLoss`.
 */
export default defineOptimalValueLoss({
  name: 'optimal-value',
  title: 'Optimal value of a convex program',
  parameters: {
    problem: { type: 'string', enum: lossProblems, default: 'simplex' },
    n: { type: 'integer', minimum: 1, maximum: 32, default: 4 },
  },
  map: ({ problem, n }) => gallery[problem](n),
});
