import type { Cone } from './cone.js';

/**
 * A barrier f* of three variables of degree 3 on the interior of a dual cone, f*(z) = -log psi(z) - sum_i c_i log
 * |z_i|.
 */
export interface Barrier {
  /** Strictly inside the cone; strictly inside its dual. */
  inside(s: Float64Array): boolean;
  insideDual(z: Float64Array): boolean;
  /** c */
  readonly logs: readonly [number, number, number];
  /** psi(z), its gradient (3) and Hessian (3, 3). */
  psi(z: Float64Array, gradient: Float64Array, hessian: Float64Array): number;
  /** psi(z + d) - psi(z), to the digits of d; NaN where z + d is not in the domain of the logarithms. */
  change(z: Float64Array, d: Float64Array): number;
  /** The third derivative of psi along u and v: (3). */
  third(z: Float64Array, u: Float64Array, v: Float64Array, out: Float64Array): void;
  /** z with -grad f*(z) = s. */
  conjugatePoint(s: Float64Array, z: Float64Array): void;
  /** s with -grad f*(s) = s. */
  readonly centre: readonly [number, number, number];
}

/** Relative distance from the central path below which the secant conditions say nothing. */
const CENTRAL = 1.5e-8;

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
  const local = localOf(barrier);
  const shadow = new Float64Array(3);
  const [a, b] = [new Float64Array(3), new Float64Array(3)];
  const hessianFactor = new Float64Array(9);
  const hessianInverse = new Float64Array(9);
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
      return local.factorise(pathMu, V, inverse);
    },
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

/** A barrier at one point. */
interface Local {
  at(z: Float64Array): Local;
  /** Goes on by a small step. Where z is too near to the boundary to say what psi is, psi is known by its changes. */
  move(step: Float64Array): Local;
  /** On the central path, where s = -mu grad f*, takes psi from s: to all digits, which near the boundary z does not say. */
  settle(mu: number, s: Float64Array): void;
  /** Whether psi is hardly more than its rounding. */
  vague(): boolean;
  value(): number;
  /** grad f* */
  readonly gradient: Float64Array;
  /** hess f*, (3, 3) */
  hessian(): Float64Array;
  /** mu hess f* = V V^T, and V^-1. False where rounding has eaten it. */
  factorise(mu: number, V: Float64Array, inverse: Float64Array): boolean;
  /** out := (I + mu hess f*)^-1 x */
  solveDamped(mu: number, x: Float64Array, out: Float64Array): void;
  /** D^3 f*[u, v] */
  third(u: Float64Array, v: Float64Array, out: Float64Array): void;
}

function localOf(barrier: Barrier): Local {
  const z = new Float64Array(3);
  const p = new Float64Array(3);
  const Q = new Float64Array(9);
  const C = new Float64Array(9);
  const gradient = new Float64Array(3);
  const hessian = new Float64Array(9);
  const [M, L, T] = [new Float64Array(9), new Float64Array(9), new Float64Array(9)];
  let psi = 1;
  /** How wrong psi may be, in units of rounding. */
  let doubt = 0;
  const self: Local = {
    at(point) {
      z.set(point);
      psi = barrier.psi(z, p, Q);
      doubt = length(p) * length(z);
      return withGradient();
    },
    move(step) {
      const carried = psi + barrier.change(z, step);
      for (let i = 0; i < 3; i++) z[i] += step[i];
      psi = barrier.psi(z, p, Q);
      const afresh = length(p) * length(z);
      doubt += length(p) * length(step);
      if (afresh <= doubt) doubt = afresh;
      else psi = carried;
      return withGradient();
    },
    settle(mu, s) {
      let along = 0;
      for (let i = 0; i < 3; i++) along += p[i] * (s[i] - mu * perPower(barrier.logs[i], z[i], 1));
      const found = (mu * dot(p, p)) / along;
      if (Math.abs(found - psi) <= 1e-2 * psi) psi = found;
      withGradient();
    },
    vague: () => !(psi > 100 * Number.EPSILON * doubt),
    value() {
      let sum = -Math.log(psi);
      for (let i = 0; i < 3; i++) if (barrier.logs[i] !== 0) sum -= barrier.logs[i] * Math.log(Math.abs(z[i]));
      return sum;
    },
    gradient,
    hessian() {
      withoutSteepest();
      for (let i = 0; i < 3; i++) {
        for (let j = 0; j < 3; j++) hessian[3 * i + j] = C[3 * i + j] + (p[i] / psi) * (p[j] / psi);
      }
      return hessian;
    },
    factorise(mu, V, inverse) {
      const B = intoBasis();
      if (!cholesky3(M, L)) return false;
      invertLower(L, T);
      const scale = Math.sqrt(mu);
      for (let i = 0; i < 3; i++) {
        for (let j = 0; j < 3; j++) {
          V[3 * i + j] = scale * (B[0][i] * L[j] + B[1][i] * L[3 + j] + B[2][i] * L[6 + j]);
          inverse[3 * i + j] = (T[3 * i] * B[0][j] + T[3 * i + 1] * B[1][j] + T[3 * i + 2] * B[2][j]) / scale;
        }
      }
      return true;
    },
    solveDamped(mu, x, out) {
      const B = intoBasis();
      for (let k = 0; k < 9; k++) M[k] = mu * M[k] + (k % 4 === 0 ? 1 : 0);
      cholesky3(M, L);
      const y = [dot(B[0], x), dot(B[1], x), dot(B[2], x)];
      y[0] /= L[0];
      y[1] = (y[1] - L[3] * y[0]) / L[4];
      y[2] = (y[2] - L[6] * y[0] - L[7] * y[1]) / L[8] / L[8];
      y[1] = (y[1] - L[7] * y[2]) / L[4];
      y[0] = (y[0] - L[3] * y[1] - L[6] * y[2]) / L[0];
      for (let i = 0; i < 3; i++) out[i] = B[0][i] * y[0] + B[1][i] * y[1] + B[2][i] * y[2];
    },
    third(u, v, out) {
      barrier.third(z, u, v, out);
      const [Qu, Qv] = [new Float64Array(3), new Float64Array(3)];
      multiply(Q, 3, 1, u, Qu);
      multiply(Q, 3, 1, v, Qv);
      const [pu, pv] = [dot(p, u), dot(p, v)];
      for (let i = 0; i < 3; i++) {
        const curved = (Qu[i] * pv + Qv[i] * pu + p[i] * dot(u, Qv)) / (psi * psi);
        const logs = 2 * u[i] * v[i] * perPower(barrier.logs[i], z[i], 3);
        out[i] = -out[i] / psi + curved - (2 * p[i] * pu * pv) / psi ** 3 - logs;
      }
    },
  };
  function withGradient(): Local {
    for (let i = 0; i < 3; i++) gradient[i] = -p[i] / psi - perPower(barrier.logs[i], z[i], 1);
    return self;
  }
  /** C := hess f* without p p^T / psi^2, which near the boundary is far larger than the rest. */
  function withoutSteepest(): void {
    for (let k = 0; k < 9; k++) C[k] = -Q[k] / psi;
    for (let i = 0; i < 3; i++) C[4 * i] += perPower(barrier.logs[i], z[i], 2);
  }
  /**
   * M := hess f* in an orthonormal basis that begins with p, which is returned: there p p^T / psi^2 is one entry, and
   * elimination that begins with it takes no digits from the rest.
   */
  function intoBasis(): readonly (readonly number[])[] {
    withoutSteepest();
    const B = basisAlong(p);
    for (let i = 0; i < 3; i++) {
      for (let j = 0; j < 3; j++) {
        M[3 * i + j] = 0;
        for (let k = 0; k < 3; k++) {
          M[3 * i + j] += B[i][k] * (C[3 * k] * B[j][0] + C[3 * k + 1] * B[j][1] + C[3 * k + 2] * B[j][2]);
        }
      }
    }
    M[0] += (length(p) / psi) ** 2;
    return B;
  }
  return self;
}

/** c / x^k, 0 for a term that the barrier does not have. */
function perPower(c: number, x: number, k: number): number {
  return c === 0 ? 0 : c / x ** k;
}

function length(x: ArrayLike<number>): number {
  return Math.hypot(x[0], x[1], x[2]);
}

function dot(x: ArrayLike<number>, y: ArrayLike<number>): number {
  return x[0] * y[0] + x[1] * y[1] + x[2] * y[2];
}

/** T := L^-1, lower triangles. */
function invertLower(L: Float64Array, T: Float64Array): void {
  T.fill(0);
  for (let j = 0; j < 3; j++) {
    T[4 * j] = 1 / L[4 * j];
    for (let i = j + 1; i < 3; i++) {
      for (let k = j; k < i; k++) T[3 * i + j] -= L[3 * i + k] * T[3 * k + j];
      T[3 * i + j] /= L[4 * i];
    }
  }
}

/** Three orthonormal vectors, the first along p. */
function basisAlong(p: Float64Array): readonly (readonly number[])[] {
  const size = length(p);
  const e = [p[0] / size, p[1] / size, p[2] / size];
  const axis = [0, 1, 2].reduce((least, i) => (Math.abs(e[i]) < Math.abs(e[least]) ? i : least), 0);
  const across = cross(e, [0, 1, 2].map((i) => (i === axis ? 1 : 0)));
  const width = length(across);
  const f = across.map((x) => x / width);
  return [e, f, cross(e, f)];
}

/**
 * L := the Cholesky factor of A (3, 3); false where A is not positive definite. A pivot that rounding ate is one unit
 * of it.
 */
function cholesky3(A: Float64Array, L: Float64Array): boolean {
  const root = (diagonal: number, pivot: number): number => Math.sqrt(Math.max(pivot, diagonal * Number.EPSILON));
  L[0] = Math.sqrt(A[0]);
  L[3] = A[3] / L[0];
  L[6] = A[6] / L[0];
  L[4] = root(A[4], A[4] - L[3] * L[3]);
  L[7] = (A[7] - L[6] * L[3]) / L[4];
  L[8] = root(A[8], A[8] - L[6] * L[6] - L[7] * L[7]);
  return L[0] > 0 && L[4] > 0 && L[8] > 0 && L[0] * L[4] * L[8] < Infinity;
}

/**
 * The factor V of H = s s^T / <s, z> + ds ds^T / <ds, dz> + t a a^T, whose columns are the three vectors, and its
 * inverse, whose rows are multiples of z, dz and s x ds; false where the two secant conditions coincide.
 */
function secantScaling(
  s: Float64Array,
  z: Float64Array,
  gradient: Float64Array,
  shadow: Float64Array,
  hessian: Float64Array,
  V: Float64Array,
  inverse: Float64Array,
): boolean {
  const opposite = [-gradient[0], -gradient[1], -gradient[2]];
  const sz = dot(s, z);
  const mu = sz / 3;
  const muShadow = dot(opposite, shadow) / 3;
  const Hz = new Float64Array(3);
  multiply(hessian, 3, 1, shadow, Hz);
  const excess = dot(shadow, Hz) - 3 * muShadow * muShadow;
  const ds = [0, 1, 2].map((i) => s[i] - mu * opposite[i]);
  const dz = [0, 1, 2].map((i) => z[i] - mu * shadow[i]);
  const dsdz = dot(ds, dz);
  if (!(Math.abs(mu * muShadow - 1) > CENTRAL && excess > CENTRAL * muShadow * muShadow && sz > 0 && dsdz > 0)) {
    return false;
  }
  const axis = cross(z, shadow);
  const across = cross(s, ds);
  const overlap = dot(axis, across);
  if (!(dot(axis, axis) > 0 && overlap !== 0)) return false;
  const rest = [0, 1, 2].map((i) => Hz[i] - muShadow * opposite[i]);
  let frobenius = 0;
  for (let i = 0; i < 3; i++) {
    for (let j = 0; j < 3; j++) {
      frobenius += (hessian[3 * i + j] - (opposite[i] * opposite[j]) / 3 - (rest[i] * rest[j]) / excess) ** 2;
    }
  }
  const t = Math.sqrt((mu * Math.sqrt(frobenius)) / dot(axis, axis));
  const [first, second] = [Math.sqrt(sz), Math.sqrt(dsdz)];
  for (let i = 0; i < 3; i++) {
    V[3 * i] = s[i] / first;
    V[3 * i + 1] = ds[i] / second;
    V[3 * i + 2] = t * axis[i];
    inverse[i] = z[i] / first;
    inverse[3 + i] = dz[i] / second;
    inverse[6 + i] = across[i] / (t * overlap);
  }
  return t > 0;
}

function cross(x: ArrayLike<number>, y: ArrayLike<number>): number[] {
  return [x[1] * y[2] - x[2] * y[1], x[2] * y[0] - x[0] * y[2], x[0] * y[1] - x[1] * y[0]];
}

/** out := M v, entry (i, j) of M being at row i + col j. */
function multiply(M: Float64Array, row: number, col: number, [x, y, t]: Float64Array, out: Float64Array): void {
  for (let i = 0; i < 3; i++) out[i] = M[row * i] * x + M[row * i + col] * y + M[row * i + 2 * col] * t;
}

/**
 * z := the minimiser of mu f*(z) + 1/2 |z|^2 + <v, z>, where z + v = -mu grad f*(z): by Newton's method from the z
 * given, if it is near the path for a mu that suits it, or from sqrt(mu) times the centre for mu = |v|^2, which always
 * is; then for smaller mu down to that asked for. `local` is left there.
 */
function nearestOnPath(local: Local, centre: readonly number[], v: Float64Array, mu: number, z: Float64Array): void {
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
function centreAt(local: Local, v: Float64Array, mu: number, z: Float64Array, tolerance: number): void {
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
function newtonStep(local: Local, v: Float64Array, mu: number, z: Float64Array, step: Float64Array): number {
  const residual = new Float64Array(3);
  for (let i = 0; i < 3; i++) residual[i] = -(mu * local.gradient[i] + z[i] + v[i]);
  local.solveDamped(mu, residual, step);
  return dot(residual, step) / mu;
}
