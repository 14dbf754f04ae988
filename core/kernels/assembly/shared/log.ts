import { both, minus, plus, splat, times } from './vectors';

/** R's coefficients, the lowest first, then log 2, its higher and its lower digits. */
const R = memory.data<f64>([
  6.666666666666735130e-1, 3.999999999940941908e-1, 2.857142874366239149e-1, 2.222219843214978396e-1, 1.818357216161805012e-1, 1.531383769920937332e-1, 1.479819860511658591e-1,
]);
const LOG2 = memory.data<f64>([6.93147180369123816490e-1, 1.90821492927058770002e-10]);

/**
 * log x of two positive normal numbers, to less than 1 unit in the last place: with x = 2^k (1 + f), s = f / (2 + f),
 * log(1 + f) = f - f^2 / 2 + s (f^2 / 2 + R(s^2)). Method and minimax polynomial R of fdlibm's e_log.c.
 */
@inline
export function log(x: v128): v128 {
  const shifted = i64x2.add(x, i64x2.splat(0x3ff0000000000000 - 0x3fe6a09e00000000));
  const exponent = v128.or(i64x2.shr_u(shifted, 52), i64x2.splat(0x4330000000000000)); // as the float 2^52 + k + 1023
  const k = minus(exponent, splat(4503599627370496.0 + 1023.0));
  const mantissa = i64x2.add(v128.and(shifted, i64x2.splat(0x000fffffffffffff)), i64x2.splat(0x3fe6a09e00000000));
  const f = minus(mantissa, splat(1));
  const s = f64x2.div(f, plus(f, splat(2)));
  const z = times(s, s);
  const w = times(z, z);
  const even = times(w, plus(both(R, 1), times(w, plus(both(R, 3), times(w, both(R, 5))))));
  const odd = times(z, plus(both(R, 0), times(w, plus(both(R, 2), times(w, plus(both(R, 4), times(w, both(R, 6))))))));
  const half = times(splat(0.5), times(f, f));
  const low = plus(times(s, plus(half, plus(odd, even))), times(k, both(LOG2, 1)));
  return plus(minus(f, minus(half, low)), times(k, both(LOG2, 0)));
}
