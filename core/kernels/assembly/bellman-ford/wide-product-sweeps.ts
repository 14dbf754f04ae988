import { take } from '../shared/memory';
import { minus, pair, plus, setPair, splat, times } from '../shared/vectors';
import { cBarDot, DRIFT, MEAN_DOT, tangent, Z_DOT, zBarDot, zBarDotBefore } from './derivative-planes';
import { area, height, INVERSE, MEAN, plane, source, stride, width, Z, zBar, zBarBefore } from './grid';
import { a } from './narrow-adjoint-sweeps';
import { EXPONENT, MANTISSA, power, TOP } from './wide-sweeps';

/** Plane: zBarDot over the sum of weights, as `a` is of zBar. */
let aDot: usize = 0;

export function layOutWideProducts(): void {
  aDot = take<f64>(area);
}

export function productSweepWide(t: i32): void {
  const inverse = plane(t, INVERSE);
  for (let i = 1; i <= height; i++) {
    for (let p = i * stride + 1; p <= i * stride + width; p += 2) {
      setPair(cBarDot, p, plus(pair(cBarDot, p), pair(zBarDot, p)));
      setPair(a, p, times(pair(zBar, p), pair(inverse, p)));
      setPair(aDot, p, times(pair(zBarDot, p), pair(inverse, p)));
    }
  }
  if (t > 1) for (let i = 1; i <= height; i++) for (let j = 1; j <= width; j += 2) gatherPair(t, i * stride + j, j == width);
}

/** With s = 1 + mean - z, the derivative of zBar pi s is pi (zBar. s - zBar ((z. - drift) s + z. - mean.)). */
@inline
function gatherPair(t: i32, p: i32, alone: bool): void {
  const exponent = pair(plane(t - 1, EXPONENT), p);
  const z = pair(plane(t - 1, Z), p);
  const zDot = pair(tangent(t - 1, Z_DOT), p);
  let bar = splat(0);
  let barDot = splat(0);
  for (let k = 0, row = p - stride - 1; k < 3; k++, row += stride) {
    for (let v = row; v < row + 3; v++) {
      if (v == p) continue;
      const weight = power(minus(exponent, pair(plane(t, TOP), v)));
      const s = plus(splat(1), minus(pair(plane(t, MEAN), v), z));
      const share = pair(a, v);
      bar = plus(bar, times(weight, times(share, s)));
      const bend = plus(times(minus(zDot, pair(tangent(t, DRIFT), v)), s), minus(zDot, pair(tangent(t, MEAN_DOT), v)));
      barDot = plus(barDot, times(weight, minus(times(pair(aDot, v), s), times(share, bend))));
    }
  }
  const mantissa = pair(plane(t - 1, MANTISSA), p);
  bar = times(mantissa, bar);
  barDot = times(mantissa, barDot);
  if (p == source) {
    bar = v128.replace_lane<f64>(bar, 0, 0);
    barDot = v128.replace_lane<f64>(barDot, 0, 0);
  }
  if (alone) {
    bar = v128.replace_lane<f64>(bar, 1, 0);
    barDot = v128.replace_lane<f64>(barDot, 1, 0);
  }
  setPair(zBarBefore, p, bar);
  setPair(zBarDotBefore, p, barDot);
}
