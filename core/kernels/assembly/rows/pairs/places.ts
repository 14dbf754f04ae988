import { at, get, integer, minus, set, setInteger, setTwo, splat, times, two } from '../../shared/vectors';
import { exponential, exponentOf, powerOf2, remainderOf } from '../../shared/exponential';
import { gradients, n, ranks, scores as items } from '../rows';
import { gaps, H, order, places, scores, sums, target, x } from './arrays';

/** So far apart that what is done with them is too small for pairs in any case; their exponential does not underflow. */
const FAR: f64 = -700;

/**
 * Samples i and j to sorted places, j maybe the same where there is none after i. Bits of the lanes whose scores are
 * not all different, or their ranks.
 */
export function sortPair(i: i32, j: i32, scale: f64): i32 {
  for (let item = 0; item < n; item++) {
    setTwo(scores, item, f64x2(get(items, i * n + item), get(items, j * n + item)));
  }
  countSmaller();
  const tied = toPlaces(i, 0) | (toPlaces(j, 1) << 1);
  let equal = splat(0);
  for (let c = 0; c + 1 < n; c++) {
    const gap = minus(two(x, c), two(x, c + 1));
    equal = v128.or(equal, v128.eq<f64>(gap, splat(0)));
    const z = v128.max<f64>(times(splat(scale), gap), splat(FAR));
    const e = exponentOf(z);
    setTwo(gaps, c, times(exponential(remainderOf(z, e)), powerOf2(e)));
  }
  return tied | i64x2.bitmask(equal);
}

/** Fills places: of equal scores the first has the lower one. */
function countSmaller(): void {
  const one = i64x2.splat(1);
  for (let item = 0; item < n; item++) setTwo(places, item, i64x2.splat(0));
  for (let a = 0; a < n; a++) {
    const score = two(scores, a);
    let place = two(places, a);
    for (let b = a + 1; b < n; b++) {
      const smaller = v128.lt<f64>(two(scores, b), score); // -1 where b is
      place = v128.sub<i64>(place, smaller);
      setTwo(places, b, v128.add<i64>(two(places, b), v128.add<i64>(one, smaller)));
    }
    setTwo(places, a, place);
  }
}

/** One lane of x, order and target; 1 where ranks are equal. */
function toPlaces(i: i32, lane: i32): i32 {
  let ranked: u32 = 0;
  for (let item = 0; item < n; item++) {
    const c = load<i32>(at(places, 2 * item + lane));
    const rank = integer(ranks, i * n + item);
    setInteger(order, i * n + c, item);
    set(x, 2 * c + lane, get(scores, 2 * item + lane));
    set(target, 2 * rank + lane, <f64>c);
    ranked |= 1 << rank;
  }
  return ranked == <u32>-1 >> (32 - n) ? 0 : 1;
}

/** From sorted places to items: scale * sums to the gradient of sample i. */
export function sumsToItems(i: i32, lane: i32, scale: f64): void {
  for (let c = 0; c < n; c++) set(gradients, i * n + integer(order, i * n + c), scale * get(sums, 2 * c + lane));
}

/** From sorted places to items: adds scale * H to `block`. */
export function addToBlock(i: i32, lane: i32, scale: f64, block: usize): void {
  for (let a = 0; a < n; a++) {
    const p = integer(order, i * n + a);
    for (let b = a; b < n; b++) {
      const q = integer(order, i * n + b);
      const entry = scale * get(H, 2 * (a * n + b) + lane);
      set(block, p * n + q, get(block, p * n + q) + entry);
      if (a != b) set(block, q * n + p, get(block, q * n + p) + entry);
    }
  }
}
