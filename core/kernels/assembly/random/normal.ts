import { at, both, get, integer, minus, pair, plus, set, setInteger, setPair, splat, times } from '../shared/vectors';
import { log } from '../shared/log';
import { places, quantiles, values } from './numbers';

/**
 * Coefficients of Algorithm AS 241, as in core/random/normal.ts: numerator, then denominator, constant term first. They are
 * loaded where they are used, since V8 makes a vector of a constant from a register anew each time.
 */
const CENTRE = memory.data<f64>([
  3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946, 45921.95393154987, 67265.7709270087, 33430.57558358813, 2509.0809287301227,
  1.0, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271, 28729.085735721943, 5226.495278852854,
]);
const SHOULDER = memory.data<f64>([
  1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684, 0.2417807251774506, 0.022723844989269184, 0.0007745450142783414,
  1.0, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008, 0.015198666563616457, 0.0005475938084995345, 1.0507500716444169e-09,
]);
const FAR_TAIL = memory.data<f64>([
  6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487, 0.026532189526576124, 0.0012426609473880784, 2.7115555687434876e-05, 2.0103343992922881e-07,
  1.0, 0.599832206555888, 0.1369298809227358, 0.014875361290850615, 0.0007868691311456133, 1.8463183175100548e-05, 1.421511758316446e-07, 2.0442631033899397e-15,
]);

/**
 * Standard normal quantiles of the first `count` of `values`, an even number of probabilities: as core/random/normal.ts, which says
 * whose method it is. All are taken to be central first; the places of the others, which no processor can foresee, are put aside for later.
 */
export function normalQuantiles(count: i32): void {
  const p = values; // globals are loaded again at every turn
  const z = quantiles;
  const outside = places;
  let outer = 0;
  for (let k = 0; k < count; k += 2) {
    const q = minus(pair(p, k), splat(0.5));
    setPair(z, k, times(q, ratio(minus(splat(0.180625), times(q, q)), CENTRE)));
    const far = i64x2.bitmask(f64x2.gt(f64x2.abs(q), splat(0.425)));
    setInteger(outside, outer, k);
    outer += far & 1;
    setInteger(outside, outer, k + 1);
    outer += far >> 1;
  }
  if (outer & 1) setInteger(outside, outer, integer(outside, outer - 1));
  for (let t = 0; t < outer; t += 2) {
    const first = integer(outside, t);
    const second = integer(outside, t + 1);
    const x = f64x2.replace_lane(both(p, first), 1, get(p, second));
    const y = withSignOf(minus(x, splat(0.5)), tail(f64x2.pmin(x, minus(splat(1), x))));
    set(z, first, v128.extract_lane<f64>(y, 0));
    set(z, second, v128.extract_lane<f64>(y, 1));
  }
}

/** |z| of tail probabilities. */
function tail(p: v128): v128 {
  const r = f64x2.sqrt(f64x2.neg(log(p)));
  const far = f64x2.gt(r, splat(5));
  const near = ratio(minus(r, splat(1.6)), SHOULDER);
  return v128.any_true(far) ? v128.bitselect(ratio(minus(r, splat(5)), FAR_TAIL), near, far) : near;
}

@inline
function withSignOf(q: v128, z: v128): v128 {
  return v128.or(z, v128.and(q, i64x2.splat(0x8000000000000000)));
}

@inline
function ratio(x: v128, coefficients: usize): v128 {
  return f64x2.div(horner(x, coefficients), horner(x, at(coefficients, 8)));
}

@inline
function horner(x: v128, c: usize): v128 {
  let sum = plus(times(both(c, 7), x), both(c, 6));
  sum = plus(times(sum, x), both(c, 5));
  sum = plus(times(sum, x), both(c, 4));
  sum = plus(times(sum, x), both(c, 3));
  sum = plus(times(sum, x), both(c, 2));
  sum = plus(times(sum, x), both(c, 1));
  return plus(times(sum, x), both(c, 0));
}
