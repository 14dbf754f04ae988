import { minus, pair, plus, setPair, splat, times } from '../shared/vectors';
import { cDot, DRIFT, MEAN_DOT, tangent, Z_DOT } from './derivative-planes';
import { height, INVERSE, iterations, MEAN, plane, reaches, source, stride, width, Z } from './grid';
import { EXPONENT, MANTISSA, power, TOP } from './wide-sweeps';

export function relaxTangentsWide(): void {
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
      const moved = times(weight, pair(tangent(t - 1, Z_DOT), v));
      drift = plus(drift, moved);
      meanDot = plus(meanDot, times(moved, plus(splat(1), minus(mean, pair(plane(t - 1, Z), v)))));
    }
  }
  const inverse = pair(plane(t, INVERSE), p);
  meanDot = times(meanDot, inverse);
  let zDot = plus(meanDot, pair(cDot, p));
  if (p == source) zDot = v128.replace_lane<f64>(zDot, 0, 0);
  if (alone) zDot = v128.replace_lane<f64>(zDot, 1, 0);
  setPair(tangent(t, Z_DOT), p, zDot);
  setPair(tangent(t, DRIFT), p, times(drift, inverse));
  setPair(tangent(t, MEAN_DOT), p, meanDot);
}
