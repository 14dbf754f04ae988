import { take } from '../shared/memory';
import { minus, pair, plus, setPair, splat, times } from '../shared/vectors';
import { around, column, ends } from './around';
import { cBarDot, DRIFT, MEAN_DOT, tangent, Z_DOT, zBarDot, zBarDotBefore } from './derivative-planes';
import { area, height, INVERSE, MEAN, NO_BAR, plane, reaches, source, stride, width, Z, zBar, zBarBefore } from './grid';
import { a, aMean } from './narrow-adjoint-sweeps';
import { WEIGHT } from './narrow-sweeps';

/** Planes: b = (zBar. + zBar drift) over the sum of weights, and b (1 + mean) + a mean. */
let b: usize = 0;
let bMean: usize = 0;

export function layOutNarrowProducts(): void {
  b = take<f64>(area);
  bMean = take<f64>(area);
}

export function productSweepNarrow(t: i32): void {
  divide(t);
  const rows = reaches(t - 1, height);
  const columns = reaches(t - 1, width);
  if (t > 1) for (let i = 1; i <= rows; i++) gatherRow(t, i, columns);
}

function divide(t: i32): void {
  const inverse = plane(t, INVERSE);
  const mean = plane(t, MEAN);
  const drift = tangent(t, DRIFT);
  const meanDot = tangent(t, MEAN_DOT);
  const rows = reaches(t, height);
  const columns = reaches(t, width);
  for (let i = 1; i <= rows; i++) {
    for (let p = i * stride + 1; p <= i * stride + columns; p += 2) {
      const bar = pair(zBar, p);
      const barDot = pair(zBarDot, p);
      const above = plus(splat(1), pair(mean, p));
      const share = times(bar, pair(inverse, p));
      const shareDot = times(plus(barDot, times(bar, pair(drift, p))), pair(inverse, p));
      setPair(cBarDot, p, plus(pair(cBarDot, p), barDot));
      setPair(a, p, share);
      setPair(aMean, p, times(share, above));
      setPair(b, p, shareDot);
      setPair(bMean, p, plus(times(shareDot, above), times(share, pair(meanDot, p))));
    }
  }
}

/**
 * With s = 1 + mean - z, the derivative of zBar pi s is pi (zBar. s - zBar ((z. - drift) s + z. - mean.)): sorted by what belongs to the
 * cell and what to those around it,
 *
 *     w (sum (b (1 + mean) + a mean.) - z sum b - z. (sum a (1 + mean) - z sum a + sum a))
 */
function gatherRow(t: i32, i: i32, columns: i32): void {
  const weights = plane(t - 1, WEIGHT);
  const distances = plane(t - 1, Z);
  const dots = tangent(t - 1, Z_DOT);
  let p = i * stride + 1;
  let leftA = column(a, p - 2);
  let hereA = ends(a, p);
  let fullA = plus(hereA, pair(a, p));
  let leftAMean = column(aMean, p - 2);
  let hereAMean = ends(aMean, p);
  let fullAMean = plus(hereAMean, pair(aMean, p));
  let leftB = column(b, p - 2);
  let hereB = ends(b, p);
  let fullB = plus(hereB, pair(b, p));
  let leftBMean = column(bMean, p - 2);
  let hereBMean = ends(bMean, p);
  let fullBMean = plus(hereBMean, pair(bMean, p));
  for (let j = 1; j <= columns; j += 2, p += 2) {
    const nextA = ends(a, p + 2);
    const rightA = plus(nextA, pair(a, p + 2));
    const nextAMean = ends(aMean, p + 2);
    const rightAMean = plus(nextAMean, pair(aMean, p + 2));
    const nextB = ends(b, p + 2);
    const rightB = plus(nextB, pair(b, p + 2));
    const nextBMean = ends(bMean, p + 2);
    const rightBMean = plus(nextBMean, pair(bMean, p + 2));
    const z = pair(distances, p);
    const w = pair(weights, p);
    const sum = around(leftA, hereA, fullA, rightA);
    const bar = minus(around(leftAMean, hereAMean, fullAMean, rightAMean), times(z, sum));
    const outer = minus(around(leftBMean, hereBMean, fullBMean, rightBMean), times(z, around(leftB, hereB, fullB, rightB)));
    let first = times(w, bar);
    let second = times(w, minus(outer, times(pair(dots, p), plus(bar, sum))));
    const some = v128.or(v128.gt<f64>(v128.abs<f64>(first), splat(NO_BAR)), v128.gt<f64>(v128.abs<f64>(second), splat(NO_BAR)));
    first = v128.and(first, some);
    second = v128.and(second, some);
    if (p == source) {
      first = v128.replace_lane<f64>(first, 0, 0);
      second = v128.replace_lane<f64>(second, 0, 0);
    }
    setPair(zBarBefore, p, first);
    setPair(zBarDotBefore, p, second);
    leftA = fullA;
    hereA = nextA;
    fullA = rightA;
    leftAMean = fullAMean;
    hereAMean = nextAMean;
    fullAMean = rightAMean;
    leftB = fullB;
    hereB = nextB;
    fullB = rightB;
    leftBMean = fullBMean;
    hereBMean = nextBMean;
    fullBMean = rightBMean;
  }
}
