import { type Batch, row, zeros } from '../batch.js';
import { dense, once } from '../matrices.js';
import type { Evaluation, Loss } from '../loss.js';
import { dot } from '../linear-algebra/vectors.js';
import { checkMap, type SolutionMap } from './solution-map.js';
import { solutionAt } from './solved.js';
import { checkParameter } from './model/parameters.js';
import { entriesOf } from './model/shape.js';
import { Solver } from './solver/solver.js';
import type { SolutionChange, SolutionDerivative } from './solver/linearisation.js';

/** How a solution w is judged by a target t: `squared`, 1/2 |w - t|^2, or `linear`, <t, w> for true costs t. */
export type Criterion = 'squared' | 'linear';

/**
 * A loss on the solution w(y) of a convex problem as a function of its parameter y,
 *
 *     value = d(w(y), t),    gradient = J^T d'(w),    Hessian = J^T d''(w) J + sum_k d'(w)_k H_k
 *
 * with the Jacobian J and the Hessians H_k of w from the optimality conditions (`Sensitivity`). With `smoothing` mu >
 * 0, w is the point of the central path at mu, of which value and derivatives are those of a smooth function; with 0, w
 * has kinks where constraints become active.
 */
export function solutionLoss(
  map: SolutionMap,
  criterion: Criterion,
  smoothing: number,
): Loss<number[]> {
  checkMap('convex layer', map);
  const { problem: { canonical }, parameter, solution } = map;
  const solver = new Solver(canonical.structure, { tolerance: 1e-9 });
  const m = entriesOf(parameter.shape);
  const { index, scale } = canonical.variable(solution);
  const unitVector = (k: number): Float64Array => Float64Array.from({ length: m }, (_, j) => (j === k ? 1 : 0));
  const unit = Array.from({ length: m }, (_, k) => canonical.pushForward(unitVector(k)));

  const read = (x: Float64Array): Float64Array => Float64Array.from(index, (at, k) => scale[k] * x[at]);
  const slope = (at: SolutionDerivative, t: readonly number[]): Float64Array =>
    criterion === 'linear' ? Float64Array.from(t) : read(at.x).map((w, k) => w - t[k]);
  const cotangent = (at: SolutionDerivative, t: readonly number[]): SolutionChange => {
    const x = new Float64Array(at.x.length);
    slope(at, t).forEach((value, k) => (x[index[k]] += scale[k] * value));
    return { x, s: new Float64Array(at.s.length), z: new Float64Array(at.z.length) };
  };
  const value = (at: SolutionDerivative, t: readonly number[]): number => {
    const d = slope(at, t);
    return criterion === 'linear' ? dot(d, read(at.x)) : dot(d, d) / 2;
  };
  const gaussNewton = (J: readonly Float64Array[]): Float64Array =>
    Float64Array.from({ length: m * m }, (_, k) => dot(J[Math.floor(k / m)], J[k % m]));
  const hessian = (at: SolutionDerivative, t: readonly number[]): Float64Array => {
    const { form, tangents } = at.curvature(cotangent(at, t), unit);
    if (criterion === 'linear') return form;
    const square = gaussNewton(tangents.map(({ x }) => read(x)));
    return form.map((entry, k) => entry + square[k]);
  };

  return {
    outputs: m,
    reject: (t) => (t.length === index.length ? undefined : `should have ${index.length} entries, got ${t.length}`),
    evaluate(y, targets): Evaluation {
      const points = Array.from({ length: y.rows }, (_, i) => {
        const theta = row(y, i);
        checkParameter(parameter, theta);
        return solutionAt('convex layer', solver, canonical, { theta, sample: i, smoothing });
      });
      const each = (cols: number, of: (at: SolutionDerivative, t: readonly number[]) => Float64Array): Batch => {
        const out = zeros(y.rows, cols);
        points.forEach((at, i) => row(out, i).set(of(at, targets[i])));
        return out;
      };
      const evaluation: Evaluation = {
        value: Float64Array.from(points, (at, i) => value(at, targets[i])),
        gradient: () => each(m, (at, t) => canonical.pullBack(at.adjoint(cotangent(at, t)))),
      };
      const curved = { ...evaluation, hessian: once(() => dense(each(m * m, hessian))) };
      if (criterion === 'linear') return curved;
      const jacobian = (at: SolutionDerivative): Float64Array[] => unit.map((change) => read(at.tangent(change).x));
      return { ...curved, gaussNewton: () => each(m * m, (at) => gaussNewton(jacobian(at))) };
    },
  };
}
