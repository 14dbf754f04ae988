import { integer, minus, pair, plus, set, setInteger, setPair, splat, times } from '../shared/vectors';
import { log } from '../shared/log';
import { places, tails, values } from './numbers';

/**
 * The first `count` of `values`, an even number of probabilities, become their standard normal quantiles: as core/random/normal.ts, which
 * says whose method it is. All are taken to be central first; the others, which no processor can foresee, are put aside for later.
 */
export function normalQuantiles(count: i32): void {
  let outer = 0;
  for (let k = 0; k < count; k += 2) {
    const p = pair(values, k);
    const q = minus(p, splat(0.5));
    setPair(values, k, times(q, centre(minus(splat(0.180625), times(q, q)))));
    const far = f64x2.gt(f64x2.abs(q), splat(0.425));
    set(tails, outer, v128.extract_lane<f64>(p, 0));
    setInteger(places, outer, k);
    outer += <i32>i64x2.extract_lane(far, 0) & 1;
    set(tails, outer, v128.extract_lane<f64>(p, 1));
    setInteger(places, outer, k + 1);
    outer += <i32>i64x2.extract_lane(far, 1) & 1;
  }
  if (outer & 1) set(tails, outer, 0.25);
  for (let t = 0; t < outer; t += 2) {
    const p = pair(tails, t);
    const z = withSignOf(minus(p, splat(0.5)), tail(f64x2.min(p, minus(splat(1), p))));
    set(values, integer(places, t), v128.extract_lane<f64>(z, 0));
    if (t + 1 < outer) set(values, integer(places, t + 1), v128.extract_lane<f64>(z, 1));
  }
}

/** |z| of tail probabilities. */
function tail(p: v128): v128 {
  const r = f64x2.sqrt(f64x2.neg(log(p)));
  const far = f64x2.gt(r, splat(5));
  const near = shoulder(minus(r, splat(1.6)));
  return v128.any_true(far) ? v128.bitselect(farTail(minus(r, splat(5))), near, far) : near;
}

@inline
function withSignOf(q: v128, z: v128): v128 {
  return v128.or(z, v128.and(q, i64x2.splat(0x8000000000000000)));
}

@inline
function ratio(x: v128, n0: f64, n1: f64, n2: f64, n3: f64, n4: f64, n5: f64, n6: f64, n7: f64, d0: f64, d1: f64, d2: f64, d3: f64, d4: f64, d5: f64, d6: f64, d7: f64): v128 {
  return f64x2.div(horner(x, n0, n1, n2, n3, n4, n5, n6, n7), horner(x, d0, d1, d2, d3, d4, d5, d6, d7));
}

@inline
function horner(x: v128, c0: f64, c1: f64, c2: f64, c3: f64, c4: f64, c5: f64, c6: f64, c7: f64): v128 {
  let sum = plus(times(splat(c7), x), splat(c6));
  sum = plus(times(sum, x), splat(c5));
  sum = plus(times(sum, x), splat(c4));
  sum = plus(times(sum, x), splat(c3));
  sum = plus(times(sum, x), splat(c2));
  sum = plus(times(sum, x), splat(c1));
  return plus(times(sum, x), splat(c0));
}

@inline
function centre(x: v128): v128 {
  return ratio(
    x,
    3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946, 45921.95393154987, 67265.7709270087, 33430.57558358813, 2509.0809287301227,
    1.0, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271, 28729.085735721943, 5226.495278852854,
  );
}

function shoulder(x: v128): v128 {
  return ratio(
    x,
    1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684, 0.2417807251774506, 0.022723844989269184, 0.0007745450142783414,
    1.0, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008, 0.015198666563616457, 0.0005475938084995345, 1.0507500716444169e-09,
  );
}

function farTail(x: v128): v128 {
  return ratio(
    x,
    6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487, 0.026532189526576124, 0.0012426609473880784, 2.7115555687434876e-05, 2.0103343992922881e-07,
    1.0, 0.599832206555888, 0.1369298809227358, 0.014875361290850615, 0.0007868691311456133, 1.8463183175100548e-05, 1.421511758316446e-07, 2.0442631033899397e-15,
  );
}
