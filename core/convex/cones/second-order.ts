import type { Cone } from './cone.js';
import { centralPair } from './nonnegative.js';

/**
 * { (t, u): t >= |u| }, f*(z) = -1/2 log(z_0^2 - |z_1|^2) of degree 1. The scaling of Nesterov and Todd, V z = V^-1 s =
 * lambda, has the eigenvalues omega_1, omega_2 on (1, u) and (1, -u), sqrt(omega_1 omega_2) on the rest; it is kept in
 * that form, where the small one keeps its digits (Vandenberghe, The CVXOPT linear and quadratic cone program solvers,
 * section 4.2).
 */
export function secondOrderCone(size: number): Cone {
  const u = new Float64Array(size);
  const lambda = new Float64Array(size);
  const a = new Float64Array(size);
  const b = new Float64Array(size);
  let omega: readonly [number, number] = [1, 1];
  let pathMu = 1;

  const spectral = (v: Float64Array, along: number, against: number, out: Float64Array): void => {
    let t = 0;
    for (let i = 1; i < size; i++) t += u[i] * v[i];
    const p = (along * (v[0] + t)) / 2;
    const q = (against * (v[0] - t)) / 2;
    const across = Math.sqrt(along * against);
    const shift = p - q - across * t;
    for (let i = 1; i < size; i++) out[i] = across * v[i] + shift * u[i];
    out[0] = p + q;
  };
  const times = (v: Float64Array, out: Float64Array): void => spectral(v, omega[0], omega[1], out);
  const divide = (v: Float64Array, out: Float64Array): void => spectral(v, 1 / omega[0], 1 / omega[1], out);

  return {
    size,
    degree: 1,
    symmetric: true,
    separable: false,
    centre(s, z) {
      s.fill(0);
      z.fill(0);
      s[0] = z[0] = 1;
    },
    margin: (x) => x[0] - tailNorm(x),
    shift(x, t) {
      x[0] += t;
    },
    scale(s, z) {
      const [ds, dz] = [determinant(s), determinant(z)];
      if (!(ds > 0 && dz > 0 && s[0] > 0 && z[0] > 0)) return false;
      const [rs, rz] = [Math.sqrt(ds), Math.sqrt(dz)];
      let inner = 0;
      for (let i = 0; i < size; i++) inner += (s[i] / rs) * (z[i] / rz);
      const gamma = Math.sqrt((1 + inner) / 2);
      for (let i = 1; i < size; i++) u[i] = (s[i] / rs - z[i] / rz) / (2 * gamma);
      const length = tailNorm(u);
      for (let i = 1; i < size && length > 0; i++) u[i] /= length;
      const larger = Math.hypot(1, length) + length;
      const eta = Math.sqrt(rs / rz);
      omega = [eta * larger, eta / larger];
      times(z, lambda);
      return true;
    },
    project(v, mu, s, z) {
      pathMu = mu;
      const length = tailNorm(v);
      const [[s1, z1], [s2, z2]] = [centralPair(v[0] + length, mu), centralPair(v[0] - length, mu)];
      for (let i = 1; i < size; i++) {
        u[i] = length > 0 ? v[i] / length : 0;
        s[i] = ((s1 - s2) / 2) * u[i];
        z[i] = ((z1 - z2) / 2) * u[i];
      }
      s[0] = (s1 + s2) / 2;
      z[0] = (z1 + z2) / 2;
      omega = [Math.sqrt(s1 / z1), Math.sqrt(s2 / z2)];
      return true;
    },
    scaledPoint(out) {
      out.fill(0);
      out[0] = Math.sqrt(pathMu);
    },
    times,
    divide,
    divideTransposed: divide,
    curve(x, y, out) {
      product(x, y, out);
      for (let i = 0; i < size; i++) out[i] *= -2 / Math.sqrt(pathMu);
    },
    combine(s, _z, ds, dz, sigmaMu, d) {
      divide(ds, a);
      times(dz, b);
      product(a, b, d);
      d[0] -= sigmaMu;
      quotient(lambda, d, a);
      times(a, b);
      for (let i = 0; i < size; i++) d[i] = s[i] + b[i];
    },
    step: (s, ds, z, dz, limit) => Math.min(stepTo(s, ds, limit), stepTo(z, dz, limit)),
    barrier(s, z) {
      const [p, q] = [determinant(s), determinant(z)];
      return p > 0 && q > 0 && s[0] > 0 && z[0] > 0 ? -0.5 * Math.log(p * q) : Infinity;
    },
  };
}

/** |x_1| */
function tailNorm(x: Float64Array): number {
  let sum = 0;
  for (let i = 1; i < x.length; i++) sum += x[i] * x[i];
  return Math.sqrt(sum);
}

/** x_0^2 - |x_1|^2 */
function determinant(x: Float64Array): number {
  const tail = tailNorm(x);
  return (x[0] - tail) * (x[0] + tail);
}

/** The Jordan product (x^T y, x_0 y_1 + y_0 x_1). */
function product(x: Float64Array, y: Float64Array, out: Float64Array): void {
  let inner = 0;
  for (let i = 0; i < x.length; i++) inner += x[i] * y[i];
  for (let i = 1; i < x.length; i++) out[i] = x[0] * y[i] + y[0] * x[i];
  out[0] = inner;
}

/** The out whose Jordan product with lambda is v. */
function quotient(lambda: Float64Array, v: Float64Array, out: Float64Array): void {
  let inner = 0;
  for (let i = 1; i < v.length; i++) inner += lambda[i] * v[i];
  const first = (lambda[0] * v[0] - inner) / determinant(lambda);
  for (let i = 1; i < v.length; i++) out[i] = (v[i] - first * lambda[i]) / lambda[0];
  out[0] = first;
}

/** The largest a up to `limit` with x + a d in the cone, x inside: the least positive root of c + 2 b a + e a^2. */
function stepTo(x: Float64Array, d: Float64Array, limit: number): number {
  let inner = 0;
  for (let i = 1; i < x.length; i++) inner += x[i] * d[i];
  const c = determinant(x);
  const b = x[0] * d[0] - inner;
  const e = determinant(d);
  const discriminant = b * b - c * e;
  let a = limit;
  if (discriminant > -1e-14 * b * b) {
    const root = Math.sqrt(Math.max(0, discriminant));
    const t = b >= 0 ? -b - root : -b + root;
    if (c / t > 0) a = Math.min(a, c / t);
    if (t / e > 0) a = Math.min(a, t / e);
  }
  return a;
}
