import { integer } from './vectors';

/**
 * The sweeps of network.ts in float32 arithmetic, each product and sum rounded as PyTorch's are. Numbers are float32;
 * rows are `stride` long, and item ranges, blocks and rows multiples of 4.
 */
@inline
function at32(base: usize, index: i32): usize {
  return base + ((<usize>index) << 2);
}

@inline
function get32(base: usize, index: i32): f32 {
  return load<f32>(at32(base, index));
}

@inline
function set32(base: usize, index: i32, value: f32): void {
  store<f32>(at32(base, index), value);
}

export function forwardRows32(
  count: i32, stride: i32, lower: usize, upper: usize, from: usize, to: usize, alpha: usize, complement: usize,
  X: usize, difference: usize, width: i32, begin: i32, end: i32,
): void {
  for (let k = 0; k < count; k++) {
    const start = max(integer(from, k), begin);
    const stop = min(integer(to, k), end);
    const a = integer(lower, k) * stride;
    const b = integer(upper, k) * stride;
    mixRows(X, a, b, get32(alpha, k), get32(complement, k), start, stop, difference, k * width - begin);
  }
}

/** Rows at oa and ob become f A + c B and c A + f B; A - B before that goes to `difference`. */
@inline
function mixRows(X: usize, oa: i32, ob: i32, f: f32, c: f32, from: i32, to: i32, difference: usize, o: i32): void {
  const fs = f32x4.splat(f);
  const cs = f32x4.splat(c);
  for (let i = from; i < to; i += 4) {
    const A = v128.load(at32(X, oa + i));
    const B = v128.load(at32(X, ob + i));
    v128.store(at32(difference, o + i), f32x4.sub(A, B));
    v128.store(at32(X, oa + i), f32x4.add(f32x4.mul(fs, A), f32x4.mul(cs, B)));
    v128.store(at32(X, ob + i), f32x4.add(f32x4.mul(cs, A), f32x4.mul(fs, B)));
  }
}

export function reverseRows32(
  count: i32, stride: i32, lower: usize, upper: usize, from: usize, to: usize, alpha: usize, complement: usize,
  D: usize, first: usize, difference: usize, xBar: usize, XBar: usize, lambda: usize, xLambda: usize, alphaBar: usize,
  bars: usize, kept: i32, width: i32, begin: i32, end: i32, last: bool,
): void {
  for (let k = count - 1; k >= 0; k--) {
    const a = integer(lower, k);
    const b = integer(upper, k);
    const start = max(integer(from, k), begin);
    const stop = min(integer(to, k), end);
    const f = get32(alpha, k);
    const c = get32(complement, k);
    const row = k * width - begin;
    const keptRow = k * kept - begin;
    mixRows(XBar, a * stride, b * stride, f, c, start, stop, lambda, keptRow);
    let total = v128.load(at32(bars, 4 * k));
    for (let i = start; i < stop; i += 4) {
      const product = f32x4.mul(v128.load(at32(lambda, keptRow + i)), v128.load(at32(difference, row + i)));
      total = f32x4.add(total, product);
    }
    v128.store(at32(bars, 4 * k), total);
    if (!last) continue;
    const xa = get32(xBar, a);
    const xb = get32(xBar, b);
    const bar = sum32(total) - (xa - xb) * get32(D, k);
    const slope = get32(first, k) * bar;
    set32(xLambda, k, xa - xb);
    set32(alphaBar, k, bar);
    set32(xBar, a, f * xa + c * xb - slope);
    set32(xBar, b, c * xa + f * xb + slope);
  }
}

@inline
function sum32(v: v128): f32 {
  return f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1) + (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3));
}
