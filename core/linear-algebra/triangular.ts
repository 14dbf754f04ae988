/**
 * Solves L x = b in place for every row b of X (rows, m), L lower triangular m x m:
 *
 *     x_j = (b_j - sum_{k<j} L_jk x_k) / L_jj
 *
 * Four rows share each pass over L; a row's result does not depend on which rows it is solved with.
 */
export function solveLower(L: Float64Array, m: number, X: Float64Array): void {
  let x = 0;
  for (; x + 4 * m <= X.length; x += 4 * m) solveFourRows(L, m, X, x);
  for (; x < X.length; x += m) solveRow(L, m, X, x);
}

function solveFourRows(L: Float64Array, m: number, X: Float64Array, a: number): void {
  const b = a + m;
  const c = b + m;
  const d = c + m;
  for (let j = 0, l = 0; j < m; j++, l += m) {
    let p = X[a + j];
    let q = X[b + j];
    let r = X[c + j];
    let s = X[d + j];
    for (let k = 0; k < j; k++) {
      const Ljk = L[l + k];
      p -= Ljk * X[a + k];
      q -= Ljk * X[b + k];
      r -= Ljk * X[c + k];
      s -= Ljk * X[d + k];
    }
    const pivot = L[l + j];
    X[a + j] = p / pivot;
    X[b + j] = q / pivot;
    X[c + j] = r / pivot;
    X[d + j] = s / pivot;
  }
}

function solveRow(L: Float64Array, m: number, X: Float64Array, a: number): void {
  for (let j = 0, l = 0; j < m; j++, l += m) {
    let p = X[a + j];
    for (let k = 0; k < j; k++) p -= L[l + k] * X[a + k];
    X[a + j] = p / L[l + j];
  }
}

/** Reverses every row of X (rows, m) in place. */
export function reverseRows(X: Float64Array, m: number): void {
  for (let x = 0; x < X.length; x += m) {
    for (let j = x, k = x + m - 1; j < k; j++, k--) {
      const saved = X[j];
      X[j] = X[k];
      X[k] = saved;
    }
  }
}

/**
 * An upper triangular U as the lower triangular F that acts on reversed vectors: F[j, k] = U[m-1-j, m-1-k]. So U x = b
 * is `reverse(b)`, `solveLower(F)`, `reverse`, and one kernel, which walks rows, serves both substitutions.
 */
export function flipUpper(U: Float64Array, m: number): Float64Array {
  const F = new Float64Array(m * m);
  for (let j = 0; j < m; j++) {
    const u = (m - 1 - j) * m + m - 1;
    for (let k = 0; k <= j; k++) F[j * m + k] = U[u - k];
  }
  return F;
}

/** `flipUpper` of L^T, for a lower triangular L. */
export function flipTransposed(L: Float64Array, m: number): Float64Array {
  const F = new Float64Array(m * m);
  for (let j = 0; j < m; j++) {
    for (let k = 0; k <= j; k++) F[j * m + k] = L[(m - 1 - k) * m + m - 1 - j];
  }
  return F;
}
