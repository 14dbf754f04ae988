import { clear, integer, minus, pairs, plus, plusTimes, times, twoOf } from '../shared/vectors';
import { addGram } from './gram';
import { alpha, complement, D, first, lower, n, size, upper } from './layout';
import { columns, H, items, w, xDotBar } from './pair-layout';
import { carryBlock, packItems } from './tangents';

/** From what the sweeps of two samples left, F''(D) and the roots of f''(X) to H, a sample in each lane. */
export function hessianOfPair(left: i32, right: i32): void {
  const blocks = (n + columns - 1) / columns;
  clear(w, 2 * blocks * columns * size);
  clear(H, 2 * n * n);
  for (let item = 0; item < n; item += items) {
    packItems(item);
    for (let column = 0; column < n; column += columns) carryBlock(left, right, item, column);
    addGram();
  }
  clear(xDotBar, 2 * n * n);
  for (let column = 0; column < n; column += columns) pullBack(left * size, right * size, column);
  addSymmetric();
}

/**
 * A block of columns of M = sum D. w^T, from the last comparator to the first, as derivatives of sum_k w_k D_k in the scores: where lanes a and b have A
 * and B behind a comparator, they have before it
 *
 *     alpha A + (1 - alpha) B - u  and  (1 - alpha) A + alpha B + u,    u = w - D F' (A - B).
 */
function pullBack(left: i32, right: i32, column: i32): void {
  const width = pairs(min(columns, n - column));
  for (let k = size - 1; k >= 0; k--) {
    const f = twoOf(alpha, left + k, right + k);
    const c = twoOf(complement, left + k, right + k);
    const s = times(twoOf(D, left + k, right + k), twoOf(first, left + k, right + k));
    let a = xDotBar + pairs(integer(lower, k) * n + column);
    let b = xDotBar + pairs(integer(upper, k) * n + column);
    let own = w + pairs(column * size + k * columns);
    for (const end = a + width; a < end; a += 16, b += 16, own += 16) {
      const A = v128.load(a);
      const B = v128.load(b);
      const u = minus(v128.load(own), times(s, minus(A, B)));
      v128.store(a, minus(plusTimes(c, B, times(f, A)), u));
      v128.store(b, plus(plusTimes(f, B, times(c, A)), u));
    }
  }
}

/** H += M + M^T, on and above the diagonal. */
function addSymmetric(): void {
  for (let r = 0; r < n; r++) {
    for (let j = r; j < n; j++) {
      const h = H + pairs(r * n + j);
      const m = plus(v128.load(xDotBar + pairs(r * n + j)), v128.load(xDotBar + pairs(j * n + r)));
      v128.store(h, plus(v128.load(h), m));
    }
  }
}
