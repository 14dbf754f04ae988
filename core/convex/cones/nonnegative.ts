import type { Cone } from './cone.js';

/** The nonnegative orthant, f*(z) = -sum log z: H = diag(s / z). */
export function nonnegativeCone(size: number): Cone {
  const h = new Float64Array(size);
  let pathMu = 1;
  return {
    size,
    degree: size,
    symmetric: true,
    separable: true,
    centre(s, z) {
      s.fill(1);
      z.fill(1);
    },
    margin(x) {
      let least = Infinity;
      for (let i = 0; i < size; i++) least = Math.min(least, x[i]);
      return least;
    },
    shift(x, t) {
      for (let i = 0; i < size; i++) x[i] += t;
    },
    scale(s, z) {
      for (let i = 0; i < size; i++) {
        if (!(s[i] > 0 && z[i] > 0)) return false;
        h[i] = s[i] / z[i];
      }
      return true;
    },
    project(v, mu, s, z) {
      pathMu = mu;
      for (let i = 0; i < size; i++) {
        [s[i], z[i]] = centralPair(v[i], mu);
        h[i] = s[i] / z[i];
      }
      return true;
    },
    scaledPoint: (out) => void out.fill(Math.sqrt(pathMu)),
    times(v, out) {
      for (let i = 0; i < size; i++) out[i] = Math.sqrt(h[i]) * v[i];
    },
    divide(v, out) {
      for (let i = 0; i < size; i++) out[i] = v[i] / Math.sqrt(h[i]);
    },
    divideTransposed(v, out) {
      for (let i = 0; i < size; i++) out[i] = v[i] / Math.sqrt(h[i]);
    },
    curve(u, v, out) {
      for (let i = 0; i < size; i++) out[i] = (-2 * u[i] * v[i]) / Math.sqrt(pathMu);
    },
    combine(s, z, ds, dz, sigmaMu, d) {
      for (let i = 0; i < size; i++) d[i] = s[i] + (ds[i] * dz[i] - sigmaMu) / z[i];
    },
    step(s, ds, z, dz, limit) {
      let a = limit;
      for (let i = 0; i < size; i++) {
        if (ds[i] < 0) a = Math.min(a, -s[i] / ds[i]);
        if (dz[i] < 0) a = Math.min(a, -z[i] / dz[i]);
      }
      return a;
    },
    barrier(s, z) {
      let sum = 0;
      for (let i = 0; i < size; i++) {
        if (!(s[i] > 0 && z[i] > 0)) return Infinity;
        sum -= Math.log(s[i] * z[i]);
      }
      return sum;
    },
  };
}

/** The s, z > 0 with s - z = v and s z = mu. */
export function centralPair(v: number, mu: number): [s: number, z: number] {
  const larger = (Math.abs(v) + Math.sqrt(v * v + 4 * mu)) / 2;
  return v >= 0 ? [larger, mu / larger] : [mu / larger, larger];
}
