import { clear, integer, minus, pair, plus, setPair, splat, times } from '../vectors';
import { column, ends, middle } from './around';
import { eachRow, mark, visitBarBounds } from './bounds';
import {
  area, barFirsts, barLasts, cBar, height, INVERSE, iterations, MEAN, NO_BAR, plane, source, stride, take, turnAdjoints,
  visitedFirsts, visitedLasts, Z, zBar, zBarBefore,
} from './grid';
import { WEIGHT } from './narrow-sweeps';

/** Planes: a = zBar over the sum of weights, and a (1 + mean). */
export let a: usize = 0;
export let aMean: usize = 0;

export function layOutNarrowAdjoints(): void {
  a = take(area);
  aMean = take(area);
}

/** From the adjoints of the last distances, in zBar, to those of the costs. */
export function relaxBackNarrow(): void {
  clear(cBar, area);
  clear(a, area);
  clear(aMean, area);
  visitBarBounds();
  for (let t = iterations - 1; t > 0; t--) {
    divide(t);
    if (t > 1) eachRow(barFirsts, barLasts, t, gatherRow);
    turnAdjoints();
  }
}

/** Adds zBar to cBar and sets a and aMean, also where they have been and are no more. */
function divide(t: i32): void {
  const inverse = plane(t, INVERSE);
  const mean = plane(t, MEAN);
  for (let i = 1; i <= height; i++) {
    const last = i * stride + integer(visitedLasts, i);
    for (let p = i * stride + integer(visitedFirsts, i); p <= last; p += 2) {
      const bar = pair(zBar, p);
      const share = times(bar, pair(inverse, p));
      setPair(cBar, p, plus(pair(cBar, p), bar));
      setPair(a, p, share);
      setPair(aMean, p, times(share, plus(splat(1), pair(mean, p))));
    }
  }
}

/** zBarBefore = w sum of a (1 + mean - z) around the cell. */
function gatherRow(t: i32, i: i32, from: i32, to: i32): void {
  const weights = plane(t - 1, WEIGHT);
  const z = plane(t - 1, Z);
  let p = i * stride + from;
  let left = column(a, p - 2);
  let here = ends(a, p);
  let full = plus(here, pair(a, p));
  let leftMean = column(aMean, p - 2);
  let hereMean = ends(aMean, p);
  let fullMean = plus(hereMean, pair(aMean, p));
  for (let j = from; j <= to; j += 2, p += 2) {
    const next = ends(a, p + 2);
    const right = plus(next, pair(a, p + 2));
    const nextMean = ends(aMean, p + 2);
    const rightMean = plus(nextMean, pair(aMean, p + 2));
    const sum = plus(here, plus(middle(left, full), middle(full, right)));
    const sumMean = plus(hereMean, plus(middle(leftMean, fullMean), middle(fullMean, rightMean)));
    let bar = times(pair(weights, p), minus(sumMean, times(pair(z, p), sum)));
    bar = v128.and(bar, v128.gt<f64>(v128.abs<f64>(bar), splat(NO_BAR)));
    if (p == source) bar = v128.replace_lane<f64>(bar, 0, 0);
    setPair(zBarBefore, p, bar);
    if (v128.any_true(bar)) mark(j);
    left = full;
    here = next;
    full = right;
    leftMean = fullMean;
    hereMean = nextMean;
    fullMean = rightMean;
  }
}
