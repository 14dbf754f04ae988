const SWEEPS = 30;

/**
 * The singular values of M (n, n) by one-sided Jacobi rotations of its columns (Hestenes), to high relative accuracy: M
 * V = U diag(sigma). M becomes U diag(sigma), with columns in no particular order; V (n, n) is set.
 */
export function jacobiSvd(M: Float64Array, V: Float64Array, sigma: Float64Array, n: number): void {
  V.fill(0);
  for (let j = 0; j < n; j++) V[j * n + j] = 1;
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    let rotated = false;
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) rotated = orthogonalise(M, V, p, q, n) || rotated;
    if (!rotated) break;
  }
  for (let j = 0; j < n; j++) {
    let square = 0;
    for (let i = 0; i < n; i++) square += M[i * n + j] * M[i * n + j];
    sigma[j] = Math.sqrt(square);
  }
}

/** Rotates columns p and q of M until they are orthogonal; false where they are already. */
function orthogonalise(M: Float64Array, V: Float64Array, p: number, q: number, n: number): boolean {
  let pp = 0;
  let qq = 0;
  let pq = 0;
  for (let i = 0; i < n * n; i += n) {
    pp += M[i + p] * M[i + p];
    qq += M[i + q] * M[i + q];
    pq += M[i + p] * M[i + q];
  }
  if (Math.abs(pq) <= 1e-16 * n * Math.sqrt(pp * qq)) return false;
  const theta = (qq - pp) / (2 * pq);
  const t = Math.sign(theta || 1) / (Math.abs(theta) + Math.hypot(1, theta));
  const c = 1 / Math.hypot(1, t);
  const s = c * t;
  for (const X of [M, V]) {
    for (let i = 0; i < n * n; i += n) {
      const x = X[i + p];
      X[i + p] = c * x - s * X[i + q];
      X[i + q] = s * x + c * X[i + q];
    }
  }
  return true;
}
