import { clear, integer, minus, pair, plus, setInteger, setPair, splat, times } from '../vectors';
import {
  area, barFirsts, barLasts, beta, cBar, D, dBar, dBarBefore, EXPONENT, height, INVERSE, iterations, MANTISSA, MEAN, scaled, source,
  stride, TOP, turnAdjoints, width,
} from './grid';
import { plane, power } from './weights';

/** Adjoints below this times beta are left out: 8^18 times as large they would still be nothing. */
const NOTHING: f64 = 1e-30;

/** From the adjoints of the last distances, in dBar, to those of the costs. */
export function relaxBack(): void {
  clear(cBar, area);
  for (let t = iterations - 1; t > 0; t--) sweepBack(t);
}

/** cBar += dBar, which is of the distances after sweep t, and becomes that of those before it. */
function sweepBack(t: i32): void {
  const inverse = plane(t, INVERSE);
  for (let i = 1; i <= height; i++) {
    for (let j = integer(barFirsts, i); j <= integer(barLasts, i); j += 2) {
      const p = i * stride + j;
      const bar = pair(dBar, p);
      setPair(cBar, p, plus(pair(cBar, p), bar));
      setPair(scaled, p, times(bar, pair(inverse, p)));
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
  clear(dBar, area);
  turnAdjoints();
}

/**
 * dBarBefore at p and p + 1 = sum over the cells v around of dBar[v] pi (1 - beta (d - mean[v])), with pi the weight that the cell has
 * for v; whether it is anything.
 */
@inline
function gatherPair(t: i32, p: i32, alone: bool): bool {
  const exponent = pair(plane(t - 1, EXPONENT), p);
  const d = pair(plane(t - 1, D), p);
  const up = p - stride;
  const down = p + stride;
  const low = plus(plus(term(t, up - 1, exponent, d), term(t, up, exponent, d)), plus(term(t, up + 1, exponent, d), term(t, p - 1, exponent, d)));
  const high = plus(plus(term(t, p + 1, exponent, d), term(t, down - 1, exponent, d)), plus(term(t, down, exponent, d), term(t, down + 1, exponent, d)));
  let bar = times(pair(plane(t - 1, MANTISSA), p), plus(low, high));
  bar = v128.and(bar, v128.gt<f64>(v128.abs<f64>(bar), splat(NOTHING * beta)));
  if (p == source) bar = v128.replace_lane<f64>(bar, 0, 0);
  if (alone) bar = v128.replace_lane<f64>(bar, 1, 0);
  setPair(dBarBefore, p, bar);
  return v128.any_true(v128.ne<f64>(bar, splat(0)));
}

@inline
function term(t: i32, v: i32, exponent: v128, d: v128): v128 {
  const share = times(pair(scaled, v), power(minus(exponent, pair(plane(t, TOP), v))));
  return times(share, minus(splat(1), times(splat(beta), minus(d, pair(plane(t, MEAN), v)))));
}
