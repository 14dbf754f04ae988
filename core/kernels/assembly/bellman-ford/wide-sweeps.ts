import { get, minus, pair, plus, set, setPair, splat, times } from '../shared/vectors';
import { exponential, exponentOf, powerOf2, remainderOf } from '../shared/exponential';
import { area, c, height, INVERSE, iterations, MEAN, plane, reaches, source, STATE, stride, width, Z } from './grid';

/**
 * Sweeps for distances of any range. Weights exp(-z) are kept as mantissa * 2^exponent, so that one exponential a cell serves all its
 * neighbours: the weight of a cell among others is mantissa * 2^(exponent - largest exponent) over the sum of such terms.
 */

/** Planes of a state: exp(-z) in two parts; of the sweep the largest exponent around a cell, to which the sum of weights is relative. */
export const MANTISSA: i32 = 1;
export const EXPONENT: i32 = 2;
export const TOP: i32 = 5;

/** A TOP that no exponent comes near, for cells that no sweep computes. */
const NEVER: f64 = 1e308;
const SMALLEST: f64 = -1023;

/** 2^e for integers e <= 0. */
@inline
export function power(e: v128): v128 {
  return powerOf2(v128.pmax<f64>(e, splat(SMALLEST)));
}

/** The weight of one cell, relative to 2^top. */
export function weightOf(t: i32, v: i32, top: f64): f64 {
  const scale = v128.extract_lane<f64>(power(splat(get(plane(t, EXPONENT), v) - top)), 0);
  return get(plane(t, MANTISSA), v) * scale;
}

/**
 * Infinity, for costs of at most this size, is a number so far above all others that its weight beside any of them is 0, while the weights
 * of cells that are still there depend on what they are above it.
 */
export function relaxWide(size: f64): void {
  const infinity = splat(2 * <f64>iterations * size + 800);
  for (let p = 0; p < area; p += 2) {
    setPair(plane(0, Z), p, infinity);
    setWeights(0, p, infinity);
    setPair(plane(0, TOP), p, splat(NEVER));
    setPair(plane(0, INVERSE), p, splat(0));
    setPair(plane(0, MEAN), p, splat(0));
  }
  set(plane(0, Z), source, 0);
  set(plane(0, MANTISSA), source, 1);
  set(plane(0, EXPONENT), source, 0);
  for (let t = 1; t < iterations; t++) {
    memory.copy(plane(t, Z), plane(t - 1, Z), <usize>(STATE * area) << 3);
    const rows = reaches(t, height);
    const columns = reaches(t, width);
    for (let i = 1; i <= rows; i++) for (let j = 1; j <= columns; j += 2) relaxPair(t, i * stride + j, j == width);
  }
}

@inline
function setWeights(t: i32, p: i32, z: v128): void {
  const x = v128.neg<f64>(z);
  const e = exponentOf(x);
  setPair(plane(t, EXPONENT), p, e);
  setPair(plane(t, MANTISSA), p, exponential(v128.pmax<f64>(v128.pmin<f64>(remainderOf(x, e), splat(0.4)), splat(-0.4))));
}

/** Cells p and p + 1, of which the second may not exist. */
@inline
function relaxPair(t: i32, p: i32, alone: bool): void {
  const z = plane(t - 1, Z);
  const mantissas = plane(t - 1, MANTISSA);
  const exponents = plane(t - 1, EXPONENT);
  let top = v128.pmax<f64>(pair(exponents, p - 1), pair(exponents, p + 1));
  for (let v = p - 1; v < p + 2; v++) {
    top = v128.pmax<f64>(top, v128.pmax<f64>(pair(exponents, v - stride), pair(exponents, v + stride)));
  }
  let sum = splat(0);
  let moment = splat(0);
  for (let k = 0, row = p - stride - 1; k < 3; k++, row += stride) {
    for (let v = row; v < row + 3; v++) {
      if (v == p) continue;
      const weight = times(pair(mantissas, v), power(minus(pair(exponents, v), top)));
      sum = plus(sum, weight);
      moment = plus(moment, times(weight, pair(z, v)));
    }
  }
  const inverse = v128.div<f64>(splat(1), sum);
  const mean = times(moment, inverse);
  let distance = plus(mean, pair(c, p));
  if (p == source) distance = v128.replace_lane<f64>(distance, 0, 0);
  if (alone) distance = v128.replace_lane<f64>(distance, 1, get(z, p + 1));
  setPair(plane(t, Z), p, distance);
  setWeights(t, p, distance);
  setPair(plane(t, TOP), p, top);
  setPair(plane(t, INVERSE), p, inverse);
  setPair(plane(t, MEAN), p, mean);
}
