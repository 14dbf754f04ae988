import { take } from '../shared/memory';
import { symmetricRankSum, weightedGram } from '../shared/rank-sums';
import { both, clear, get, integer, minus, pair, plus, set, setPair, splat, times } from '../shared/vectors';
import {
  alpha, alphaBar, complement, D, difference, first, from, lambda, lower, n, size, stride, to, upper, xLambda,
} from './layout';

/** (size) F''(D) and (n, stride) f''(X), in; (stride, stride) Hessian in the scores, out. */
export let second: usize = 0;
export let curvature: usize = 0;
export let H: usize = 0;
/** (n, stride) and (n, stride, stride): tangents of the scores in their lanes, and of X. */
let xDot: usize = 0;
let XDot: usize = 0;
/** (size, stride): factors of the comparators' part of H, D. and w. */
let left: usize = 0;
let right: usize = 0;

export function layOutHessian(): void {
  second = take<f64>(size);
  curvature = take<f64>(n, stride);
  H = take<f64>(stride, stride);
  xDot = take<f64>(n, stride);
  XDot = take<f64>(n * stride, stride);
  left = take<f64>(size, stride);
  right = take<f64>(size, stride);
}

/** From what both sweeps left, F''(D) and f''(X) to H. */
export function hessian(): void {
  clear(xDot, n * stride);
  clear(XDot, n * stride * stride);
  clear(left, size * stride);
  clear(right, size * stride);
  clear(H, stride * stride);
  for (let lane = 0; lane < n; lane++) set(xDot, lane * stride + lane, 1);
  for (let k = 0; k < size; k++) {
    const a = integer(lower, k) * stride;
    const b = integer(upper, k) * stride;
    const start = integer(from, k);
    const end = integer(to, k);
    const f = both(alpha, k);
    const c = both(complement, k);
    const o = k * stride;
    for (let j = start; j < end; j += 2) setPair(left, o + j, minus(pair(xDot, b + j), pair(xDot, a + j)));
    for (let i = start; i < min(end, n); i++) {
      const slope = splat(get(difference, o + i) * get(first, k));
      mixTangents((a + i) * stride, (b + i) * stride, f, c, both(lambda, o + i), slope, o, start, end);
    }
    const half = splat(0.5 * get(second, k) * get(alphaBar, k) - get(first, k) * get(xLambda, k));
    const slope = both(first, k);
    const xSlope = splat(-get(D, k) * get(first, k));
    for (let j = start; j < end; j += 2) {
      const dot = pair(left, o + j);
      setPair(right, o + j, plus(times(slope, pair(right, o + j)), times(half, dot)));
      const A = pair(xDot, a + j);
      const B = pair(xDot, b + j);
      const s = times(xSlope, dot);
      setPair(xDot, a + j, plus(plus(times(f, A), times(c, B)), s));
      setPair(xDot, b + j, minus(plus(times(c, A), times(f, B)), s));
    }
  }
  symmetricRankSum(left, right, size, stride, H);
  weightedGram(XDot, curvature, n * stride, stride, H);
}

/** One item's tangents in lanes a and b over a comparator; right += lambda (A - B). */
@inline
function mixTangents(
  oa: i32, ob: i32, f: v128, c: v128, lambda: v128, slope: v128, o: i32, start: i32, end: i32,
): void {
  for (let j = start; j < end; j += 2) {
    const A = pair(XDot, oa + j);
    const B = pair(XDot, ob + j);
    const s = times(slope, pair(left, o + j));
    setPair(right, o + j, plus(pair(right, o + j), times(lambda, minus(A, B))));
    setPair(XDot, oa + j, plus(plus(times(f, A), times(c, B)), s));
    setPair(XDot, ob + j, minus(plus(times(c, A), times(f, B)), s));
  }
}
