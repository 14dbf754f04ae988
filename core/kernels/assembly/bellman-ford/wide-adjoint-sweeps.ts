import { clear, integer, minus, pair, plus, setPair, splat, times } from '../vectors';
import { eachRow, mark, visitBarBounds } from './bounds';
import {
  area, barFirsts, barLasts, cBar, height, INVERSE, iterations, MEAN, NO_BAR, plane, source, stride, turnAdjoints, visitedFirsts,
  visitedLasts, width, Z, zBar, zBarBefore,
} from './grid';
import { a } from './narrow-adjoint-sweeps';
import { EXPONENT, MANTISSA, power, TOP } from './wide-sweeps';

/** From the adjoints of the last distances, in zBar, to those of the costs. */
export function relaxBackWide(): void {
  clear(cBar, area);
  clear(a, area);
  visitBarBounds();
  for (let t = iterations - 1; t > 0; t--) {
    divide(t);
    if (t > 1) eachRow(barFirsts, barLasts, t, gatherRow);
    turnAdjoints();
  }
}

function divide(t: i32): void {
  const inverse = plane(t, INVERSE);
  for (let i = 1; i <= height; i++) {
    const last = i * stride + integer(visitedLasts, i);
    for (let p = i * stride + integer(visitedFirsts, i); p <= last; p += 2) {
      setPair(cBar, p, plus(pair(cBar, p), pair(zBar, p)));
      setPair(a, p, times(pair(zBar, p), pair(inverse, p)));
    }
  }
}

function gatherRow(t: i32, i: i32, from: i32, to: i32): void {
  for (let j = from, p = i * stride + from; j <= to; j += 2, p += 2) if (gatherPair(t, p, j == width)) mark(j);
}

/** zBarBefore = sum of zBar pi (1 + mean - z) around the cell, with pi its weight for the cells there; whether it is anything. */
@inline
function gatherPair(t: i32, p: i32, alone: bool): bool {
  const exponent = pair(plane(t - 1, EXPONENT), p);
  const z = pair(plane(t - 1, Z), p);
  let bar = splat(0);
  for (let k = 0, row = p - stride - 1; k < 3; k++, row += stride) {
    for (let v = row; v < row + 3; v++) {
      if (v == p) continue;
      const share = times(pair(a, v), power(minus(exponent, pair(plane(t, TOP), v))));
      bar = plus(bar, times(share, plus(splat(1), minus(pair(plane(t, MEAN), v), z))));
    }
  }
  bar = times(pair(plane(t - 1, MANTISSA), p), bar);
  bar = v128.and(bar, v128.gt<f64>(v128.abs<f64>(bar), splat(NO_BAR)));
  if (p == source) bar = v128.replace_lane<f64>(bar, 0, 0);
  if (alone) bar = v128.replace_lane<f64>(bar, 1, 0);
  setPair(zBarBefore, p, bar);
  return v128.any_true(bar);
}
