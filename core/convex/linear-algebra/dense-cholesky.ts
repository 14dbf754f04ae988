import { cholesky } from '../../linear-algebra/cholesky.js';
import { solveLower } from '../../linear-algebra/triangular.js';

/** M = L L^T of a symmetric positive definite M (n, n), for many solves. */
export class DenseCholesky {
  private constructor(
    private readonly L: Float64Array,
    private readonly n: number,
  ) {}

  /** Overwrites M, of which the lower triangle is read. Nothing where a pivot is not above `tolerance`. */
  static of(M: Float64Array, n: number, tolerance: number): DenseCholesky | undefined {
    return cholesky(M, n, tolerance) ? new DenseCholesky(M, n) : undefined;
  }

  /** x := L^-1 x; two sums, so that neither waits for the other. */
  forward(x: Float64Array): void {
    const { n, L } = this;
    for (let j = 0, r = 0; j < n; j++, r += n) {
      let [even, odd] = [x[j], 0];
      let k = 0;
      for (; k + 1 < j; k += 2) {
        even -= L[r + k] * x[k];
        odd -= L[r + k + 1] * x[k + 1];
      }
      if (k < j) even -= L[r + k] * x[k];
      x[j] = (even + odd) / L[r + j];
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
