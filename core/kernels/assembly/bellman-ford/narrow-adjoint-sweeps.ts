import { take } from '../shared/memory';
import { clear, minus, pair, plus, setPair, splat, times } from '../shared/vectors';
import { around, column, ends } from './around';
import {
  area, cBar, height, INVERSE, iterations, MEAN, NO_BAR, plane, reaches, source, stride, turnAdjoints, width, Z, zBar, zBarBefore,
} from './grid';
import { WEIGHT } from './narrow-sweeps';

/** Planes: a = zBar over the sum of weights, and a (1 + mean). */
export let a: usize = 0;
export let aMean: usize = 0;

export function layOutNarrowAdjoints(): void {
  a = take<f64>(area);
  aMean = take<f64>(area);
}

/** From the adjoints of the last distances, in zBar, to those of the costs. Adjoints of unreached cells are 0. */
export function relaxBackNarrow(): void {
  clear(cBar, area);
  for (let t = iterations - 1; t > 0; t--) {
    divide(t);
    const rows = reaches(t - 1, height);
    const columns = reaches(t - 1, width);
    if (t > 1) for (let i = 1; i <= rows; i++) gatherRow(t, i, columns);
    turnAdjoints();
  }
}

function divide(t: i32): void {
  const inverse = plane(t, INVERSE);
  const mean = plane(t, MEAN);
  const rows = reaches(t, height);
  const columns = reaches(t, width);
  for (let i = 1; i <= rows; i++) {
    for (let p = i * stride + 1; p <= i * stride + columns; p += 2) {
      const bar = pair(zBar, p);
      const share = times(bar, pair(inverse, p));
      setPair(cBar, p, plus(pair(cBar, p), bar));
      setPair(a, p, share);
      setPair(aMean, p, times(share, plus(splat(1), pair(mean, p))));
    }
  }
}

/** zBarBefore = w sum of a (1 + mean - z) around the cell. */
function gatherRow(t: i32, i: i32, columns: i32): void {
  const weights = plane(t - 1, WEIGHT);
  const z = plane(t - 1, Z);
  let p = i * stride + 1;
  let left = column(a, p - 2);
  let here = ends(a, p);
  let full = plus(here, pair(a, p));
  let leftMean = column(aMean, p - 2);
  let hereMean = ends(aMean, p);
  let fullMean = plus(hereMean, pair(aMean, p));
  for (let j = 1; j <= columns; j += 2, p += 2) {
    const next = ends(a, p + 2);
    const right = plus(next, pair(a, p + 2));
    const nextMean = ends(aMean, p + 2);
    const rightMean = plus(nextMean, pair(aMean, p + 2));
    const sum = around(left, here, full, right);
    const sumMean = around(leftMean, hereMean, fullMean, rightMean);
    let bar = times(pair(weights, p), minus(sumMean, times(pair(z, p), sum)));
    bar = v128.and(bar, v128.gt<f64>(v128.abs<f64>(bar), splat(NO_BAR)));
    if (p == source) bar = v128.replace_lane<f64>(bar, 0, 0);
    setPair(zBarBefore, p, bar);
    left = full;
    here = next;
    full = right;
    leftMean = fullMean;
    hereMean = nextMean;
    fullMean = rightMean;
  }
}
