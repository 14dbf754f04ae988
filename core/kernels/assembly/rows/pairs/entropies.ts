import { log } from '../../shared/log';
import { minus, plus, plusTimes, setTwo, splat, times, two } from '../../shared/vectors';
import { n } from '../rows';
import { G, peak, rest, target } from './arrays';

const LN2: f64 = 0.6931471805599453;
const MANTISSA: i64 = 0x000fffffffffffff;
const ONE: i64 = 0x3ff0000000000000;

/**
 * Cross-entropies of two samples whose targets are permutations, as sums; both functions fill G, d and h from P, its
 * diagonal 0. This one is over all entries, of -T log P - (1 - T) log(1 - P). With a = (P - T) / (1 - P), which at the
 * peak is P / rest or -1,
 *
 *     G = a - P sum(a),     d = G + a^2,     h = 1/2 sum(a^2)
 */
export function binaryPair(P: usize, d: usize, h: usize): v128 {
  const one = splat(1);
  let whole = one; // the product of 1 - P over entries with T = 0 off the peak, and of peaks with T = 1
  let missing = splat(0); // 1 - whole without cancellation
  let mantissa = one; // of the product of all other likelihoods, 1 - P of peaks and P of what is off them
  let exponent = i64x2.splat(0);
  for (let r = 0; r < n; r++) {
    const place = two(target, r);
    const hit = v128.eq<f64>(place, splat(<f64>r));
    const others = two(rest, r);
    const own = v128.div<f64>(two(peak, r), others);
    const wrong = v128.and(others, hit);
    missing = plusTimes(whole, wrong, missing);
    whole = times(whole, minus(one, wrong));
    let A = v128.andnot(own, hit);
    let squares = times(A, A);
    let likelihood = splat(0);
    let column = splat(0);
    const last = (r + 1) * n;
    for (let k = r * n; k < last; k++) {
      const p = two(P, k);
      const here = v128.eq<f64>(column, place);
      column = plus(column, one);
      const open = v128.andnot(p, here);
      const closed = minus(one, open);
      const odds = v128.div<f64>(open, closed);
      missing = plusTimes(whole, open, missing);
      whole = times(whole, closed);
      likelihood = v128.or(likelihood, v128.and(p, here));
      const a = minus(odds, v128.and(one, here));
      setTwo(d, k, a);
      A = plus(A, a);
      squares = plusTimes(a, a, squares);
    }
    for (let k = r * n; k < last; k++) {
      const a = two(d, k);
      const slope = minus(a, times(two(P, k), A));
      setTwo(G, k, slope);
      setTwo(d, k, plusTimes(a, a, slope));
    }
    setTwo(h, r, times(splat(0.5), squares));
    const product = times(mantissa, v128.bitselect(one, times(others, likelihood), hit));
    exponent = plusExponent(exponent, product);
    mantissa = mantissaOf(product);
  }
  return minusLog(whole, missing, mantissa, exponent);
}

/** This one is over all rows, of -log P where T = 1: G = P - T, d = P, h = 1/2. */
export function categoricalPair(P: usize, d: usize, h: usize): v128 {
  const one = splat(1);
  let whole = one; // the product of P over peaks with T = 1
  let missing = splat(0); // 1 - whole without cancellation
  let mantissa = one; // of the product of P over all others with T = 1
  let exponent = i64x2.splat(0);
  for (let r = 0; r < n; r++) {
    const place = two(target, r);
    const hit = v128.eq<f64>(place, splat(<f64>r));
    const wrong = v128.and(two(rest, r), hit);
    missing = plusTimes(whole, wrong, missing);
    whole = times(whole, minus(one, wrong));
    let likelihood = splat(0);
    let column = splat(0);
    for (let k = r * n; k < (r + 1) * n; k++) {
      const p = two(P, k);
      const here = v128.eq<f64>(column, place);
      column = plus(column, one);
      likelihood = v128.or(likelihood, v128.and(p, here));
      setTwo(G, k, minus(p, v128.and(one, here)));
      setTwo(d, k, p);
    }
    setTwo(h, r, splat(0.5));
    const product = times(mantissa, v128.bitselect(one, likelihood, hit));
    exponent = plusExponent(exponent, product);
    mantissa = mantissaOf(product);
  }
  return minusLog(whole, missing, mantissa, exponent);
}

@inline
function plusExponent(exponent: v128, x: v128): v128 {
  return v128.add<i64>(exponent, v128.sub<i64>(i64x2.shr_u(x, 52), i64x2.splat(1023)));
}

@inline
function mantissaOf(x: v128): v128 {
  return v128.or(v128.and(x, i64x2.splat(MANTISSA)), i64x2.splat(ONE));
}

/** -log(whole * mantissa * 2^exponent) with whole = 1 - missing: near 1 what is missing counts, else the whole. */
function minusLog(whole: v128, missing: v128, mantissa: v128, exponent: v128): v128 {
  const one = splat(1);
  const near = v128.gt<f64>(whole, splat(0.5));
  const u = v128.and(missing, near);
  const near1 = minus(one, u);
  const rounding = v128.div<f64>(minus(u, minus(one, near1)), near1);
  const ofWhole = minus(log(near1), rounding);
  const ofRest = log(times(mantissa, v128.bitselect(one, whole, near)));
  const powers = f64x2(<f64>i64x2.extract_lane(exponent, 0), <f64>i64x2.extract_lane(exponent, 1));
  return minus(splat(0), plus(plusTimes(powers, splat(LN2), ofRest), ofWhole));
}
