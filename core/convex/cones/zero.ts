import type { Cone } from './cone.js';

/** { 0 }: s is 0 and z free, H = 0; its rows are not scaled. */
export function zeroCone(size: number): Cone {
  return {
    size,
    degree: 0,
    symmetric: true,
    separable: true,
    centre(s, z) {
      s.fill(0);
      z.fill(0);
    },
    margin: () => Infinity,
    shift: () => undefined,
    scale: () => true,
    project(v, _mu, s, z) {
      s.fill(0);
      for (let i = 0; i < size; i++) z[i] = -v[i];
      return true;
    },
    scaledPoint: (out) => void out.fill(0),
    times: (_v, out) => void out.fill(0),
    divide: (v, out) => void out.set(v),
    divideTransposed: (v, out) => void out.set(v),
    curve: (_u, _v, out) => void out.fill(0),
    combine: (_s, _z, _ds, _dz, _sigmaMu, d) => void d.fill(0),
    step: (_s, _ds, _z, _dz, limit) => limit,
    barrier: () => 0,
  };
}
