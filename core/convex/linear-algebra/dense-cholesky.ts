import { cholesky } from '../../numerics/cholesky.js';
import { transpose } from '../../numerics/gram.js';
import { solveLower } from '../../numerics/triangular.js';

/**
 * M = L L^T of a symmetric positive definite M (n, n), for many solves. L is kept by rows and by columns, so that both
 * substitutions add multiples of contiguous vectors and no sum waits for the one before.
 */
export class DenseCholesky {
  private readonly L: Float64Array;
  private readonly columns: Float64Array;

  private constructor(L: Float64Array, private readonly n: number) {
    this.L = L;
    this.columns = transpose(L, n, n);
  }

  /** Overwrites M, of which the lower triangle is read. Nothing where a pivot is not above `tolerance`. */
  static of(M: Float64Array, n: number, tolerance: number): DenseCholesky | undefined {
    return cholesky(M, n, tolerance) ? new DenseCholesky(M, n) : undefined;
  }

  /** x := L^-1 x */
  forward(x: Float64Array): void {
    const { n, columns } = this;
    for (let j = 0, c = 0; j < n; j++, c += n) {
      const xj = (x[j] /= columns[c + j]);
      if (xj !== 0) { for (let k = j + 1; k < n; k++) x[k] -= columns[c + k] * xj; }
    }
  }

  /** Rows of X (rows, n) := L^-1 of each. */
  forwardRows(X: Float64Array): void {
    solveLower(this.L, this.n, X);
  }

  /** x := L^-T x */
  backward(x: Float64Array): void {
    const { n, L } = this;
    for (let j = n - 1, r = j * n; j >= 0; j--, r -= n) {
      const xj = (x[j] /= L[r + j]);
      if (xj !== 0) { for (let k = 0; k < j; k++) x[k] -= L[r + k] * xj; }
    }
  }

  /** x := M^-1 x */
  solve(x: Float64Array): void {
    this.forward(x);
    this.backward(x);
  }
}
