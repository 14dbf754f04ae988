import { cholesky } from './cholesky.js';
import { lu } from './lu.js';
import { flipTransposed, flipUpper, reverseRows, solveLower } from './triangular.js';

/** A matrix factorised once, for many right-hand sides. */
export interface Factors {
  readonly m: number;
  readonly lower: Float64Array;
  /** The upper factor, flipped (`flipUpper`). */
  readonly upper: Float64Array;
  /** Row i of the factors is row order[i] of the matrix; absent: in order. */
  readonly order?: Int32Array;
}

/** Why a matrix has no factors: its smallest pivot, NaN if an entry is not finite. */
export interface Singular {
  readonly smallestPivot: number;
}

/**
 * Cholesky where it succeeds, LU with partial pivoting for an indefinite matrix. A pivot p counts as zero, and the
 * matrix as singular to working precision, where |p| <= m eps max|A|. A (m x m, symmetric) is left as it is.
 */
export function factorise(A: Float64Array, m: number): Factors | Singular {
  const largest = largestOf(A);
  if (!(largest < Infinity)) return { smallestPivot: NaN };
  const tolerance = m * Number.EPSILON * largest;
  const L = A.slice();
  if (cholesky(L, m, tolerance)) return { m, lower: L, upper: flipTransposed(L, m) };
  return factoriseGeneral(A, m, tolerance);
}

/** LU with partial pivoting, for a matrix that need not be symmetric; finite. */
export function factoriseGeneral(
  A: Float64Array,
  m: number,
  tolerance = m * Number.EPSILON * largestOf(A),
): Factors | Singular {
  const { LU, order, smallestPivot } = lu(A, m, tolerance);
  if (!(smallestPivot > tolerance)) return { smallestPivot };
  const upper = flipUpper(LU, m);
  for (let k = 0; k < m; k++) LU[k * m + k] = 1;
  return { m, lower: LU, upper, order };
}

/** max |A_jk|; infinite where an entry is NaN or infinite. */
function largestOf(A: Float64Array): number {
  let largest = 0;
  for (let k = 0; k < A.length; k++) {
    const a = Math.abs(A[k]);
    if (!(a < Infinity)) return Infinity;
    if (a > largest) largest = a;
  }
  return largest;
}

/** Solves A x = b in place for every row b of X (rows, m). */
export function solveRows({ m, lower, upper, order }: Factors, X: Float64Array): void {
  if (order) permuteRows(X, m, order);
  solveLower(lower, m, X);
  reverseRows(X, m);
  solveLower(upper, m, X);
  reverseRows(X, m);
}

function permuteRows(X: Float64Array, m: number, order: Int32Array): void {
  const saved = new Float64Array(m);
  for (let x = 0; x < X.length; x += m) {
    saved.set(X.subarray(x, x + m));
    for (let j = 0; j < m; j++) X[x + j] = saved[order[j]];
  }
}
