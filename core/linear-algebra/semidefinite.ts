/**
 * A symmetric positive semidefinite K (n x n, overwritten) as a sum of outer products, by Cholesky's method with the
 * largest pivot first,
 *
 *     K = sum over k < q of c_k c_k^T
 *
 * up to a remainder whose entries are at most `tolerance`. Writes c_k into row k of C (n x n) and returns q. O(n^2 q).
 * Higham, Accuracy and Stability of Numerical Algorithms, 2nd edition, section 10.3.
 */
export function factorSemidefinite(K: Float64Array, n: number, tolerance: number, C: Float64Array): number {
  for (let q = 0; q < n; q++) {
    let p = 0;
    for (let a = 1; a < n; a++) if (K[a * (n + 1)] > K[p * (n + 1)]) p = a;
    const pivot = K[p * (n + 1)];
    if (!(pivot > tolerance)) return q;
    const c = q * n;
    for (let a = 0; a < n; a++) C[c + a] = K[p * n + a] / Math.sqrt(pivot);
    for (let a = 0, k = 0; a < n; a++) for (let b = 0; b < n; b++, k++) K[k] -= C[c + a] * C[c + b];
  }
  return n;
}
