/**
 * The Cholesky factor of a symmetric matrix, A = L L^T, of which the lower triangle is read and overwritten by L:
 *
 *     L_jj = sqrt(A_jj - sum_{k<j} L_jk^2),    L_ij = (A_ij - sum_{k<j} L_ik L_jk) / L_jj  for i > j
 *
 * False, with A spoilt, where a pivot L_jj^2 is not above `tolerance`: A is not positive definite. O(m^3 / 6).
 * Golub and Van Loan, Matrix Computations, 4th edition, section 4.2.
 */
export function cholesky(A: Float64Array, m: number, tolerance: number): boolean {
  for (let j = 0, r = 0; j < m; j++, r += m) {
    let pivot = A[r + j];
    for (let k = 0; k < j; k++) pivot -= A[r + k] ** 2;
    if (!(pivot > tolerance)) return false;
    A[r + j] = Math.sqrt(pivot);
    eliminateColumn(A, m, j);
  }
  return true;
}

/** Column j of L below the diagonal. Four rows share each pass over row j. */
function eliminateColumn(A: Float64Array, m: number, j: number): void {
  const r = j * m;
  const scale = A[r + j];
  let i = j + 1;
  for (; i + 4 <= m; i += 4) {
    const a = i * m;
    const b = a + m;
    const c = b + m;
    const d = c + m;
    let p = A[a + j];
    let q = A[b + j];
    let s = A[c + j];
    let t = A[d + j];
    for (let k = 0; k < j; k++) {
      const Ljk = A[r + k];
      p -= Ljk * A[a + k];
      q -= Ljk * A[b + k];
      s -= Ljk * A[c + k];
      t -= Ljk * A[d + k];
    }
    A[a + j] = p / scale;
    A[b + j] = q / scale;
    A[c + j] = s / scale;
    A[d + j] = t / scale;
  }
  for (; i < m; i++) {
    const a = i * m;
    let p = A[a + j];
    for (let k = 0; k < j; k++) p -= A[r + k] * A[a + k];
    A[a + j] = p / scale;
  }
}
