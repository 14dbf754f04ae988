import { pair, plus, set, setPair, splat, times } from '../shared/vectors';
import { exponential, exponentOf, powerOf2, remainderOf } from '../shared/exponential';
import { c, height, INVERSE, iterations, MEAN, plane, reaches, source, stride, width, Z } from './grid';
import { around, column, ends } from './around';

/**
 * Sweeps where the distances are of a range in which weights w = 2^SHIFT exp(-z) neither overflow nor vanish: then w of a cell is the same
 * for all its neighbours, and sums around a cell are sums of planes. Without unreached cells, whose weight is 0.
 */
const SHIFT: f64 = 890;
/** 2^SHIFT */
const AT_SOURCE: f64 = 8.25460204899477e267;
/** Distances from -LOW to HIGH have weights from 2^-986 to 2^919. */
const LOW: f64 = 20;
const HIGH: f64 = 1300;

/** Planes of a state: w and w z. */
export const WEIGHT: i32 = 1;
export const MOMENT: i32 = 2;

/**
 * Whether that is so for costs from least to most. A soft minimum of eight numbers is above the least by less than 1, so that a cell n
 * steps away is never at more than n (most + 1).
 */
export function isNarrow(steps: i32, least: f64, most: f64): bool {
  return <f64>steps * (max(most, 0) + 1) <= HIGH && -least * <f64>iterations <= LOW;
}

/** States have to be 0 where no sweep reaches, which is where this does not write. */
export function relaxNarrow(): void {
  set(plane(0, WEIGHT), source, AT_SOURCE);
  for (let t = 1; t < iterations; t++) {
    const rows = reaches(t, height);
    const columns = reaches(t, width);
    for (let i = 1; i <= rows; i++) relaxRow(t, i, columns);
  }
}

function relaxRow(t: i32, i: i32, columns: i32): void {
  const weights = plane(t - 1, WEIGHT);
  const moments = plane(t - 1, MOMENT);
  const z = plane(t, Z);
  const weight = plane(t, WEIGHT);
  const moment = plane(t, MOMENT);
  const inverse = plane(t, INVERSE);
  const mean = plane(t, MEAN);
  let p = i * stride + 1;
  let left = column(weights, p - 2);
  let here = ends(weights, p);
  let full = plus(here, pair(weights, p));
  let leftMoment = column(moments, p - 2);
  let hereMoment = ends(moments, p);
  let fullMoment = plus(hereMoment, pair(moments, p));
  for (let j = 1; j <= columns; j += 2, p += 2) {
    const next = ends(weights, p + 2);
    const right = plus(next, pair(weights, p + 2));
    const nextMoment = ends(moments, p + 2);
    const rightMoment = plus(nextMoment, pair(moments, p + 2));
    const sum = around(left, here, full, right);
    let reached = v128.gt<f64>(sum, splat(0));
    if (j == width) reached = v128.replace_lane<i64>(reached, 1, 0);
    const share = v128.and(v128.div<f64>(splat(1), sum), reached);
    const average = times(share, around(leftMoment, hereMoment, fullMoment, rightMoment));
    let distance = plus(average, pair(c, p));
    const x = v128.neg<f64>(distance);
    const e = exponentOf(x);
    let w = v128.and(times(exponential(remainderOf(x, e)), powerOf2(plus(e, splat(SHIFT)))), reached);
    if (p == source) {
      distance = v128.replace_lane<f64>(distance, 0, 0);
      w = v128.replace_lane<f64>(w, 0, AT_SOURCE);
    }
    const wz = times(w, distance);
    setPair(z, p, distance);
    setPair(weight, p, w);
    setPair(moment, p, wz);
    setPair(inverse, p, share);
    setPair(mean, p, average);
    left = full;
    here = next;
    full = right;
    leftMoment = fullMoment;
    hereMoment = nextMoment;
    fullMoment = rightMoment;
  }
}
