import { symmetricRankSum, weightedGram } from './rank-sums';
import { both, clear, get, integer, minus, pair, plus, set, setPair, splat, sum, times } from './vectors';

/**
 * The sweeps over the comparators of a relaxed sorting network; core/sorting/relaxed-network.ts has the formulas and
 * says what the arrays hold. `count` comparators on n lanes; rows over items or scores are `stride` long, even. Items
 * are done in blocks [begin, end), of which `difference` has rows of `width` entries. Item ranges [from, to) and blocks
 * are even at both ends.
 */
export function forwardRows(
  count: i32, stride: i32, lower: usize, upper: usize, from: usize, to: usize, alpha: usize, complement: usize,
  X: usize, difference: usize, width: i32, begin: i32, end: i32,
): void {
  const whole = width == stride;
  for (let k = 0, row = -begin; k < count; k++, row += width) {
    const start = whole ? integer(from, k) : max(integer(from, k), begin);
    const stop = whole ? integer(to, k) : min(integer(to, k), end);
    const a = integer(lower, k) * stride;
    const b = integer(upper, k) * stride;
    mixRows(X, a, b, both(alpha, k), both(complement, k), start, stop, difference, row);
  }
}

/** Rows at oa and ob become f A + c B and c A + f B; A - B before that goes to `difference`. */
@inline
function mixRows(
  X: usize, oa: i32, ob: i32, f: v128, c: v128, from: i32, to: i32, difference: usize, o: i32,
): void {
  for (let i = from; i < to; i += 2) {
    const A = pair(X, oa + i);
    const B = pair(X, ob + i);
    setPair(difference, o + i, minus(A, B));
    setPair(X, oa + i, plus(times(f, A), times(c, B)));
    setPair(X, ob + i, plus(times(c, A), times(f, B)));
  }
}

/**
 * Takes XBar of a block of items back, and adds to `bars`, two numbers a comparator, what X has of the derivative in
 * alpha; with the `last` block also xBar, and fills xLambda and alphaBar. Rows of lambda are `kept` apart: 0 where only
 * the last is wanted.
 */
export function reverseRows(
  count: i32, stride: i32, lower: usize, upper: usize, from: usize, to: usize, alpha: usize, complement: usize,
  D: usize, first: usize, difference: usize, xBar: usize, XBar: usize, lambda: usize, xLambda: usize, alphaBar: usize,
  bars: usize, kept: i32, width: i32, begin: i32, end: i32, last: bool,
): void {
  const whole = width == stride;
  for (let k = count - 1; k >= 0; k--) {
    const a = integer(lower, k);
    const b = integer(upper, k);
    const start = whole ? integer(from, k) : max(integer(from, k), begin);
    const stop = whole ? integer(to, k) : min(integer(to, k), end);
    const f = get(alpha, k);
    const c = get(complement, k);
    const row = k * width - begin;
    const keptRow = k * kept - begin;
    mixRows(XBar, a * stride, b * stride, splat(f), splat(c), start, stop, lambda, keptRow);
    let total = whole ? splat(0) : pair(bars, 2 * k);
    for (let i = start; i < stop; i += 2) {
      total = plus(total, times(pair(lambda, keptRow + i), pair(difference, row + i)));
    }
    if (!last) {
      setPair(bars, 2 * k, total);
      continue;
    }
    const xa = get(xBar, a);
    const xb = get(xBar, b);
    const bar = sum(total) - (xa - xb) * get(D, k);
    const slope = get(first, k) * bar;
    set(xLambda, k, xa - xb);
    set(alphaBar, k, bar);
    set(xBar, a, f * xa + c * xb - slope);
    set(xBar, b, c * xa + f * xb + slope);
  }
}

export function hessian(
  count: i32, n: i32, stride: i32, lower: usize, upper: usize, from: usize, to: usize, alpha: usize, complement: usize, D: usize, first: usize,
  second: usize, difference: usize, lambda: usize, xLambda: usize, alphaBar: usize, x: usize, X: usize, left: usize, right: usize,
  curvature: usize, H: usize,
): void {
  clear(x, n * stride);
  clear(X, n * stride * stride);
  clear(left, count * stride);
  clear(right, count * stride);
  clear(H, stride * stride);
  for (let lane = 0; lane < n; lane++) set(x, lane * stride + lane, 1);
  for (let k = 0; k < count; k++) {
    const a = integer(lower, k) * stride;
    const b = integer(upper, k) * stride;
    const start = integer(from, k);
    const end = integer(to, k);
    const f = both(alpha, k);
    const c = both(complement, k);
    const o = k * stride;
    for (let j = start; j < end; j += 2) setPair(left, o + j, minus(pair(x, b + j), pair(x, a + j)));
    for (let i = start; i < min(end, n); i++) {
      mixTangents(X, (a + i) * stride, (b + i) * stride, f, c, both(lambda, o + i), splat(get(difference, o + i) * get(first, k)), left, right, o, start, end);
    }
    const half = splat(0.5 * get(second, k) * get(alphaBar, k) - get(first, k) * get(xLambda, k));
    const slope = both(first, k);
    const xSlope = splat(-get(D, k) * get(first, k));
    for (let j = start; j < end; j += 2) {
      const dot = pair(left, o + j);
      setPair(right, o + j, plus(times(slope, pair(right, o + j)), times(half, dot)));
      const A = pair(x, a + j);
      const B = pair(x, b + j);
      const s = times(xSlope, dot);
      setPair(x, a + j, plus(plus(times(f, A), times(c, B)), s));
      setPair(x, b + j, minus(plus(times(c, A), times(f, B)), s));
    }
  }
  symmetricRankSum(left, right, count, stride, H);
  weightedGram(X, curvature, n * stride, stride, H);
}

/** One item's tangents in lanes a and b over a comparator; right += lambda (A - B). */
@inline
function mixTangents(
  X: usize, oa: i32, ob: i32, f: v128, c: v128, lambda: v128, slope: v128, left: usize, right: usize, o: i32, start: i32, end: i32,
): void {
  for (let j = start; j < end; j += 2) {
    const A = pair(X, oa + j);
    const B = pair(X, ob + j);
    const s = times(slope, pair(left, o + j));
    setPair(right, o + j, plus(pair(right, o + j), times(lambda, minus(A, B))));
    setPair(X, oa + j, plus(plus(times(f, A), times(c, B)), s));
    setPair(X, ob + j, minus(plus(times(c, A), times(f, B)), s));
  }
}
