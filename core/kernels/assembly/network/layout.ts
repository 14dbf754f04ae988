import { take } from '../shared/memory';

/**
 * Samples of a relaxed sorting network, one at a time; core/sorting/relaxed-network.ts has the formulas. Numbers are T, f64 or f32:
 * `lanes` of them fill a vector, and rows over items or scores are `stride` long, a multiple of that. Items are done in
 * blocks of `width`, of which `difference` has rows.
 */
export let n: i32 = 0;
export let stride: i32 = 0;
export let width: i32 = 0;
/** Comparators. */
export let size: i32 = 0;
/** Rows of lambda are so far apart: 0 where only the last is wanted. */
export let kept: i32 = 0;
/** (size) int32 lanes of the comparators, and the items that reach them, [from, to), multiples of `lanes` both. */
export let lower: usize = 0;
export let upper: usize = 0;
export let from: usize = 0;
export let to: usize = 0;
/** (samples, size): D = x_b - x_a, alpha = F(D), 1 - alpha, F'(D). */
export let D: usize = 0;
export let alpha: usize = 0;
export let complement: usize = 0;
export let first: usize = 0;
/** (size), what `reverse` finds: xBar_a - xBar_b, alphaBar. */
export let xLambda: usize = 0;
export let alphaBar: usize = 0;
/** (size, lanes): what X has of the derivatives in alpha, so far. */
export let bars: usize = 0;
/** (size, width) X_a - X_b and (size, kept) XBar_a - XBar_b of each comparator. */
export let difference: usize = 0;
export let lambda: usize = 0;
/** (n, stride) soft permutation, (samples, n, stride) derivatives in it, and (n, stride) those of the sample on its way back. */
export let X: usize = 0;
export let XBar: usize = 0;
export let carried: usize = 0;
/** (n) derivatives in the scores. */
export let xBar: usize = 0;

/** After `layOut`: for `comparators` on `scores` lanes, `block` items at a time; all of lambda is kept where `keep`. */
export function layOutNetwork<T>(scores: i32, comparators: i32, block: i32, samples: i32, keep: bool): void {
  n = scores;
  stride = padded<T>(n);
  width = block;
  size = comparators;
  kept = keep ? stride : 0;
  lower = take<i32>(size);
  upper = take<i32>(size);
  from = take<i32>(size);
  to = take<i32>(size);
  D = take<T>(samples, size);
  alpha = take<T>(samples, size);
  complement = take<T>(samples, size);
  first = take<T>(samples, size);
  xLambda = take<T>(size);
  alphaBar = take<T>(size);
  bars = take<T>(size, lanes<T>());
  difference = take<T>(size, width);
  lambda = take<T>(keep ? size : 1, stride);
  X = take<T>(n, stride);
  XBar = take<T>(samples * n, stride);
  carried = take<T>(n, stride);
  xBar = take<T>(n);
}

@inline
export function lanes<T>(): i32 {
  return 16 / sizeof<T>();
}

@inline
export function padded<T>(count: i32): i32 {
  return (count + lanes<T>() - 1) & -lanes<T>();
}
