import { grow, layOut, take } from './shared/memory';
import { at, both, get, pair, plus, plusTimes, set, setPair, splat, times } from './shared/vectors';

/** Operands of a sum of products: rows of width n, a multiple of 4, of A and B, each with a weight, and C, (n, n). */
export let weights: usize = 0;
export let A: usize = 0;
export let B: usize = 0;
export let C: usize = 0;
let n: i32 = 0;

/** For at most `rows` rows of width `size`; whether there was the memory. */
export function allocate(size: i32, rows: i32): bool {
  n = size;
  layOut();
  weights = take<f64>(rows);
  A = take<f64>(rows, n);
  B = take<f64>(rows, n);
  C = take<f64>(n, n);
  return grow();
}

/** C += A^T B over `count` rows, in tiles of 4 x 4; where `triangular`, only the tiles on and above the diagonal. */
export function addProducts(count: i32, triangular: bool): void {
  const width = n; // globals are loaded again at every turn
  for (let a = 0; a < width; a += 4) {
    for (let b = triangular ? a : 0; b < width; b += 4) {
      let c00 = splat(0);
      let c01 = splat(0);
      let c10 = splat(0);
      let c11 = splat(0);
      let c20 = splat(0);
      let c21 = splat(0);
      let c30 = splat(0);
      let c31 = splat(0);
      for (let k = 0, p = at(A, a), q = at(B, b); k < count; k++, p = at(p, width), q = at(q, width)) {
        const y0 = v128.load(q);
        const y1 = v128.load(q, 16);
        const x0 = v128.load64_splat(p);
        c00 = plusTimes(x0, y0, c00);
        c01 = plusTimes(x0, y1, c01);
        const x1 = v128.load64_splat(p, 8);
        c10 = plusTimes(x1, y0, c10);
        c11 = plusTimes(x1, y1, c11);
        const x2 = v128.load64_splat(p, 16);
        c20 = plusTimes(x2, y0, c20);
        c21 = plusTimes(x2, y1, c21);
        const x3 = v128.load64_splat(p, 24);
        c30 = plusTimes(x3, y0, c30);
        c31 = plusTimes(x3, y1, c31);
      }
      addFour(C, a * width + b, c00, c01);
      addFour(C, (a + 1) * width + b, c10, c11);
      addFour(C, (a + 2) * width + b, c20, c21);
      addFour(C, (a + 3) * width + b, c30, c31);
    }
  }
}

@inline
function addFour(C: usize, index: i32, low: v128, high: v128): void {
  setPair(C, index, plus(pair(C, index), low));
  setPair(C, index + 2, plus(pair(C, index + 2), high));
}

/** C += A^T B, by the entries of A that are not 0. */
export function addSparseProducts(count: i32): void {
  const width = n;
  const from = B;
  const to = C;
  for (let k = 0, o = 0; k < count; k++, o += width) {
    for (let a = 0; a < width; a++) {
      const x = get(A, o + a);
      if (x == 0) continue;
      const xx = splat(x);
      for (let b = 0, c = a * width; b < width; b += 4) {
        addFour(to, c + b, times(xx, pair(from, o + b)), times(xx, pair(from, o + b + 2)));
      }
    }
  }
}

/** B[k] = weights[k] B[k] for `count` rows, or where `symmetric` weights[k] A[k]. */
export function scale(count: i32, symmetric: bool): void {
  const from = symmetric ? A : B;
  const to = B;
  for (let k = 0, o = 0; k < count; k++) {
    const s = both(weights, k);
    for (let b = 0; b < n; b += 2, o += 2) setPair(to, o, times(s, pair(from, o)));
  }
}

/** C := (C + C^T) / 2, or where `triangular` its lower half as the upper. */
export function mirror(triangular: bool): void {
  for (let a = 0; a < n; a++) {
    for (let b = a + 1; b < n; b++) {
      const upper = get(C, a * n + b);
      const x = triangular ? upper : 0.5 * (upper + get(C, b * n + a));
      set(C, a * n + b, x);
      set(C, b * n + a, x);
    }
  }
}
