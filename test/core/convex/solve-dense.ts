/** The x with A x = b, by Gaussian elimination; of small well-conditioned systems. */
export function solveDense(A: readonly (readonly number[])[], b: readonly number[]): number[] {
  const n = b.length;
  const M = A.map((r, i) => [...r, b[i]]);
  for (let j = 0; j < n; j++) {
    const pivot = M.reduce((best, r, i) => (i >= j && Math.abs(r[j]) > Math.abs(M[best][j]) ? i : best), j);
    [M[j], M[pivot]] = [M[pivot], M[j]];
    for (let i = 0; i < n; i++) {
      if (i === j) continue;
      const factor = M[i][j] / M[j][j];
      for (let k = j; k <= n; k++) M[i][k] -= factor * M[j][k];
    }
  }
  return M.map((r, i) => r[n] / r[i]);
}
