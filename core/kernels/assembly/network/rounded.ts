import { take } from '../shared/memory';
import { at, integer, minus, pairs, plus, splat, times, twoOf } from '../shared/vectors';
import {
  alpha, alphaBar, complement, D, difference, first, lambda, layOutNetwork, n, padded, size, stride, X, xLambda,
} from './layout';
import { curvatureRoot, pairAlphaBar, pairDifference, pairLambda, pairXLambda, reachFrom, reachTo } from './pair-layout';

/**
 * Two samples as network-float32.ts leaves them for Hessians: their arrays from D to X as that kernel lays them out, `apart` bytes from
 * each other. What Hessians take of samples is made of these, where otherwise sweeps in float64 make it.
 */
export let rounded: usize = 0;
export let apart: usize = 0;
let rowLength: i32 = 0;
let roundedAlpha: usize = 0;
let roundedComplement: usize = 0;
let roundedFirst: usize = 0;
let roundedXLambda: usize = 0;
let roundedAlphaBar: usize = 0;
let roundedDifference: usize = 0;
let roundedLambda: usize = 0;
let roundedX: usize = 0;
/** (2, n, n): their true permutations. */
export let truth: usize = 0;

/** Before the other arrays, whose names it uses. */
export function layOutRounded(scores: i32, comparators: i32): void {
  const width = padded<f32>(scores);
  layOutNetwork<f32>(scores, comparators, width, 1, true);
  rounded = D;
  rowLength = stride;
  roundedAlpha = alpha;
  roundedComplement = complement;
  roundedFirst = first;
  roundedXLambda = xLambda;
  roundedAlphaBar = alphaBar;
  roundedDifference = difference;
  roundedLambda = lambda;
  roundedX = X;
  layOutNetwork<f32>(scores, comparators, width, 1, true);
  apart = D - rounded;
  truth = take<f64>(2 * scores, scores);
}

/** Fills what `hessianOfPair` takes of both. */
export function promotePair(): void {
  widen(rounded, D);
  widen(roundedAlpha, alpha);
  widen(roundedComplement, complement);
  widen(roundedFirst, first);
  interleave(roundedXLambda, pairXLambda, size);
  interleave(roundedAlphaBar, pairAlphaBar, size);
  for (let k = 0; k < size; k++) {
    const start = integer(reachFrom, k);
    const count = integer(reachTo, k) - start;
    const row = (<usize>(k * rowLength + start)) << 2;
    const out = pairs(k * n + start);
    interleave(roundedDifference + row, pairDifference + out, count);
    interleave(roundedLambda + row, pairLambda + out, count);
  }
  curve();
}

/** (2, size) float32 to (2, size) float64. */
function widen(from: usize, to: usize): void {
  for (let sample = 0; sample < 2; sample++, from += apart) {
    for (let k = 0; k < size; k++, to += 8) store<f64>(to, <f64>load<f32>(from + ((<usize>k) << 2)));
  }
}

/** `count` entries of both samples, side by side in float64. */
@inline
function interleave(from: usize, to: usize, count: i32): void {
  for (const end = from + ((<usize>count) << 2); from < end; from += 4, to += 16) v128.store(to, promoted(from));
}

/** The entry of both samples that the first has there. */
@inline
function promoted(entry: usize): v128 {
  return f64x2.promote_low_f32x4(v128.load32_lane(entry + apart, v128.load32_zero(entry), 1));
}

const EPSILON: f64 = 1e-12;

/**
 * The root of f''(X) of the binary cross-entropy, as autograd gives f'' when it differentiates twice what PyTorch computes
 * (core/kernels/assembly/rows/float32.ts): the root of X (X - 2 T) + T over n (X + 1e-12) (1 - X + 1e-12), X at most 1.
 */
function curve(): void {
  const epsilon = splat(EPSILON);
  const one = splat(1);
  const two = splat(2);
  for (let r = 0; r < n; r++) {
    let entry = roundedX + ((<usize>(r * rowLength)) << 2);
    let p = r * n;
    for (let o = r * stride, end = o + n; o < end; o++, p++, entry += 4) {
      const x = v128.min<f64>(one, promoted(entry));
      const t = twoOf(truth, p, p + n * n);
      const square = plus(times(x, minus(x, times(two, t))), t);
      const below = times(plus(x, epsilon), plus(minus(one, x), epsilon));
      const root = v128.div<f64>(v128.sqrt<f64>(square), times(splat(n), below));
      v128.store64_lane(at(curvatureRoot, o), root, 0);
      v128.store64_lane(at(curvatureRoot, o + n * stride), root, 1);
    }
  }
}
