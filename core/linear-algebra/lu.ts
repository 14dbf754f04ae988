/** P A = L U; `order[i]` is the row of A that became row i. */
export interface Lu {
  /** Unit lower triangular L below the diagonal, U on and above it. */
  readonly LU: Float64Array;
  readonly order: Int32Array;
  /** min |U_kk| over the columns eliminated; elimination stops at the first pivot that is not above the tolerance. */
  readonly smallestPivot: number;
}

/**
 * Gaussian elimination with partial pivoting of a copy of A (m x m, any). O(m^3 / 3).
 * Golub and Van Loan, Matrix Computations, 4th edition, algorithm 3.4.1.
 */
export function lu(A: Float64Array, m: number, tolerance: number): Lu {
  const LU = A.slice();
  const order = Int32Array.from({ length: m }, (_, i) => i);
  let smallestPivot = Infinity;
  for (let k = 0; k < m; k++) {
    swapRows(LU, m, order, k, largestBelow(LU, m, k));
    const pivot = Math.abs(LU[k * m + k]);
    smallestPivot = Math.min(smallestPivot, pivot);
    if (!(pivot > tolerance)) break;
    for (let i = k + 1; i < m; i++) {
      const factor = (LU[i * m + k] /= LU[k * m + k]);
      if (factor === 0) continue;
      for (let j = k + 1, a = i * m + j, b = k * m + j; j < m; j++, a++, b++) LU[a] = LU[a] - factor * LU[b];
    }
  }
  return { LU, order, smallestPivot };
}

function largestBelow(LU: Float64Array, m: number, k: number): number {
  let best = k;
  for (let i = k + 1; i < m; i++) if (Math.abs(LU[i * m + k]) > Math.abs(LU[best * m + k])) best = i;
  return best;
}

function swapRows(LU: Float64Array, m: number, order: Int32Array, k: number, l: number): void {
  if (k === l) return;
  const saved = LU.slice(k * m, (k + 1) * m);
  LU.copyWithin(k * m, l * m, (l + 1) * m);
  LU.set(saved, l * m);
  const row = order[k];
  order[k] = order[l];
  order[l] = row;
}
