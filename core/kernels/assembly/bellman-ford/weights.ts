import { at, minus, plus, setPair, splat, times } from '../vectors';
import { area, beta, EXPONENT, MANTISSA, STATE, states } from './grid';

/**
 * Weights exp(-beta d) are kept as mantissa * 2^exponent, so that one exponential a cell serves all its neighbours, wherever their
 * distances lie: the softmin weight of d among others is mantissa * 2^(exponent - largest exponent) over the sum of such terms.
 */

/** Below this, as a power of 2, a weight is 0. */
const SMALLEST: f64 = -1023;
const LOG2_E: f64 = 1.4426950408889634;
/** log 2 in two parts; multiples of the first are exact up to 2^32. */
const LN2_HIGH: f64 = 0.6931471803691238;
const LN2_LOW: f64 = 1.9082149292705877e-10;
/** 2^52 + 1023: added to an integer it puts the exponent's bits of a float64 into the lowest bits. */
const BIAS: f64 = 4503599627371519;

@inline
export function plane(t: i32, kind: i32): usize {
  return at(states, (t * STATE + kind) * area);
}

/** 2^e for integers e <= 0. */
@inline
export function power(e: v128): v128 {
  return v128.shl<i64>(plus(v128.pmax<f64>(e, splat(SMALLEST)), splat(BIAS)), 52);
}

@inline
export function powerOf(e: f64): f64 {
  return e <= SMALLEST ? 0 : reinterpret<f64>((<i64>e + 1023) << 52);
}

/** Sets mantissa and exponent of two cells with distances d. */
@inline
export function setWeights(group: usize, p: i32, d: v128): void {
  const x = times(splat(-beta), d);
  const e = v128.nearest<f64>(times(x, splat(LOG2_E)));
  // the bounds matter where x is so large that rounding leaves them
  const r = v128.pmax<f64>(v128.pmin<f64>(minus(minus(x, times(e, splat(LN2_HIGH))), times(e, splat(LN2_LOW))), splat(0.4)), splat(-0.4));
  setPair(at(group, EXPONENT * area), p, e);
  setPair(at(group, MANTISSA * area), p, exponential(r));
}

/** Taylor's polynomial of degree 13, even and odd terms by themselves: below 1e-17 off for |r| <= 0.4. */
@inline
function exponential(r: v128): v128 {
  const s = times(r, r);
  let even = splat(1 / 479001600.0);
  let odd = splat(1 / 6227020800.0);
  even = plus(times(even, s), splat(1 / 3628800.0));
  odd = plus(times(odd, s), splat(1 / 39916800.0));
  even = plus(times(even, s), splat(1 / 40320.0));
  odd = plus(times(odd, s), splat(1 / 362880.0));
  even = plus(times(even, s), splat(1 / 720.0));
  odd = plus(times(odd, s), splat(1 / 5040.0));
  even = plus(times(even, s), splat(1 / 24.0));
  odd = plus(times(odd, s), splat(1 / 120.0));
  even = plus(times(even, s), splat(0.5));
  odd = plus(times(odd, s), splat(1 / 6.0));
  even = plus(times(even, s), splat(1));
  odd = plus(times(odd, s), splat(1));
  return plus(even, times(r, odd));
}
