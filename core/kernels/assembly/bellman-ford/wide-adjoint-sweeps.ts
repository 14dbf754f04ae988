import { clear, minus, pair, plus, setPair, splat, times } from '../shared/vectors';
import {
  area, cBar, height, INVERSE, iterations, MEAN, NO_BAR, plane, source, stride, turnAdjoints, width, Z, zBar, zBarBefore,
} from './grid';
import { a } from './narrow-adjoint-sweeps';
import { EXPONENT, MANTISSA, power, TOP } from './wide-sweeps';

/** From the adjoints of the last distances, in zBar, to those of the costs. */
export function relaxBackWide(): void {
  clear(cBar, area);
  for (let t = iterations - 1; t > 0; t--) {
    divide(t);
    if (t > 1) for (let i = 1; i <= height; i++) for (let j = 1; j <= width; j += 2) gatherPair(t, i * stride + j, j == width);
    turnAdjoints();
  }
}

function divide(t: i32): void {
  const inverse = plane(t, INVERSE);
  for (let i = 1; i <= height; i++) {
    for (let p = i * stride + 1; p <= i * stride + width; p += 2) {
      setPair(cBar, p, plus(pair(cBar, p), pair(zBar, p)));
      setPair(a, p, times(pair(zBar, p), pair(inverse, p)));
    }
  }
}

/** zBarBefore = sum of zBar pi (1 + mean - z) around the cell, with pi its weight for the cells there. */
@inline
function gatherPair(t: i32, p: i32, alone: bool): void {
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
}
