import { q } from './grid';

/**
 * The t-conorm f(a, b) of path and mass, both in [0, 1], in forms without cancellation:
 *
 *     Hamacher, p = q + 1    f - a = b (1 - a) (1 + q a) / w,   f_a = (1 - b) (1 + q b) / w^2,   w = 1 + q a b
 *     Yager                  f = min(1, a + b), slope 0 where that is 1
 *
 * Both are symmetric in a and b, so f_b(a, b) = f_a(b, a). Yager's is meant where q = -1.
 */

/** f(a, b) - a */
@inline
export function joined(a: f64, b: f64): f64 {
  if (q == -1) return Math.min(b, 1 - a);
  return (b * (1 - a) * (1 + q * a)) / (1 + q * a * b);
}

/** f_a(a, b) */
@inline
export function slope(a: f64, b: f64): f64 {
  if (q == -1) return a + b < 1 ? 1 : 0;
  const w = 1 + q * a * b;
  return ((1 - b) * (1 + q * b)) / (w * w);
}

/** f_aa(a, b) */
@inline
export function bend(a: f64, b: f64): f64 {
  return q == -1 ? 0 : (-2 * q * b * slope(a, b)) / (1 + q * a * b);
}

/** f_ab(a, b) */
@inline
export function mixedBend(a: f64, b: f64): f64 {
  if (q == -1) return 0;
  const w = 1 + q * a * b;
  return (q - 1 - 2 * q * a) / (w * w) - (2 * q * b * slope(b, a)) / w;
}
