import { take } from '../shared/memory';
import { clear, minus, pair, plus, setPair, splat, times } from '../shared/vectors';
import { around, column, ends } from './around';
import { cDot, DRIFT, MEAN_DOT, tangent, Z_DOT } from './derivative-planes';
import { area, height, INVERSE, iterations, MEAN, plane, reaches, source, stride, width, Z } from './grid';
import { WEIGHT } from './narrow-sweeps';

/** Planes of w z. and w (1 - z) z. before a sweep and after it, in turns. */
let drifts: usize = 0;
let slopes: usize = 0;
let driftsAfter: usize = 0;
let slopesAfter: usize = 0;

export function layOutNarrowTangents(): void {
  drifts = take<f64>(area);
  slopes = take<f64>(area);
  driftsAfter = take<f64>(area);
  slopesAfter = take<f64>(area);
}

export function relaxTangentsNarrow(): void {
  clear(drifts, area);
  clear(slopes, area);
  clear(driftsAfter, area);
  clear(slopesAfter, area);
  for (let t = 1; t < iterations; t++) {
    const rows = reaches(t, height);
    for (let i = 1; i <= rows; i++) tangentRow(t, i, reaches(t, width));
    turn();
  }
}

function turn(): void {
  const drift = drifts;
  drifts = driftsAfter;
  driftsAfter = drift;
  const slope = slopes;
  slopes = slopesAfter;
  slopesAfter = slope;
}

/** drift = sum w z. / sum w, and mean. = sum w (1 - z) z. / sum w + mean drift. */
function tangentRow(t: i32, i: i32, to: i32): void {
  const z = plane(t, Z);
  const weight = plane(t, WEIGHT);
  const inverse = plane(t, INVERSE);
  const mean = plane(t, MEAN);
  const zDot = tangent(t, Z_DOT);
  const drift = tangent(t, DRIFT);
  const meanDot = tangent(t, MEAN_DOT);
  let p = i * stride + 1;
  let left = column(drifts, p - 2);
  let here = ends(drifts, p);
  let full = plus(here, pair(drifts, p));
  let leftSlope = column(slopes, p - 2);
  let hereSlope = ends(slopes, p);
  let fullSlope = plus(hereSlope, pair(slopes, p));
  for (let j = 1; j <= to; j += 2, p += 2) {
    const next = ends(drifts, p + 2);
    const right = plus(next, pair(drifts, p + 2));
    const nextSlope = ends(slopes, p + 2);
    const rightSlope = plus(nextSlope, pair(slopes, p + 2));
    const share = pair(inverse, p);
    const moved = times(share, around(left, here, full, right));
    const sum = around(leftSlope, hereSlope, fullSlope, rightSlope);
    const average = plus(times(share, sum), times(pair(mean, p), moved));
    let dot = plus(average, pair(cDot, p));
    if (p == source) dot = v128.replace_lane<f64>(dot, 0, 0);
    const weighted = times(pair(weight, p), dot);
    setPair(zDot, p, dot);
    setPair(drift, p, moved);
    setPair(meanDot, p, average);
    setPair(driftsAfter, p, weighted);
    setPair(slopesAfter, p, times(weighted, minus(splat(1), pair(z, p))));
    left = full;
    here = next;
    full = right;
    leftSlope = fullSlope;
    hereSlope = nextSlope;
    fullSlope = rightSlope;
  }
}
