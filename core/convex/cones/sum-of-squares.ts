/**
 * A positive definite matrix of order 3 that is known as R^T R, R (rows, 3), as U^T U, U (3, 3): by Householder's
 * reflections with rows sorted and columns chosen by size, after which the error of each row is small relative to
 * that row (Cox and Higham, Stability of Householder QR factorization for weighted least squares problems, 1998).
 * Eigenvalues of 1e-11 beside 1e22 keep their digits, of which R^T R itself has none.
 */
export class SumOfSquares {
  /** (rows, 4): R, and a vector that goes through the same reflections. */
  readonly R: Float64Array;
  /** (3, 3), of which column `order[k]` has k + 1 entries. */
  readonly U = new Float64Array(9);
  /** The vector, reflected: U^-T R^T times it. */
  readonly reflected = new Float64Array(3);
  /** Columns as they were chosen; the vector is the last. */
  private readonly order = [0, 1, 2, 3];
  private readonly work: Float64Array;
  private readonly sizes: Float64Array;

  constructor(rows: number) {
    this.R = new Float64Array(4 * rows);
    this.work = new Float64Array(4 * rows);
    this.sizes = new Float64Array(rows);
  }

  /** Sets U and `reflected` from R; false where R^T R is singular or not finite. */
  factorise(): boolean {
    const { U, work, order } = this;
    this.sortRows();
    for (let k = 0; k < 3; k++) {
      if (!this.reflect(k)) return false;
      for (let c = 0; c < 3; c++) U[3 * k + order[c]] = c < k ? 0 : work[4 * k + order[c]];
      this.reflected[k] = work[4 * k + 3];
    }
    return true;
  }

  /** V := scale U^T and its inverse. */
  scaled(scale: number, V: Float64Array, inverse: Float64Array): void {
    const { U, order } = this;
    for (let i = 0; i < 3; i++) {
      for (let j = 0; j < 3; j++) V[3 * i + j] = scale * U[3 * j + i];
      for (let k = 0; k < 3; k++) {
        let rest = i === k ? 1 / scale : 0;
        for (let l = 0; l < k; l++) rest -= U[3 * l + order[k]] * inverse[3 * l + order[i]];
        inverse[3 * k + order[i]] = rest / U[3 * k + order[k]];
      }
    }
  }

  /** out := (R^T R)^-1 x */
  solve(x: Float64Array, out: Float64Array): void {
    const { U, order: [p, q, r] } = this;
    const a = x[p] / U[p];
    const b = (x[q] - U[q] * a) / U[3 + q];
    const c = (x[r] - U[r] * a - U[3 + r] * b) / U[6 + r];
    out[r] = c / U[6 + r];
    out[q] = (b - U[3 + r] * out[r]) / U[3 + q];
    out[p] = (a - U[q] * out[q] - U[r] * out[r]) / U[p];
  }

  /** `work` := the rows of R, the largest first. */
  private sortRows(): void {
    const { R, work, sizes } = this;
    for (let i = 0; i < sizes.length; i++) {
      const size = Math.max(Math.abs(R[4 * i]), Math.abs(R[4 * i + 1]), Math.abs(R[4 * i + 2]));
      let at = i;
      for (; at > 0 && sizes[at - 1] < size; at--) {
        sizes[at] = sizes[at - 1];
        for (let c = 4 * at; c < 4 * at + 4; c++) work[c] = work[c - 4];
      }
      sizes[at] = size;
      for (let c = 0; c < 4; c++) work[4 * at + c] = R[4 * i + c];
    }
  }

  /** Takes the largest of the columns left to row k. */
  private reflect(k: number): boolean {
    const { work, order } = this;
    const end = work.length;
    let [longest, chosen] = [0, k];
    for (let c = k; c < 3; c++) {
      const length = lengthOf(work, 4 * k + order[c]);
      if (length > longest) [longest, chosen] = [length, c];
    }
    if (!(longest > 0 && longest < Infinity)) return false;
    [order[k], order[chosen]] = [order[chosen], order[k]];
    const column = order[k];
    const head = work[4 * k + column];
    const sign = head < 0 ? -1 : 1;
    const first = head + sign * longest;
    for (let later = k + 1; later < 4; later++) {
      const c = order[later];
      let along = first * work[4 * k + c];
      for (let i = 4 * k + 4; i < end; i += 4) along += work[i + column] * work[i + c];
      along /= first * longest * sign;
      work[4 * k + c] -= along * first;
      for (let i = 4 * k + 4; i < end; i += 4) work[i + c] -= along * work[i + column];
    }
    work[4 * k + column] = -sign * longest;
    return true;
  }
}

function lengthOf(work: Float64Array, from: number): number {
  let sum = 0;
  for (let i = from; i < work.length; i += 4) sum += work[i] * work[i];
  return Math.sqrt(sum);
}
