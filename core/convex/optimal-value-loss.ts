import { type Batch, row, zeros } from '../batch.js';
import { dense, once } from '../matrices.js';
import type { Loss } from '../loss.js';
import { barrierValue } from './barrier-value.js';
import type { SparseMatrix } from './linear-algebra/sparse.js';
import { checkParameter } from './model/parameters.js';
import { entriesOf } from './model/shape.js';
import { checkMap, type ValueMap } from './solution-map.js';
import { solutionAt } from './solved.js';
import { Solver } from './solver/solver.js';
import { type DataChange, onPattern, type SolutionChange, type SolutionDerivative } from './solver/linearisation.js';

/**
 * The optimal value p(y) of a convex problem as a function of its parameter y. By the envelope theorem, with the
 * Lagrangian L = 1/2 x^T P x + q^T x + z^T (A x - b) at the solution,
 *
 *     gradient = d L / d y,    Hessian = the change of d L / d y with the first-order changes of x and z
 *
 * so that no derivative of the solution is needed for the gradient, and no second one for the Hessian. With `smoothing`
 * mu > 0 the value is that of the problem with mu times the barrier of its constraints added, a smooth function, and
 * the formulas hold at its solution, the point of the central path at mu; for mu = 0 they hold where p has such
 * derivatives.
 */
export function optimalValueLoss(map: ValueMap, smoothing = 0): Loss<null> {
  checkMap('optimal value', map);
  const { problem: { canonical, sense }, parameter } = map;
  const { P, A, cones } = canonical.structure;
  const solver = new Solver(canonical.structure, { tolerance: 1e-9 });
  const m = entriesOf(parameter.shape);
  const sign = sense === 'minimize' ? 1 : -1;
  const unit = Array.from({ length: m }, (_, k) => canonical.pushForward(unitVector(m, k)));

  const pointAt = (theta: Float64Array, i: number): Point => {
    checkParameter(parameter, theta);
    const path = solutionAt('optimal value', solver, canonical, { theta, sample: i, smoothing });
    return { theta, path, at: smoothing > 0 ? path : limitOf(path, P, A) };
  };
  const value = ({ theta, at }: Point): number => {
    const barrier = smoothing > 0 ? smoothing * barrierValue(cones, at.s, at.z, smoothing) : 0;
    return canonical.asWritten(canonical.value.at(at.x, theta) + barrier);
  };
  const gradient = ({ theta, at }: Point): Float64Array => {
    const ofConstant = canonical.value.constantGradient(theta);
    return canonical.pullBack(lagrangian(P, A, at, at)).map((slope, k) => sign * (slope + ofConstant[k]));
  };
  const hessian = ({ path, at }: Point): Float64Array => {
    const out = new Float64Array(m * m);
    unit.forEach((change, a) => {
      const d = path.tangent(change);
      const [forward, back] = [lagrangian(P, A, at, d), lagrangian(P, A, d, at)];
      const both = { P: plus(forward.P, back.P), q: d.x, A: plus(forward.A, back.A), b: d.z.map((slope) => -slope) };
      const ofConstant = canonical.value.changeOfConstantGradient(unitVector(m, a));
      canonical.pullBack(both).forEach((slope, b) => (out[a * m + b] = sign * (slope + ofConstant[b])));
    });
    return out;
  };

  return {
    outputs: m,
    evaluate(y) {
      const points = Array.from({ length: y.rows }, (_, i) => pointAt(row(y, i), i));
      const each = (cols: number, of: (point: Point) => Float64Array): Batch => {
        const out = zeros(y.rows, cols);
        points.forEach((point, i) => row(out, i).set(of(point)));
        return out;
      };
      return {
        value: Float64Array.from(points, value),
        gradient: () => each(m, gradient),
        hessian: once(() => dense(each(m * m, hessian))),
      };
    },
  };
}

/** A sample solved. */
interface Point {
  readonly theta: Float64Array;
  /** On the central path. */
  readonly path: SolutionDerivative;
  /** The solution that the formulas hold at. */
  readonly at: SolutionChange;
}

/**
 * The solution, from the point of the central path at the least mu > 0 and its tangent: s = -mu grad f*(z), so that as
 * mu goes to 0 s changes by -s besides what follows from dz. The error is of order mu^2, that of the point itself of
 * order mu.
 */
function limitOf(path: SolutionDerivative, P: SparseMatrix, A: SparseMatrix): SolutionChange {
  const [dP, dA] = [P, A].map(({ index }) => new Float64Array(index.length));
  const d = path.tangent({ P: dP, q: new Float64Array(P.cols), A: dA, b: path.s });
  return { x: plus(path.x, d.x), s: d.s, z: plus(path.z, d.z) };
}

function unitVector(m: number, k: number): Float64Array {
  const unit = new Float64Array(m);
  unit[k] = 1;
  return unit;
}

/**
 * What the Lagrangian changes by with each entry of the data: x x^T / 2, x, z x^T and -z, one factor from each of two
 * points.
 */
function lagrangian(P: SparseMatrix, A: SparseMatrix, left: SolutionChange, right: SolutionChange): DataChange {
  return {
    P: onPattern(P, (i, j) => (i === j ? 0.5 : 1) * left.x[i] * right.x[j]),
    q: right.x,
    A: onPattern(A, (i, j) => left.z[i] * right.x[j]),
    b: right.z.map((value) => -value),
  };
}

function plus(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, k) => value + b[k]);
}
