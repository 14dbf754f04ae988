import { clear, integer, minus, pair, plus, setInteger, setPair, splat, times } from '../vectors';
import {
  area, barFirsts, barLasts, beta, D, dBar, dBarBefore, EXPONENT, height, INVERSE, iterations, MANTISSA, MEAN, scaled, source, stride,
  take, TOP, turnAdjoints, width,
} from './grid';
import { D_DOT, DRIFT, MEAN_DOT, tangent } from './tangent-sweeps';
import { plane, power } from './weights';

/** Derivatives of adjoint-sweeps.ts along `vector`: its adjoints, and with them their own tangents, marked with a dot. */
export let cBarDot: usize = 0;
export let dBarDot: usize = 0;
let dBarDotBefore: usize = 0;
let scaledDot: usize = 0;

export function layOutProductSweeps(): void {
  cBarDot = take(area);
  dBarDot = take(area);
  dBarDotBefore = take(area);
  scaledDot = take(area);
}

/** From the adjoints of the last distances, in dBar and dBarDot, to cBarDot. */
export function relaxBackWithTangents(): void {
  clear(cBarDot, area);
  clear(scaled, area);
  clear(scaledDot, area);
  clear(dBarBefore, area);
  clear(dBarDotBefore, area);
  for (let t = iterations - 1; t > 0; t--) sweepBack(t);
}

function sweepBack(t: i32): void {
  const inverse = plane(t, INVERSE);
  for (let i = 1; i <= height; i++) {
    for (let j = integer(barFirsts, i); j <= integer(barLasts, i); j += 2) {
      const p = i * stride + j;
      setPair(cBarDot, p, plus(pair(cBarDot, p), pair(dBarDot, p)));
      setPair(scaled, p, times(pair(dBar, p), pair(inverse, p)));
      setPair(scaledDot, p, times(pair(dBarDot, p), pair(inverse, p)));
    }
  }
  let above = integer(barFirsts, 0);
  let aboveLast = integer(barLasts, 0);
  for (let i = 1; i <= height; i++) {
    const here = integer(barFirsts, i);
    const hereLast = integer(barLasts, i);
    const first = (max(1, min(min(above, here), integer(barFirsts, i + 1)) - 1) - 1) & ~1;
    const last = min(width, max(max(aboveLast, hereLast), integer(barLasts, i + 1)) + 1);
    let barFirst = width + 2;
    let barLast = -1;
    for (let j = first + 1; j <= last; j += 2) {
      if (!gatherPair(t, i * stride + j, j == width)) continue;
      barFirst = min(barFirst, j);
      barLast = j;
    }
    setInteger(barFirsts, i, barFirst);
    setInteger(barLasts, i, barLast);
    above = here;
    aboveLast = hereLast;
  }
  clear(scaled, area);
  clear(scaledDot, area);
  clear(dBar, area);
  clear(dBarDot, area);
  turnAdjoints();
  const after = dBarDot;
  dBarDot = dBarDotBefore;
  dBarDotBefore = after;
}

/**
 * As in adjoint-sweeps.ts, and with s = 1 - beta (d - mean), the derivative of dBar pi s:
 *
 *     pi (dBar. s - beta dBar ((d. - drift) s + d. - mean.))
 */
@inline
function gatherPair(t: i32, p: i32, alone: bool): bool {
  const exponent = pair(plane(t - 1, EXPONENT), p);
  const d = pair(plane(t - 1, D), p);
  const dDot = pair(tangent(t - 1, D_DOT), p);
  let bar = splat(0);
  let barDot = splat(0);
  for (let k = 0, row = p - stride - 1; k < 3; k++, row += stride) {
    for (let v = row; v < row + 3; v++) {
      if (v == p) continue;
      const weight = power(minus(exponent, pair(plane(t, TOP), v)));
      const s = minus(splat(1), times(splat(beta), minus(d, pair(plane(t, MEAN), v))));
      const a = pair(scaled, v);
      bar = plus(bar, times(weight, times(a, s)));
      const bend = plus(times(minus(dDot, pair(tangent(t, DRIFT), v)), s), minus(dDot, pair(tangent(t, MEAN_DOT), v)));
      barDot = plus(barDot, times(weight, minus(times(pair(scaledDot, v), s), times(times(splat(beta), a), bend))));
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
  setPair(dBarBefore, p, bar);
  setPair(dBarDotBefore, p, barDot);
  return v128.any_true(v128.ne<f64>(v128.or(bar, barDot), splat(0)));
}
