import type { Barrier } from './barrier.js';
import type { Cone } from './cone.js';
import { threeDimensionalCone } from './three-dimensional.js';

/**
 * The exponential cone, closure of { (x, y, t): y > 0, y exp(x / y) <= t }, with the barrier of its dual
 * { (u, v, w): u < 0, -u exp(v / u) <= e w },
 *
 *     f*(u, v, w) = -log(v - u + u log(-u / w)) - log(-u) - log w
 *
 * and, for a point of the cone, with omega + log omega = 1 - x / y + log(t / y) (Wright's omega),
 * -u y = 1 / (omega - 1), the z of which that point is -grad f*(z).
 */
export const exponential: Barrier = {
  logs: [1, 0, 1],
  centre: [-1.051383943750229, 0.5564096186043384, 1.2589678864644602],
  inside: ([x, y, t]) => y > 0 && t > 0 && y * Math.log(t / y) - x > 0,
  insideDual: ([u, v, w]) => u < 0 && w > 0 && v - u + u * Math.log(-u / w) > 0,
  psi([u, v, w], p, Q) {
    const l = Math.log(-u / w);
    p[0] = l;
    p[1] = 1;
    p[2] = -u / w;
    Q.fill(0);
    Q[0] = 1 / u;
    Q[2] = Q[6] = -1 / w;
    Q[8] = u / (w * w);
    return v - u + u * l;
  },
  squares([u, , w], psi, R) {
    const [ratio, curved] = [-u / w, 1 / Math.sqrt(-u * psi)];
    R[0] = Math.log(ratio) / psi;
    R[1] = 1 / psi;
    R[2] = ratio / psi;
    R[4] = curved;
    R[6] = ratio * curved;
    R[8] = 1 / u;
    R[14] = 1 / w;
    R[3] = R[11] = R[15] = 1;
  },
  change([u, , w], [du, dv, dw]) {
    return dv - du + du * Math.log(-u / w) + (u + du) * (Math.log1p(du / u) - Math.log1p(dw / w));
  },
  third([u, , w], a, b, out) {
    out[0] = (-a[0] * b[0]) / (u * u) + (a[2] * b[2]) / (w * w);
    out[1] = 0;
    out[2] = (a[0] * b[2] + a[2] * b[0]) / (w * w) - (2 * u * a[2] * b[2]) / w ** 3;
  },
  conjugatePoint([x, y, t], z) {
    const excess = omegaLessOne(Math.log(t / y) - x / y);
    const u = -1 / (excess * y);
    z[0] = u;
    z[2] = (1 - u * y) / t;
    z[1] = 1 / y + u - u * Math.log(-u / z[2]);
  },
};

export function exponentialCone(): Cone {
  return threeDimensionalCone(exponential);
}

/**
 * The e > 0 with e + log(1 + e) = r, r > 0: omega - 1 of Wright's omega. Newton's iteration, which is monotone from
 * above.
 */
function omegaLessOne(r: number): number {
  let e = r < 1 ? r / 2 + (r * r) / 16 : Math.max(r - Math.log1p(r) + Math.log1p(r) / (1 + r), r / 2);
  for (let k = 0; k < 20; k++) {
    const step = ((e + Math.log1p(e) - r) * (1 + e)) / (2 + e);
    e -= step;
    if (!(Math.abs(step) > 1e-16 * e)) break;
  }
  return e;
}
