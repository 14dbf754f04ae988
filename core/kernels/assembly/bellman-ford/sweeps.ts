import { at, get, integer, minus, pair, plus, set, setInteger, setPair, splat, times } from '../vectors';
import {
  area, beta, c, costs, D, EXPONENT, firsts, height, INVERSE, iterations, lasts, MANTISSA, MEAN, source, STATE, stride, TOP, toPlane,
  unreached, width,
} from './grid';
import { plane, power, setWeights } from './weights';

/** A TOP that no exponent comes near, for cells that no sweep computes. */
const NEVER: f64 = 1e308;

/** States 0 .. iterations - 1: distances from the source over at most as many steps. */
export function relax(): void {
  start();
  for (let t = 1; t < iterations; t++) sweep(t);
}

/**
 * Distances before the first sweep. Infinity is a number so far above all others that its weight beside any of them is 0, and the
 * weights of cells that are still there depend on what they are above it.
 */
function start(): void {
  toPlane(costs, c);
  let largest: f64 = 0;
  for (let k = 0; k < height * width; k++) largest = Math.max(largest, Math.abs(get(costs, k)));
  const infinity = splat(2 * <f64>iterations * largest + 800 / beta);
  for (let p = 0; p < area; p += 2) {
    setPair(plane(0, D), p, infinity);
    setWeights(plane(0, D), p, infinity);
    setPair(plane(0, TOP), p, splat(NEVER));
    setPair(plane(0, INVERSE), p, splat(0));
    setPair(plane(0, MEAN), p, splat(0));
  }
  set(plane(0, D), source, 0);
  set(plane(0, MANTISSA), source, 1);
  set(plane(0, EXPONENT), source, 0);
  for (let i = 0; i < height + 2; i++) {
    const inside = i > 0 && i <= height && (unreached || i == 1);
    setInteger(firsts, i, inside ? 1 : width + 2);
    setInteger(lasts, i, inside ? (unreached ? width : 1) : -1);
  }
}

/** State t from state t - 1, in whose rows firsts and lasts bound what differs from state t - 2. */
function sweep(t: i32): void {
  memory.copy(plane(t, D), plane(t - 1, D), (<usize>(STATE * area)) << 3);
  let above = integer(firsts, 0);
  let aboveLast = integer(lasts, 0);
  for (let i = 1; i <= height; i++) {
    const here = integer(firsts, i);
    const hereLast = integer(lasts, i);
    const first = (max(1, min(min(above, here), integer(firsts, i + 1)) - 1) - 1) & ~1;
    const last = min(width, max(max(aboveLast, hereLast), integer(lasts, i + 1)) + 1);
    let changedFirst = width + 2;
    let changedLast = -1;
    for (let j = first + 1; j <= last; j += 2) {
      if (!relaxPair(t, i * stride + j, j == width)) continue;
      changedFirst = min(changedFirst, j);
      changedLast = min(j + 1, width);
    }
    setInteger(firsts, i, changedFirst);
    setInteger(lasts, i, changedLast);
    above = here;
    aboveLast = hereLast;
  }
}

/** Cells p and p + 1, of which the second may not exist; whether a distance changed. */
@inline
function relaxPair(t: i32, p: i32, alone: bool): bool {
  const before = plane(t - 1, D);
  const exponents = at(before, EXPONENT * area);
  const up = p - stride;
  const down = p + stride;
  const e0 = pair(exponents, up - 1);
  const e1 = pair(exponents, up);
  const e2 = pair(exponents, up + 1);
  const e3 = pair(exponents, p - 1);
  const e4 = pair(exponents, p + 1);
  const e5 = pair(exponents, down - 1);
  const e6 = pair(exponents, down);
  const e7 = pair(exponents, down + 1);
  const top = larger(larger(larger(e0, e1), larger(e2, e3)), larger(larger(e4, e5), larger(e6, e7)));
  const w0 = weight(before, up - 1, e0, top);
  const w1 = weight(before, up, e1, top);
  const w2 = weight(before, up + 1, e2, top);
  const w3 = weight(before, p - 1, e3, top);
  const w4 = weight(before, p + 1, e4, top);
  const w5 = weight(before, down - 1, e5, top);
  const w6 = weight(before, down, e6, top);
  const w7 = weight(before, down + 1, e7, top);
  const sum = plus(plus(plus(w0, w1), plus(w2, w3)), plus(plus(w4, w5), plus(w6, w7)));
  const low = plus(plus(times(w0, pair(before, up - 1)), times(w1, pair(before, up))), plus(times(w2, pair(before, up + 1)), times(w3, pair(before, p - 1))));
  const high = plus(plus(times(w4, pair(before, p + 1)), times(w5, pair(before, down - 1))), plus(times(w6, pair(before, down)), times(w7, pair(before, down + 1))));
  const inverse = v128.div<f64>(splat(1), sum);
  const mean = times(plus(low, high), inverse);
  let d = plus(mean, pair(c, p));
  if (p == source) d = v128.replace_lane<f64>(d, 0, 0);
  if (alone) d = v128.replace_lane<f64>(d, 1, get(before, p + 1));

  const after = plane(t, D);
  setPair(after, p, d);
  setWeights(after, p, d);
  setPair(at(after, TOP * area), p, top);
  setPair(at(after, INVERSE * area), p, inverse);
  setPair(at(after, MEAN * area), p, mean);
  return v128.any_true(v128.ne<f64>(d, pair(before, p)));
}

@inline
function larger(a: v128, b: v128): v128 {
  return v128.pmax<f64>(a, b);
}

@inline
function weight(group: usize, p: i32, exponent: v128, top: v128): v128 {
  return times(pair(at(group, MANTISSA * area), p), power(minus(exponent, top)));
}
