import { at, minus, pair, plus, setPair, splat, times } from '../vectors';
import {
  area, beta, D, EXPONENT, height, INVERSE, iterations, MANTISSA, MEAN, reaches, source, stride, take, TOP, toPlane, vector, width,
} from './grid';
import { plane, power } from './weights';

/**
 * Derivatives of the sweeps along `vector`, marked with a dot: with u the distances around a cell and s = 1 - beta (u - mean),
 *
 *     d. = sum pi s u. + c.,     pi. = -beta pi (u. - drift),     drift = sum pi u.
 */

/** Plane of the tangents of the costs. */
export let cDot: usize = 0;
/** (iterations) groups of three planes: d. after sweep t, and drift and mean. of the sweep. */
let tangents: usize = 0;

export const D_DOT: i32 = 0;
export const DRIFT: i32 = 1;
export const MEAN_DOT: i32 = 2;

export function layOutTangents(): void {
  cDot = take(area);
  tangents = take(iterations * 3 * area);
}

@inline
export function tangent(t: i32, kind: i32): usize {
  return at(tangents, (t * 3 + kind) * area);
}

/** From `vector` to the tangents of all states. */
export function relaxTangents(): void {
  toPlane(vector, cDot);
  for (let t = 1; t < iterations; t++) {
    const rows = reaches(t, height);
    const columns = reaches(t, width);
    for (let i = 1; i <= rows; i++) {
      for (let j = 1; j <= columns; j += 2) tangentPair(t, i * stride + j, j == width);
    }
  }
}

@inline
function tangentPair(t: i32, p: i32, alone: bool): void {
  const top = pair(plane(t, TOP), p);
  const mean = pair(plane(t, MEAN), p);
  let drift = splat(0);
  let meanDot = splat(0);
  for (let k = 0, row = p - stride - 1; k < 3; k++, row += stride) {
    for (let v = row; v < row + 3; v++) {
      if (v == p) continue;
      const weight = times(pair(plane(t - 1, MANTISSA), v), power(minus(pair(plane(t - 1, EXPONENT), v), top)));
      const moved = times(weight, pair(tangent(t - 1, D_DOT), v));
      drift = plus(drift, moved);
      meanDot = plus(meanDot, times(moved, minus(splat(1), times(splat(beta), minus(pair(plane(t - 1, D), v), mean)))));
    }
  }
  const inverse = pair(plane(t, INVERSE), p);
  meanDot = times(meanDot, inverse);
  let dDot = plus(meanDot, pair(cDot, p));
  if (p == source) dDot = v128.replace_lane<f64>(dDot, 0, 0);
  if (alone) dDot = v128.replace_lane<f64>(dDot, 1, 0);
  setPair(tangent(t, D_DOT), p, dDot);
  setPair(tangent(t, DRIFT), p, times(drift, inverse));
  setPair(tangent(t, MEAN_DOT), p, meanDot);
}
