import {
  clear, integer, minus, negative, pairs, plus, plusTimes, setInteger, setTwo, splat, times, two, twoOf,
} from '../shared/vectors';
import { alpha, complement, D, first, lower, n, size, stride, upper } from './layout';
import {
  curvature, dots, H, pairAlphaBar, pairDifference, pairLambda, pairXLambda, reachFrom, reachTo, rowOf, second, XDot, xDot,
} from './pair-layout';

/** From what the sweeps of two samples left, F''(D) and f''(X) to H, a sample in each lane. */
export function hessianOfPair(left: i32, right: i32): void {
  clear(xDot, 2 * n * n);
  clear(XDot, 2 * n * n * n);
  clear(H, 2 * n * n);
  for (let lane = 0; lane < n; lane++) {
    setTwo(xDot, lane * n + lane, splat(1));
    setInteger(rowOf, lane, lane);
  }
  for (let k = 0; k < size; k++) carry(k, left * size + k, right * size + k);
  addGram(left, right);
}

/** Takes the tangents over comparator k, and adds its own second derivatives, D. w^T + w D.^T. */
function carry(k: i32, p: i32, q: i32): void {
  const start = integer(reachFrom, k);
  const stop = integer(reachTo, k);
  const f = twoOf(alpha, p, q);
  const c = twoOf(complement, p, q);
  const slope = twoOf(first, p, q);
  let a = xDot + pairs(integer(lower, k) * n + start);
  let b = xDot + pairs(integer(upper, k) * n + start);
  const end = a + pairs(stop - start);
  const s = times(twoOf(D, p, q), slope);
  for (let dot = dots; a < end; a += 16, b += 16, dot += 32) {
    const A = v128.load(a);
    const B = v128.load(b);
    const d = minus(B, A);
    const sd = times(s, d);
    v128.store(dot, d);
    v128.store(dot, splat(0), 16);
    v128.store(a, minus(plusTimes(c, B, times(f, A)), sd));
    v128.store(b, plus(plusTimes(f, B, times(c, A)), sd));
  }
  carryItems(k, f, c, slope, start, stop);
  const half = minus(
    times(times(splat(0.5), twoOf(second, p, q)), two(pairAlphaBar, k)),
    times(slope, two(pairXLambda, k)),
  );
  addSymmetricProduct(slope, half, start, stop);
}

/**
 * Takes the items' tangents A and B in lanes a and b over comparator k, and w += lambda (A - B). With t the smaller of
 * alpha and 1 - alpha,
 *
 *     A - u and B + u,    u = t (A - B) - s D.,    or B + u and A - u,    u = t (A - B) + s D.,
 *
 * as alpha is the larger or not: what is subtracted is no more than half of what is left, so that small tangents are as
 * accurate as sums alpha A + (1 - alpha) B. Where both samples exchange them, the lanes exchange their rows instead.
 */
function carryItems(k: i32, f: v128, c: v128, slope: v128, start: i32, stop: i32): void {
  const lane = integer(lower, k);
  const other = integer(upper, k);
  const line = pairs(n);
  const swaps = v128.lt<f64>(f, c);
  const swapped = v128.bitmask<i64>(swaps);
  const signed = v128.bitselect(slope, negative(slope), swaps);
  const t = v128.min<f64>(f, c);
  const count = stop - start;
  const width = pairs(count);
  let a = rowsOf(lane) + pairs(start * n + start);
  let b = rowsOf(other) + pairs(start * n + start);
  let i = k * n + start;
  if (swapped == 1 || swapped == 2) {
    for (const end = i + count; i < end; i++, a += line, b += line) mixItem(a, b, a + width, t, i, signed, swaps);
    return;
  }
  for (const end = i + count - 1; i < end; i += 2, a += 2 * line, b += 2 * line) {
    carryTwoItems(a, b, line, a + width, t, i, signed);
  }
  if (count & 1) carryItem(a, b, a + width, t, i, signed);
  if (swapped == 3) {
    const row = integer(rowOf, lane);
    setInteger(rowOf, lane, integer(rowOf, other));
    setInteger(rowOf, other, row);
  }
}

@inline
function carryItem(a: usize, b: usize, end: usize, t: v128, i: i32, signed: v128): void {
  const lambda = two(pairLambda, i);
  const s = times(signed, two(pairDifference, i));
  for (let dot = dots; a < end; a += 16, b += 16, dot += 32) {
    const A = v128.load(a);
    const B = v128.load(b);
    const d = minus(A, B);
    const u = plusTimes(t, d, times(s, v128.load(dot)));
    v128.store(dot, plusTimes(lambda, d, v128.load(dot, 16)), 16);
    v128.store(a, minus(A, u));
    v128.store(b, plus(B, u));
  }
}

/** The same for two, which lie `line` apart. */
@inline
function carryTwoItems(a: usize, b: usize, line: usize, end: usize, t: v128, i: i32, signed: v128): void {
  const lambda0 = two(pairLambda, i);
  const lambda1 = two(pairLambda, i + 1);
  const s0 = times(signed, two(pairDifference, i));
  const s1 = times(signed, two(pairDifference, i + 1));
  for (let dot = dots; a < end; a += 16, b += 16, dot += 32) {
    const D = v128.load(dot);
    const A0 = v128.load(a);
    const B0 = v128.load(b);
    const A1 = v128.load(a + line);
    const B1 = v128.load(b + line);
    const d0 = minus(A0, B0);
    const d1 = minus(A1, B1);
    const u0 = plusTimes(t, d0, times(s0, D));
    const u1 = plusTimes(t, d1, times(s1, D));
    v128.store(dot, plusTimes(lambda1, d1, plusTimes(lambda0, d0, v128.load(dot, 16))), 16);
    v128.store(a, minus(A0, u0));
    v128.store(b, plus(B0, u0));
    v128.store(a + line, minus(A1, u1));
    v128.store(b + line, plus(B1, u1));
  }
}

/** The same where one sample exchanges the lanes. */
@inline
function mixItem(a: usize, b: usize, end: usize, t: v128, i: i32, signed: v128, swaps: v128): void {
  const lambda = two(pairLambda, i);
  const s = times(signed, two(pairDifference, i));
  for (let dot = dots; a < end; a += 16, b += 16, dot += 32) {
    const A = v128.load(a);
    const B = v128.load(b);
    const d = minus(A, B);
    const u = plusTimes(t, d, times(s, v128.load(dot)));
    const P = minus(A, u);
    const Q = plus(B, u);
    const swap = v128.and(v128.xor(P, Q), swaps);
    v128.store(dot, plusTimes(lambda, d, v128.load(dot, 16)), 16);
    v128.store(a, v128.xor(P, swap));
    v128.store(b, v128.xor(Q, swap));
  }
}

/** The tangents of the items in a lane. */
@inline
function rowsOf(lane: i32): usize {
  return XDot + pairs(integer(rowOf, lane) * n * n);
}

/** H += D. w^T + w D.^T with w = F' sum lambda (A - B) + half D.; `dots` has the sums. */
function addSymmetricProduct(slope: v128, half: v128, start: i32, stop: i32): void {
  const end = dots + 2 * pairs(stop - start);
  for (let dot = dots; dot < end; dot += 32) {
    v128.store(dot, plusTimes(half, v128.load(dot), times(slope, v128.load(dot, 16))), 16);
  }
  let diagonal = H + pairs(start * n + start);
  const next = pairs(n + 1);
  for (let own = dots; own < end; own += 32, diagonal += next) {
    const D = v128.load(own);
    const w = v128.load(own, 16);
    for (let dot = own, h = diagonal; dot < end; dot += 32, h += 16) {
      v128.store(h, plusTimes(D, v128.load(dot, 16), plusTimes(w, v128.load(dot), v128.load(h))));
    }
  }
}

/** Bytes of the rows that are summed before the next ones, which stay in a second-level cache. */
const PANEL = 524288;

/** H += sum f''(X) X. X.^T, a panel of lanes after the other. */
function addGram(left: i32, right: i32): void {
  const lanes = max(1, PANEL / <i32>pairs(n * n));
  for (let begin = 0; begin < n; begin += lanes) addTiles(left, right, begin, min(n, begin + lanes));
}

/** In tiles of 2 x 4 and 2 x 2 on and above the diagonal; of odd n the last row and column are done twice. */
function addTiles(left: i32, right: i32, begin: i32, end: i32): void {
  for (let r = 0; r < n; r += 2) {
    const s = min(r + 1, n - 1);
    let j = r;
    for (; j + 4 <= n; j += 4) addWideTile(left, right, begin, end, r, s, j);
    for (; j < n; j += 2) addTile(left, right, begin, end, r, s, j, min(j + 1, n - 1));
  }
}

/** Entries (r, j), (r, t), (s, j), (s, t) of the sum. */
function addTile(left: i32, right: i32, begin: i32, end: i32, r: i32, s: i32, j: i32, t: i32): void {
  const line = pairs(n);
  let rj = two(H, r * n + j);
  let rt = two(H, r * n + t);
  let sj = two(H, s * n + j);
  let st = two(H, s * n + t);
  for (let lane = begin; lane < end; lane++) {
    let row = rowsOf(lane);
    const p = (left * n + lane) * stride;
    const q = (right * n + lane) * stride;
    for (let i = 0; i < n; i++, row += line) {
      const weight = twoOf(curvature, p + i, q + i);
      const xr = times(weight, two(row, r));
      const xs = times(weight, two(row, s));
      const xj = two(row, j);
      const xt = two(row, t);
      rj = plusTimes(xr, xj, rj);
      rt = plusTimes(xr, xt, rt);
      sj = plusTimes(xs, xj, sj);
      st = plusTimes(xs, xt, st);
    }
  }
  setTwo(H, r * n + j, rj);
  setTwo(H, r * n + t, rt);
  setTwo(H, s * n + j, sj);
  setTwo(H, s * n + t, st);
}

/** Entries (r, j ... j + 3) and (s, j ... j + 3). */
function addWideTile(left: i32, right: i32, begin: i32, end: i32, r: i32, s: i32, j: i32): void {
  const line = pairs(n);
  const above = H + pairs(r * n + j);
  const below = H + pairs(s * n + j);
  let r0 = two(above, 0);
  let r1 = two(above, 1);
  let r2 = two(above, 2);
  let r3 = two(above, 3);
  let s0 = two(below, 0);
  let s1 = two(below, 1);
  let s2 = two(below, 2);
  let s3 = two(below, 3);
  for (let lane = begin; lane < end; lane++) {
    let row = rowsOf(lane);
    const p = (left * n + lane) * stride;
    const q = (right * n + lane) * stride;
    for (let i = 0; i < n; i++, row += line) {
      const weight = twoOf(curvature, p + i, q + i);
      const xr = times(weight, two(row, r));
      const xs = times(weight, two(row, s));
      const x = row + pairs(j);
      const x0 = two(x, 0);
      r0 = plusTimes(xr, x0, r0);
      s0 = plusTimes(xs, x0, s0);
      const x1 = two(x, 1);
      r1 = plusTimes(xr, x1, r1);
      s1 = plusTimes(xs, x1, s1);
      const x2 = two(x, 2);
      r2 = plusTimes(xr, x2, r2);
      s2 = plusTimes(xs, x2, s2);
      const x3 = two(x, 3);
      r3 = plusTimes(xr, x3, r3);
      s3 = plusTimes(xs, x3, s3);
    }
  }
  setTwo(above, 0, r0);
  setTwo(above, 1, r1);
  setTwo(above, 2, r2);
  setTwo(above, 3, r3);
  setTwo(below, 0, s0);
  setTwo(below, 1, s1);
  setTwo(below, 2, s2);
  setTwo(below, 3, s3);
}
