import { integer } from '../shared/vectors';
import {
  alpha, alphaBar, bars, carried, complement, D, difference, first, from, kept, lambda, lanes, lower, n, size, stride, to, upper,
  width, X, xBar, XBar, xLambda,
} from './layout';

/** The sweeps over the comparators in the arithmetic of T, each product and sum rounded to it. */

@inline
function at<T>(base: usize, index: i32): usize {
  return base + ((<usize>index) << alignof<T>());
}

@inline
function get<T>(base: usize, index: i32): T {
  return load<T>(at<T>(base, index));
}

@inline
function set<T>(base: usize, index: i32, value: T): void {
  store<T>(at<T>(base, index), value);
}

@inline
function clear<T>(base: usize, index: i32, count: i32): void {
  memory.fill(at<T>(base, index), 0, (<usize>count) << alignof<T>());
}

/** From alpha and 1 - alpha of a sample to X. Of several blocks no differences are kept. */
@inline
export function forwardSweep<T>(sample: i32): void {
  const apart = width < stride ? 0 : width;
  for (let begin = 0; begin < stride; begin += width) forwardBlock<T>(sample, begin, min(stride, begin + width), apart);
}

/** From XBar of a sample to xBar, lambda, xLambda and alphaBar. The differences of several blocks are made again. */
@inline
export function reverseSweep<T>(sample: i32): void {
  memory.copy(carried, at<T>(XBar, sample * n * stride), (<usize>n * stride) << alignof<T>());
  clear<T>(xBar, 0, n);
  if (width < stride) clear<T>(bars, 0, size * lanes<T>());
  clearPadding<T>();
  for (let begin = 0; begin < stride; begin += width) {
    const end = min(stride, begin + width);
    if (width < stride) forwardBlock<T>(sample, begin, end, width);
    reverseBlock<T>(sample, begin, end);
  }
}

/** Padding takes what a NaN or infinite alpha makes of it, and would keep it. */
@inline
function clearPadding<T>(): void {
  for (let r = 0; r < n; r++) for (let c = n; c < stride; c++) set<T>(carried, r * stride + c, 0);
}

/** Rows of differences are so far `apart`: 0 where they are all written to one, which stays in a cache. */
function forwardBlock<T>(sample: i32, begin: i32, end: i32, apart: i32): void {
  const own = sample * size;
  const whole = width == stride;
  if (whole) clear<T>(X, 0, n * stride);
  else for (let lane = 0; lane < n; lane++) clear<T>(X, lane * stride + begin, end - begin);
  for (let lane = begin; lane < min(end, n); lane++) set<T>(X, lane * stride + lane, 1);
  for (let k = 0, row = -begin; k < size; k++, row += apart) {
    const start = whole ? integer(from, k) : max(integer(from, k), begin);
    const stop = whole ? integer(to, k) : min(integer(to, k), end);
    const a = at<T>(X, integer(lower, k) * stride);
    const b = at<T>(X, integer(upper, k) * stride);
    mixRows<T>(a, b, get<T>(alpha, own + k), get<T>(complement, own + k), start, stop, at<T>(difference, row));
  }
}

/** Rows at a and b become f A + c B and c A + f B; A - B before that goes to `out`. */
@inline
function mixRows<T>(a: usize, b: usize, f: T, c: T, start: i32, stop: i32, out: usize): void {
  const fs = v128.splat<T>(f);
  const cs = v128.splat<T>(c);
  for (let i = start; i < stop; i += lanes<T>()) {
    const A = v128.load(at<T>(a, i));
    const B = v128.load(at<T>(b, i));
    v128.store(at<T>(out, i), v128.sub<T>(A, B));
    v128.store(at<T>(a, i), v128.add<T>(v128.mul<T>(fs, A), v128.mul<T>(cs, B)));
    v128.store(at<T>(b, i), v128.add<T>(v128.mul<T>(cs, A), v128.mul<T>(fs, B)));
  }
}

/**
 * Takes the derivatives of a block of items back, and adds to `bars` what X has of the derivative in alpha; with the last block
 * also xBar, and fills xLambda and alphaBar.
 */
function reverseBlock<T>(sample: i32, begin: i32, end: i32): void {
  const own = sample * size;
  const whole = width == stride;
  for (let k = size - 1; k >= 0; k--) {
    const a = integer(lower, k);
    const b = integer(upper, k);
    const start = whole ? integer(from, k) : max(integer(from, k), begin);
    const stop = whole ? integer(to, k) : min(integer(to, k), end);
    const f = get<T>(alpha, own + k);
    const c = get<T>(complement, own + k);
    const lambdas = at<T>(lambda, k * kept - begin);
    const differences = at<T>(difference, k * width - begin);
    mixRows<T>(at<T>(carried, a * stride), at<T>(carried, b * stride), f, c, start, stop, lambdas);
    let total = whole ? v128.splat<T>(0) : v128.load(at<T>(bars, k * lanes<T>()));
    for (let i = start; i < stop; i += lanes<T>()) {
      const product = v128.mul<T>(v128.load(at<T>(lambdas, i)), v128.load(at<T>(differences, i)));
      total = v128.add<T>(total, product);
    }
    if (end < stride) {
      v128.store(at<T>(bars, k * lanes<T>()), total);
      continue;
    }
    const xa = get<T>(xBar, a);
    const xb = get<T>(xBar, b);
    const bar = sum<T>(total) - (xa - xb) * get<T>(D, own + k);
    const slope = get<T>(first, own + k) * bar;
    set<T>(xLambda, k, xa - xb);
    set<T>(alphaBar, k, bar);
    set<T>(xBar, a, f * xa + c * xb - slope);
    set<T>(xBar, b, c * xa + f * xb + slope);
  }
}

@inline
function sum<T>(v: v128): T {
  const low = v128.extract_lane<T>(v, 0) + v128.extract_lane<T>(v, 1);
  return lanes<T>() == 2 ? low : low + (v128.extract_lane<T>(v, 2) + v128.extract_lane<T>(v, 3));
}
