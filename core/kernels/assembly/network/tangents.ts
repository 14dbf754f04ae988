import {
  clear, copy, integer, minus, negative, pairs, plus, plusTimes, setInteger, setTwo, splat, times, two, twoOf,
} from '../shared/vectors';
import { alpha, complement, D, first, lower, n, size, stride, upper } from './layout';
import {
  columns, curvatureRoot, dots, items, ownDifference, ownLambda, pairAlphaBar, pairDifference, pairLambda, pairXLambda, reachFrom, reachTo, rowOf,
  second, w, XDot, xDot,
} from './pair-layout';

/** The block at hand: its first item and score, and those behind its last; and where its tangents lie. */
let item: i32 = 0;
let itemEnd: i32 = 0;
let column: i32 = 0;
let columnEnd: i32 = 0;
let block: usize = 0;
/** (size, items), or (size, n) for all. */
let differences: usize = 0;
let lambdas: usize = 0;

/** Puts side by side what the items from this one on have of differences and lambda, before their tangents are made. */
export function packItems(first: i32): void {
  const packed = items < n;
  differences = packed ? ownDifference : pairDifference;
  lambdas = packed ? ownLambda : pairLambda;
  if (!packed) return;
  const count = 2 * min(items, n - first);
  for (let k = 0; k < size; k++) {
    copy(differences + pairs(k * items), pairDifference + pairs(k * n + first), count);
    copy(lambdas + pairs(k * items), pairLambda + pairs(k * n + first), count);
  }
}

/**
 * Takes the tangents of some items in some scores over all comparators, which adds to their w, and leaves them times the roots of
 * f''(X).
 */
export function carryBlock(left: i32, right: i32, firstItem: i32, firstColumn: i32): void {
  item = firstItem;
  itemEnd = min(n, item + items);
  column = firstColumn;
  columnEnd = min(n, column + columns);
  block = XDot + pairs(column * n * items);
  clear(block, 2 * n * items * columns);
  clear(xDot, 2 * n * columns);
  for (let score = column; score < columnEnd; score++) setTwo(xDot, score * columns + score - column, splat(1));
  for (let lane = 0; lane < n; lane++) setInteger(rowOf, lane, lane);
  for (let k = 0; k < size; k++) carry(k, left * size + k, right * size + k);
  weigh(left, right);
}

/** Over comparator k: the tangents of the scores, then those of the items. */
function carry(k: i32, p: i32, q: i32): void {
  const start = max(integer(reachFrom, k), column);
  const count = max(0, min(integer(reachTo, k), columnEnd) - start);
  const f = twoOf(alpha, p, q);
  const c = twoOf(complement, p, q);
  const slope = twoOf(first, p, q);
  carryScores(k, start - column, count, f, c, times(twoOf(D, p, q), slope));
  carryItems(k, f, c, slope, start, count);
  if (itemEnd < n) return;
  const half = minus(
    times(times(splat(0.5), twoOf(second, p, q)), two(pairAlphaBar, k)),
    times(slope, two(pairXLambda, k)),
  );
  let own = rowOfW(k) + pairs(start - column);
  for (let dot = dots, end = dot + pairs(count); dot < end; dot += 16, own += 16) {
    v128.store(own, plusTimes(half, v128.load(dot), times(slope, v128.load(own))));
  }
}

/** The tangents of D go to `dots`. */
function carryScores(k: i32, start: i32, count: i32, f: v128, c: v128, s: v128): void {
  let a = xDot + pairs(integer(lower, k) * columns + start);
  let b = xDot + pairs(integer(upper, k) * columns + start);
  const end = a + pairs(count);
  for (let dot = dots; a < end; a += 16, b += 16, dot += 16) {
    const A = v128.load(a);
    const B = v128.load(b);
    const d = minus(B, A);
    const sd = times(s, d);
    v128.store(dot, d);
    v128.store(a, minus(plusTimes(c, B, times(f, A)), sd));
    v128.store(b, plus(plusTimes(f, B, times(c, A)), sd));
  }
}

/**
 * Takes the items' tangents A and B in lanes a and b over comparator k, and w += lambda (A - B). With t the smaller of
 * alpha and 1 - alpha,
 *
 *     A - u and B + u,    u = t (A - B) - s D.,    or B + u and A - u,    u = t (A - B) + s D.,
 *
 * as alpha is the larger or not: what is subtracted is no more than half of what is left, so that small tangents are as
 * accurate as sums alpha A + (1 - alpha) B. Where the first sample exchanges them, the lanes exchange their rows; the second
 * exchanges them within the rows, where it does not go with the first.
 */
function carryItems(k: i32, f: v128, c: v128, slope: v128, start: i32, scores: i32): void {
  const lane = integer(lower, k);
  const other = integer(upper, k);
  const swaps = v128.lt<f64>(f, c);
  const swapped = v128.bitmask<i64>(swaps);
  const signed = v128.bitselect(slope, negative(slope), swaps);
  const t = v128.min<f64>(f, c);
  const from = max(integer(reachFrom, k), item);
  const count = max(0, min(integer(reachTo, k), itemEnd) - from);
  const width = pairs(scores);
  const corner = pairs((from - item) * columns + start - column);
  const own = rowOfW(k) + pairs(start - column);
  const a = rowsOf(lane) + corner;
  const b = rowsOf(other) + corner;
  const i = k * items + from - item;
  if (swapped == 1 || swapped == 2) carryRows(a, b, count, width, own, t, i, signed, true);
  else carryRows(a, b, count, width, own, t, i, signed, false);
  if (swapped & 1) {
    const row = integer(rowOf, lane);
    setInteger(rowOf, lane, integer(rowOf, other));
    setInteger(rowOf, other, row);
  }
}

/** `count` items from i on, two at a time. */
@inline
function carryRows(
  a: usize,
  b: usize,
  count: i32,
  width: usize,
  own: usize,
  t: v128,
  i: i32,
  signed: v128,
  mixed: bool,
): void {
  const line = pairs(columns);
  for (const end = i + count - 1; i < end; i += 2, a += 2 * line, b += 2 * line) {
    carryTwoItems(a, b, line, a + width, own, t, i, signed, mixed);
  }
  if (count & 1) carryItem(a, b, a + width, own, t, i, signed, mixed);
}

@inline
function carryItem(a: usize, b: usize, end: usize, own: usize, t: v128, i: i32, signed: v128, mixed: bool): void {
  const lambda = two(lambdas, i);
  const s = times(signed, two(differences, i));
  for (let dot = dots; a < end; a += 16, b += 16, dot += 16, own += 16) {
    const d = exchange(a, b, t, times(s, v128.load(dot)), mixed);
    v128.store(own, plusTimes(lambda, d, v128.load(own)));
  }
}

/** The same for two, which lie `line` apart. */
@inline
function carryTwoItems(
  a: usize,
  b: usize,
  line: usize,
  end: usize,
  own: usize,
  t: v128,
  i: i32,
  signed: v128,
  mixed: bool,
): void {
  const lambda0 = two(lambdas, i);
  const lambda1 = two(lambdas, i + 1);
  const s0 = times(signed, two(differences, i));
  const s1 = times(signed, two(differences, i + 1));
  for (let dot = dots; a < end; a += 16, b += 16, dot += 16, own += 16) {
    const D = v128.load(dot);
    const d0 = exchange(a, b, t, times(s0, D), mixed);
    const d1 = exchange(a + line, b + line, t, times(s1, D), mixed);
    v128.store(own, plusTimes(lambda1, d1, plusTimes(lambda0, d0, v128.load(own))));
  }
}

/**
 * A and B become A - u and B + u, u = t (A - B) + sD, where they are `mixed` of the second sample each in the other's place;
 * returns A - B.
 */
@inline
function exchange(a: usize, b: usize, t: v128, sD: v128, mixed: bool): v128 {
  const A = v128.load(a);
  const B = v128.load(b);
  const d = minus(A, B);
  const u = plusTimes(t, d, sD);
  const P = minus(A, u);
  const Q = plus(B, u);
  v128.store(a, mixed ? v128.shuffle<i64>(P, Q, 0, 3) : P);
  v128.store(b, mixed ? v128.shuffle<i64>(Q, P, 0, 3) : Q);
  return d;
}

/** The block's tangents in a lane. */
@inline
function rowsOf(lane: i32): usize {
  return block + pairs(integer(rowOf, lane) * items * columns);
}

@inline
function rowOfW(k: i32): usize {
  return w + pairs(column * size + k * columns);
}

/** The tangents times the roots of f''(X): the factors of its part of H. */
function weigh(left: i32, right: i32): void {
  const line = pairs(columns);
  for (let lane = 0; lane < n; lane++) {
    let p = (left * n + lane) * stride + item;
    let q = (right * n + lane) * stride + item;
    let x = rowsOf(lane);
    for (const end = x + (<usize>(itemEnd - item)) * line; x < end; p++, q++) {
      const root = twoOf(curvatureRoot, p, q);
      for (const next = x + line; x < next; x += 16) v128.store(x, times(root, v128.load(x)));
    }
  }
}
