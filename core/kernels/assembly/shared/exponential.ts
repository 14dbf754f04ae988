import { minus, plus, splat, times } from './vectors';

const LOG2_E: f64 = 1.4426950408889634;
/** log 2 in two parts; multiples of the first are exact up to 2^32. */
const LN2_HIGH: f64 = 0.6931471803691238;
const LN2_LOW: f64 = 1.9082149292705877e-10;
/** 2^52 + 1023: added to an integer it puts the bits that are the exponent of a power of 2 into the lowest ones. */
const BIAS: f64 = 4503599627371519;

/** The integer e of exp(x) = exp(r) 2^e with |r| <= log(2) / 2. */
@inline
export function exponentOf(x: v128): v128 {
  return v128.nearest<f64>(times(x, splat(LOG2_E)));
}

/** The r of it; where x is so large that rounding leaves the bounds, it has to be clamped. */
@inline
export function remainderOf(x: v128, e: v128): v128 {
  return minus(minus(x, times(e, splat(LN2_HIGH))), times(e, splat(LN2_LOW)));
}

/** exp(r) = 1 + 2 r / (R - r) with R = r coth(r / 2), by Taylor's series of R: below 1e-17 off for |r| <= 0.4. */
@inline
export function exponential(r: v128): v128 {
  const s = times(r, r);
  const s2 = times(s, s);
  const low = plus(splat(2), times(s, splat(1.0 / 6.0)));
  const middle = plus(splat(-1.0 / 360.0), times(s, splat(1.0 / 15120.0)));
  const high = plus(plus(splat(-1.0 / 604800.0), times(s, splat(1.0 / 23950080.0))), times(s2, splat(-691.0 / 653837184000.0)));
  const R = plus(low, times(s2, plus(middle, times(s2, high))));
  return plus(splat(1), v128.div<f64>(plus(r, r), minus(R, r)));
}

/** 2^e for integers e from -1022 to 1023; 0 for e = -1023. */
@inline
export function powerOf2(e: v128): v128 {
  return v128.shl<i64>(plus(e, splat(BIAS)), 52);
}
