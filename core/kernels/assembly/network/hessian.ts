import { take } from '../shared/memory';
import { symmetricRankSum, weightedGram } from '../shared/rank-sums';
import { at, both, clear, get, integer, minus, pair, plus, set, setPair, splat, times } from '../shared/vectors';
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
    const dots = at(left, o);
    const w = at(right, o);
    const xa = at(xDot, a);
    const xb = at(xDot, b);
    for (let j = start; j < end; j += 2) setPair(dots, j, minus(pair(xb, j), pair(xa, j)));
    for (let i = start; i < min(end, n); i++) {
      const slope = splat(get(difference, o + i) * get(first, k));
      mixTangents(at(XDot, (a + i) * stride), at(XDot, (b + i) * stride), f, c, both(lambda, o + i), slope, dots, w, start, end);
    }
    const half = splat(0.5 * get(second, k) * get(alphaBar, k) - get(first, k) * get(xLambda, k));
    const slope = both(first, k);
    const xSlope = splat(-get(D, k) * get(first, k));
    for (let j = start; j < end; j += 2) {
      const dot = pair(dots, j);
      setPair(w, j, plus(times(slope, pair(w, j)), times(half, dot)));
      const A = pair(xa, j);
      const B = pair(xb, j);
      const s = times(xSlope, dot);
      setPair(xa, j, plus(plus(times(f, A), times(c, B)), s));
      setPair(xb, j, minus(plus(times(c, A), times(f, B)), s));
    }
  }
  symmetricRankSum(left, right, size, stride, H);
  weightedGram(XDot, curvature, n * stride, stride, H);
}

/** One item's tangents over a comparator, at a and b those of its lanes, at `dots` those of D; w += lambda (A - B). */
@inline
function mixTangents(
  a: usize, b: usize, f: v128, c: v128, lambda: v128, slope: v128, dots: usize, w: usize, start: i32, end: i32,
): void {
  for (let j = start; j < end; j += 2) {
    const A = pair(a, j);
    const B = pair(b, j);
    const s = times(slope, pair(dots, j));
    setPair(w, j, plus(pair(w, j), times(lambda, minus(A, B))));
    setPair(a, j, plus(plus(times(f, A), times(c, B)), s));
    setPair(b, j, minus(plus(times(c, A), times(f, B)), s));
  }
}
