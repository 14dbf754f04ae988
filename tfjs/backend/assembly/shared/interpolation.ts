/**
 * Filtering in one dimension by products of polynomials' values, on vectors of 4 entries, at 6 points, 0, 1, -1, 1/2,
 * -2 and infinity, or at 8, -1/2 and 2 too. With V_k (points, k) of the powers a_i^j, and at infinity (0, ..., 0, 1), m
 * outputs of a filter w of r taps, m + r = points + 1, come from as many inputs x as points by as many products:
 *
 *     y[p] = sum_j x[p + j] w[j],      y = A^T ((G w) * (B^T x)),      A = V_m,      G = N^-1 V_r,      B^T = N V^-T
 *
 * with V of all powers and N diagonal, N_i = prod_{j != i} (a_i - a_j): rows of B^T are the coefficients of
 * prod_{j != i} (x - a_j), at infinity of the product of all. For 6 points
 *
 *             [ 1  -3/2   -2   3/2    1   0 ]                   [ 1   0     0    0      0   ]
 *             [ 0   -1   1/2   5/2    1   0 ]                   [ 1   1     1    1      1   ]
 *     B^T  =  [ 0    1  -5/2   1/2    1   0 ]           V_5  =  [ 1  -1     1   -1      1   ]
 *             [ 0   -2    -1    2     1   0 ]                   [ 1  1/2  1/4  1/8   1/16   ]
 *             [ 0  1/2    -1  -1/2    1   0 ]                   [ 1  -2     4   -8     16   ]
 *             [ 0    1  -3/2   -2   3/2   1 ]                   [ 0   0     0    0      1   ]
 *
 * and for 8, whose points but two go by pairs a, -a, these are the even and the odd coefficients for a:
 *
 *     0          -1    21/4  -21/4  1        infinity    -1    21/4  -21/4  1
 *     1, -1       1   -17/4    1                          1   -17/4    1
 *     1/2, -1/2   4    -5      1                          2   -5/2    1/2
 *     2, -2      1/4   -5/4    1                         1/2  -5/2     2
 *
 * Transposed, the same products give the gradient by the filter: dw = G^T ((B^T x) * (A dy)).
 *
 * Source: Winograd, Arithmetic Complexity of Computations, 1980; Lavin and Gray, Fast Algorithms for Convolutional
 * Neural Networks, CVPR 2016; the points of Barabasz et al., Error Analysis and Improving the Accuracy of Winograd
 * Convolution for Deep Neural Networks, ACM TOMS 2020, of which 6 lose fewer digits than with 2 in place of 1/2.
 *
 * Addresses and steps from entry to entry are in bytes. Everything is read before anything is written.
 */
import { timesPlus } from './panels';

/** Diagonal of N^-1. */
export function weightOf(point: i32, points: i32): f32 {
  if (point == points - 1) return 1;
  if (points == 8) return point == 0 ? -1 : point < 3 ? -2.0 / 9 : point == 3 || point == 5 ? 32.0 / 45 : 1.0 / 90;
  if (point == 1) return 1.0 / 3;
  if (point == 2) return -1.0 / 3;
  if (point == 3) return -16.0 / 15;
  if (point == 4) return 1.0 / 15;
  return 1;
}

/** V_k w of the first `count` of k coefficients, by Horner's rule; the others are zeros. */
@inline
export function evaluate(from: usize, step: usize, count: i32, k: i32, to: usize, down: usize, points: i32): void {
  const constant = v128.load(from);
  let at = from + (count - 1) * step;
  let one = v128.load(at);
  const leading = count == k ? one : f32x4.splat(0);
  let minusOne = one;
  let half = one;
  let minusTwo = one;
  let minusHalf = one;
  let two = one;
  while (at != from) {
    at -= step;
    const w = v128.load(at);
    one = f32x4.add(w, one);
    minusOne = f32x4.sub(w, minusOne);
    half = timesPlus(half, f32x4.splat(0.5), w);
    minusTwo = timesPlus(minusTwo, f32x4.splat(-2), w);
    if (points == 8) {
      minusHalf = timesPlus(minusHalf, f32x4.splat(-0.5), w);
      two = timesPlus(two, f32x4.splat(2), w);
    }
  }
  putFive(to, down, constant, one, minusOne, half, minusTwo);
  putRest(to, down, minusHalf, two, leading, points);
}

/** The first `count` entries of V_k^T z. */
@inline
export function evaluateTransposed(
  from: usize,
  step: usize,
  to: usize,
  down: usize,
  count: i32,
  k: i32,
  points: i32,
): void {
  const one = v128.load(from + step);
  let minusOne = v128.load(from + 2 * step);
  let half = v128.load(from + 3 * step);
  let minusTwo = v128.load(from + 4 * step);
  let minusHalf = v128.load(from + 5 * step);
  let two = points == 8 ? v128.load(from + 6 * step) : minusHalf;
  const leading = points == 8 ? v128.load(from + 7 * step) : minusHalf;
  let sum = v128.load(from);
  for (let j = 0; j < count; j++, to += down) {
    sum = f32x4.add(f32x4.add(sum, f32x4.add(one, minusOne)), f32x4.add(half, minusTwo));
    if (points == 8) {
      sum = f32x4.add(sum, f32x4.add(minusHalf, two));
      minusHalf = f32x4.mul(minusHalf, f32x4.splat(-0.5));
      two = f32x4.mul(two, f32x4.splat(2));
    }
    v128.store(to, j == k - 1 ? f32x4.add(sum, leading) : sum);
    sum = f32x4.splat(0);
    minusOne = f32x4.neg(minusOne);
    half = f32x4.mul(half, f32x4.splat(0.5));
    minusTwo = f32x4.mul(minusTwo, f32x4.splat(-2));
  }
}

/** B^T x. */
@inline
export function interpolateTransposed(from: usize, step: usize, to: usize, down: usize, points: i32): void {
  if (points == 8) interpolateEight(from, step, to, down);
  else interpolateSix(from, step, to, down);
}

@inline
function interpolateSix(from: usize, step: usize, to: usize, down: usize): void {
  const x0 = v128.load(from);
  const x1 = v128.load(from + step);
  const x2 = v128.load(from + 2 * step);
  const x3 = v128.load(from + 3 * step);
  const x4 = v128.load(from + 4 * step);
  const x5 = v128.load(from + 5 * step);
  const even = f32x4.sub(x4, x2);
  const odd = f32x4.sub(x3, x1);
  const sesqui = f32x4.splat(1.5);
  const high = timesPlus(x3, sesqui, even);
  const low = timesPlus(x2, sesqui, odd);
  putFive(
    to,
    down,
    timesPlus(odd, sesqui, f32x4.add(f32x4.sub(x0, x2), even)),
    f32x4.add(high, low),
    f32x4.sub(high, low),
    timesPlus(odd, f32x4.splat(2), even),
    timesPlus(odd, f32x4.splat(-0.5), even),
  );
  v128.store(to + 5 * down, timesPlus(even, sesqui, f32x4.sub(f32x4.sub(x5, x3), odd)));
}

@inline
function interpolateEight(from: usize, step: usize, to: usize, down: usize): void {
  const x0 = v128.load(from);
  const x1 = v128.load(from + step);
  const x2 = v128.load(from + 2 * step);
  const x3 = v128.load(from + 3 * step);
  const x4 = v128.load(from + 4 * step);
  const x5 = v128.load(from + 5 * step);
  const x6 = v128.load(from + 6 * step);
  const x7 = v128.load(from + 7 * step);
  const quarter = f32x4.splat(0.25);
  const twice = f32x4.splat(2);
  const middle = f32x4.splat(-4.25);
  const even = timesPlus(x4, middle, f32x4.add(x2, x6));
  const odd = timesPlus(x3, middle, f32x4.add(x1, x5));
  const evenHalf = timesPlus(timesPlus(x4, f32x4.splat(-1.25), x2), f32x4.splat(4), x6);
  const oddHalf = timesPlus(timesPlus(x3, f32x4.splat(-1.25), x1), twice, f32x4.mul(x5, f32x4.splat(0.5)));
  const evenTwo = timesPlus(x2, quarter, timesPlus(x4, f32x4.splat(-1.25), x6));
  const oddTwo = timesPlus(timesPlus(x3, f32x4.splat(-1.25), x5), twice, f32x4.mul(x1, f32x4.splat(0.5)));
  const outer = f32x4.splat(5.25);
  putFive(
    to,
    down,
    timesPlus(f32x4.sub(x2, x4), outer, f32x4.sub(x6, x0)),
    f32x4.add(even, odd),
    f32x4.sub(even, odd),
    f32x4.add(evenHalf, oddHalf),
    f32x4.sub(evenTwo, oddTwo),
  );
  putRest(
    to,
    down,
    f32x4.sub(evenHalf, oddHalf),
    f32x4.add(evenTwo, oddTwo),
    timesPlus(f32x4.sub(x3, x5), outer, f32x4.sub(x7, x1)),
    8,
  );
}

/** At 0, 1, -1, 1/2 and -2. */
@inline
function putFive(to: usize, down: usize, z0: v128, z1: v128, z2: v128, z3: v128, z4: v128): void {
  v128.store(to, z0);
  v128.store(to + down, z1);
  v128.store(to + 2 * down, z2);
  v128.store(to + 3 * down, z3);
  v128.store(to + 4 * down, z4);
}

/** At -1/2 and 2, where there are 8 points, and infinity. */
@inline
function putRest(to: usize, down: usize, minusHalf: v128, two: v128, leading: v128, points: i32): void {
  if (points == 8) {
    v128.store(to + 5 * down, minusHalf);
    v128.store(to + 6 * down, two);
  }
  v128.store(to + (points - 1) * down, leading);
}
