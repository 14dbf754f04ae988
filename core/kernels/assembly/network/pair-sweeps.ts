import { clear, integer, minus, pairs, plus, plusTimes, setTwo, splat, times, two, twoOf } from '../shared/vectors';
import { alpha, complement, D, first, lower, n, size, stride, upper, XBar } from './layout';
import {
  pairAlphaBar, pairDifference, pairLambda, pairX, pairXBar, pairXLambda, reachFrom, reachTo,
} from './pair-layout';

/** The sweeps of sweeps.ts for two samples side by side: from alpha, 1 - alpha and XBar to what a Hessian takes. */
export function sweepPair(left: i32, right: i32): void {
  forward(left * size, right * size);
  reverse(left, right);
}

function forward(left: i32, right: i32): void {
  clear(pairX, 2 * n * n);
  for (let lane = 0; lane < n; lane++) setTwo(pairX, lane * n + lane, splat(1));
  for (let k = 0; k < size; k++) {
    const start = integer(reachFrom, k);
    const a = pairX + pairs(integer(lower, k) * n + start);
    const b = pairX + pairs(integer(upper, k) * n + start);
    const f = twoOf(alpha, left + k, right + k);
    const c = twoOf(complement, left + k, right + k);
    mixRows(a, b, f, c, integer(reachTo, k) - start, pairDifference + pairs(k * n + start));
  }
}

function reverse(left: i32, right: i32): void {
  for (let r = 0, x = pairX; r < n; r++) {
    let p = (left * n + r) * stride;
    let q = (right * n + r) * stride;
    for (const end = x + pairs(n); x < end; x += 16, p++, q++) v128.store(x, twoOf(XBar, p, q));
  }
  clear(pairXBar, 2 * n);
  for (let k = size - 1; k >= 0; k--) {
    const a = integer(lower, k);
    const b = integer(upper, k);
    const start = integer(reachFrom, k);
    const count = integer(reachTo, k) - start;
    const p = left * size + k;
    const q = right * size + k;
    const f = twoOf(alpha, p, q);
    const c = twoOf(complement, p, q);
    let lambda = pairLambda + pairs(k * n + start);
    mixRows(pairX + pairs(a * n + start), pairX + pairs(b * n + start), f, c, count, lambda);
    let bar = splat(0);
    for (let i = pairDifference + pairs(k * n + start), end = i + pairs(count); i < end; i += 16, lambda += 16) {
      bar = plusTimes(v128.load(lambda), v128.load(i), bar);
    }
    const xa = two(pairXBar, a);
    const xb = two(pairXBar, b);
    const xLambda = minus(xa, xb);
    bar = minus(bar, times(xLambda, twoOf(D, p, q)));
    const slope = times(twoOf(first, p, q), bar);
    setTwo(pairXLambda, k, xLambda);
    setTwo(pairAlphaBar, k, bar);
    setTwo(pairXBar, a, minus(plusTimes(c, xb, times(f, xa)), slope));
    setTwo(pairXBar, b, plus(plusTimes(f, xb, times(c, xa)), slope));
  }
}

/** Rows at a and b become f A + c B and c A + f B; A - B before that goes to `out`. */
@inline
function mixRows(a: usize, b: usize, f: v128, c: v128, count: i32, out: usize): void {
  for (const end = a + pairs(count); a < end; a += 16, b += 16, out += 16) {
    const A = v128.load(a);
    const B = v128.load(b);
    v128.store(out, minus(A, B));
    v128.store(a, plusTimes(c, B, times(f, A)));
    v128.store(b, plusTimes(f, B, times(c, A)));
  }
}
