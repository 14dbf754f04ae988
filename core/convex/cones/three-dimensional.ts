import type { Barrier } from './barrier.js';
import { BarrierPoint } from './barrier-point.js';
import type { Cone } from './cone.js';
import { secantScaling } from './secant-scaling.js';
import { dot, multiply } from './vector3.js';

/** Relative to |v|^2, the least mu of a projection. */
const LEAST_MU = 1e-14;

/**
 * A cone of three dimensions that is not symmetric. Its scaling meets the secant conditions H z = s and H z~ = s~ for
 * the shadow iterates s~ = -grad f*(z), z~ = -grad f(s), and is otherwise nearest to mu hess f*(z) (Dahl and Andersen,
 * A primal-dual interior-point algorithm for nonsymmetric exponential-cone optimization, Math. Program. 194, 2022,
 * section 5).
 */
export function threeDimensionalCone(barrier: Barrier): Cone {
  const V = new Float64Array(9);
  const inverse = new Float64Array(9);
  const local = new BarrierPoint(barrier);
  const shadow = new Float64Array(3);
  const [a, b] = [new Float64Array(3), new Float64Array(3)];
  const hessianFactor = new Float64Array(9);
  const hessianInverse = new Float64Array(9);
  const lambda = new Float64Array(3);
  let pathMu = 1;

  return {
    size: 3,
    degree: 3,
    symmetric: false,
    separable: false,
    centre(s, z) {
      s.set(barrier.centre);
      z.set(barrier.centre);
    },
    margin: () => NaN,
    shift: () => undefined,
    scale(s, z, mu) {
      if (!barrier.inside(s) || !barrier.insideDual(z)) return false;
      local.at(z);
      barrier.conjugatePoint(s, shadow);
      return secantScaling(s, z, local.gradient, shadow, local.hessian(), V, inverse)
        || local.factorise(mu, V, inverse);
    },
    project(v, mu, s, z) {
      if (!barrier.insideDual(z)) z.set(barrier.centre);
      pathMu = Math.max(mu, LEAST_MU * dot(v, v));
      nearestOnPath(local, barrier.centre, v, pathMu, z);
      for (let i = 0; i < 3; i++) s[i] = z[i] + v[i];
      local.settle(pathMu, s);
      return local.factorise(pathMu, V, inverse, lambda);
    },
    scaledPoint: (out) => out.set(lambda),
    times: (v, out) => multiply(V, 3, 1, v, out),
    divide: (v, out) => multiply(inverse, 3, 1, v, out),
    divideTransposed: (v, out) => multiply(inverse, 1, 3, v, out),
    curve(u, v, out) {
      multiply(inverse, 1, 3, u, a);
      multiply(inverse, 1, 3, v, b);
      local.third(a, b, shadow);
      multiply(inverse, 3, 1, shadow, out);
      for (let i = 0; i < 3; i++) out[i] *= pathMu;
    },
    combine(s, z, ds, dz, sigmaMu, d) {
      local.at(z);
      b.fill(0);
      if (local.factorise(1, hessianFactor, hessianInverse)) {
        multiply(hessianInverse, 3, 1, ds, a);
        multiply(hessianInverse, 1, 3, a, d);
        local.third(dz, d, b);
      }
      for (let i = 0; i < 3; i++) d[i] = s[i] + sigmaMu * local.gradient[i] - 0.5 * b[i];
    },
    step(s, ds, z, dz, limit) {
      let t = limit;
      const along = (x: Float64Array, dx: Float64Array): Float64Array => {
        for (let i = 0; i < 3; i++) a[i] = x[i] + t * dx[i];
        return a;
      };
      while (t > 1e-12 && !barrier.inside(along(s, ds))) t *= 0.8;
      while (t > 1e-12 && !barrier.insideDual(along(z, dz))) t *= 0.8;
      return t > 1e-12 ? t : 0;
    },
    barrier(s, z) {
      if (!barrier.inside(s) || !barrier.insideDual(z)) return Infinity;
      barrier.conjugatePoint(s, shadow);
      return local.at(z).value() - local.at(shadow).value();
    },
  };
}

/**
 * z := the minimiser of mu f*(z) + 1/2 |z|^2 + <v, z>, where z + v = -mu grad f*(z): by Newton's method from the z
 * given, if it is near the path for a mu that suits it, or from sqrt(mu) times the centre for mu = |v|^2, which always
 * is; then for smaller mu down to that asked for. `local` is left there.
 */
function nearestOnPath(
  local: BarrierPoint,
  centre: readonly number[],
  v: Float64Array,
  mu: number,
  z: Float64Array,
): void {
  local.at(z);
  let t = Math.max(mu, Math.abs(dot(z, z) + dot(z, v)) / 3);
  if (local.vague() || !(newtonStep(local, v, t, z, new Float64Array(3)) < NEAR)) {
    t = Math.max(mu, dot(v, v));
    for (let i = 0; i < 3; i++) z[i] = Math.sqrt(t) * centre[i];
    local.at(z);
  }
  for (;; t = Math.max(mu, t / 8)) {
    centreAt(local, v, t, z, t === mu ? 1e-15 : 0.1);
    if (t === mu) return;
  }
}

/** Newton's decrement, squared, from which the central path is within a few full steps. */
const NEAR = 0.25;

/**
 * Damped Newton steps for one mu until the decrement is at most `tolerance`; they stay in Dikin's ellipsoid (Nesterov,
 * Lectures on Convex Optimization, section 5.2), so that psi shrinks by no large factor.
 */
function centreAt(local: BarrierPoint, v: Float64Array, mu: number, z: Float64Array, tolerance: number): void {
  const step = new Float64Array(3);
  for (let k = 0; k < 60; k++) {
    const decrement = Math.sqrt(newtonStep(local, v, mu, z, step));
    if (!(decrement > 0)) return;
    const t = decrement < 0.25 ? 1 : 1 / (1 + decrement);
    for (let i = 0; i < 3; i++) step[i] *= t;
    for (let i = 0; i < 3; i++) z[i] += step[i];
    local.move(step);
    if (decrement <= tolerance) return;
  }
}

/** The Newton step at z; returns its decrement, squared, in the units of f*. */
function newtonStep(local: BarrierPoint, v: Float64Array, mu: number, z: Float64Array, step: Float64Array): number {
  const residual = new Float64Array(3);
  for (let i = 0; i < 3; i++) residual[i] = -(mu * local.gradient[i] + z[i] + v[i]);
  local.solveDamped(mu, residual, step);
  return dot(residual, step) / mu;
}
