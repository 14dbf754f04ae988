import type { Barrier } from './barrier.js';
import type { Cone } from './cone.js';
import { threeDimensionalCone } from './three-dimensional.js';

/**
 * The power cone { (x, y, t): x^alpha y^(1 - alpha) >= |t| }, 0 < alpha < 1, with the barrier of its dual
 * { (u, v, w): (u / alpha)^alpha (v / (1 - alpha))^(1 - alpha) >= |w| },
 *
 *     f*(u, v, w) = -log((u / alpha)^(2 alpha) (v / (1 - alpha))^(2 - 2 alpha) - w^2) - (1 - alpha) log u - alpha log v
 */
export function powerBarrier(alpha: number): Barrier {
  const beta = 1 - alpha;
  const phi = (u: number, v: number): number =>
    Math.exp(2 * alpha * Math.log(u / alpha) + 2 * beta * Math.log(v / beta));
  return {
    logs: [beta, alpha, 0],
    centre: [Math.sqrt(1 + alpha), Math.sqrt(1 + beta), 0],
    inside: ([x, y, t]) => x > 0 && y > 0 && Math.exp(alpha * Math.log(x) + beta * Math.log(y)) > Math.abs(t),
    insideDual: ([u, v, w]) => u > 0 && v > 0 && phi(u, v) - w * w > 0,
    psi([u, v, w], p, Q) {
      const f = phi(u, v);
      p[0] = (2 * alpha * f) / u;
      p[1] = (2 * beta * f) / v;
      p[2] = -2 * w;
      Q.fill(0);
      Q[0] = (2 * alpha * (2 * alpha - 1) * f) / (u * u);
      Q[1] = Q[3] = (4 * alpha * beta * f) / (u * v);
      Q[4] = (2 * beta * (2 * beta - 1) * f) / (v * v);
      Q[8] = -2;
      return f - w * w;
    },
    squares([u, v, w], psi, R) {
      const r = Math.sqrt(phi(u, v));
      const [near, far] = [psi / (r + Math.abs(w)), r + Math.abs(w)];
      const [ru, rv, sign] = [(alpha * r) / u, (beta * r) / v, w < 0 ? -1 : 1];
      const curved = Math.sqrt((2 * r * r * alpha * beta) / psi);
      R[0] = ru / near;
      R[1] = rv / near;
      R[2] = -sign / near;
      R[4] = ru / far;
      R[5] = rv / far;
      R[6] = sign / far;
      R[3] = R[7] = 1;
      R[8] = curved / u;
      R[9] = -curved / v;
      R[12] = (R[15] = Math.sqrt(beta)) / u;
      R[17] = (R[19] = Math.sqrt(alpha)) / v;
    },
    change([u, v, w], [du, dv, dw]) {
      const growth = 2 * alpha * Math.log1p(du / u) + 2 * beta * Math.log1p(dv / v);
      return phi(u, v) * Math.expm1(growth) - dw * (2 * w + dw);
    },
    third([u, v], a, b, out) {
      const f = phi(u, v);
      const [p, q] = [2 * alpha, 2 * beta];
      const [a0, a1, b0, b1] = [a[0] / u, a[1] / v, b[0] / u, b[1] / v];
      const uu = a0 * b0;
      const uv = a0 * b1 + a1 * b0;
      const vv = a1 * b1;
      out[0] = (f / u) * p * ((p - 1) * (p - 2) * uu + (p - 1) * q * uv + q * (q - 1) * vv);
      out[1] = (f / v) * q * (p * (p - 1) * uu + p * (q - 1) * uv + (q - 1) * (q - 2) * vv);
      out[2] = 0;
    },
    conjugatePoint([x, y, t], z) {
      const excess = t === 0 ? 0 : excessOf(alpha, x, y, Math.abs(t));
      z[0] = (1 + alpha + 2 * alpha * excess) / x;
      z[1] = (1 + beta + 2 * beta * excess) / y;
      z[2] = t === 0 ? 0 : (-2 * excess) / t;
    },
  };
}

export function powerCone(alpha: number): Cone {
  return threeDimensionalCone(powerBarrier(alpha));
}

/**
 * The r > 0 with phi(u, v) t^2 = 4 r (1 + r) for u x = 1 + alpha + 2 alpha r, v y = 1 + beta + 2 beta r: by Newton's
 * iteration in log r on a decreasing function of it, kept in a bracket.
 */
function excessOf(alpha: number, x: number, y: number, t: number): number {
  const beta = 1 - alpha;
  const constant = 2 * Math.log(t) - 2 * alpha * Math.log(alpha * x) - 2 * beta * Math.log(beta * y) - Math.log(4);
  const f = (r: number): number => {
    const powers = 2 * alpha * Math.log(1 + alpha + 2 * alpha * r) + 2 * beta * Math.log(1 + beta + 2 * beta * r);
    return constant + powers - Math.log(r) - Math.log1p(r);
  };
  const slope = (r: number): number => {
    const powers = (4 * alpha * alpha) / (1 + alpha + 2 * alpha * r) + (4 * beta * beta) / (1 + beta + 2 * beta * r);
    return powers * r - 1 - r / (1 + r);
  };
  let [low, high] = [-Infinity, Infinity];
  let logR = 0;
  for (let k = 0; k < 100; k++) {
    const r = Math.exp(logR);
    const value = f(r);
    if (value > 0) low = logR;
    else high = logR;
    const newton = logR - value / slope(r);
    const next = newton > low && newton < high
      ? newton
      : Number.isFinite(low + high)
      ? (low + high) / 2
      : logR + (value > 0 ? 2 : -2);
    if (!(Math.abs(next - logR) > 1e-15 * Math.max(1, Math.abs(logR)))) break;
    logR = next;
  }
  return Math.exp(logR);
}
