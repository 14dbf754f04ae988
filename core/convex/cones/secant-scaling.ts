import { cross, dot, multiply } from './vector3.js';

/** Relative distance from the central path below which the secant conditions say nothing. */
const CENTRAL = 1.5e-8;

/**
 * The factor V of H = s s^T / <s, z> + ds ds^T / <ds, dz> + t a a^T, whose columns are the three vectors, and its
 * inverse, whose rows are multiples of z, dz and s x ds; false where the two secant conditions coincide.
 */
export function secantScaling(
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
