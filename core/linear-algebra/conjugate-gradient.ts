import { type Batch, copyOf, row, zeros } from '../batch.js';
import { exponentOf, largestOf, normalised, timesPowerOfTwo } from './powers-of-two.js';
import { symmetricEigen } from './symmetric-eigen.js';
import { allFinite, dot } from './vectors.js';

/** Row r of the result is A_r times row r of P (rows, m); rows where `active` is 0 may hold anything. */
export type RowProduct = (P: Batch, active: Uint8Array) => Batch;

/** How conjugate gradients ended for one row. */
export interface CgRow {
  /** What went wrong, if anything. */
  readonly problem?: string;
  /** Step lengths and direction updates, one an iteration, for A 2^-exponent. */
  readonly alphas: number[];
  readonly betas: number[];
  readonly exponent: number;
}

/** Residual, relative to the right-hand side, at which a row is done. */
const TOLERANCE = 1e-12;

/**
 * Solves A_r x_r = b_r for every row of B (rows, m) by conjugate gradients in lock step, symmetric positive definite
 * A_r known by their products. Stops a row at |residual| <= 1e-12 |b|, where a search direction p shows A_r not to be
 * positive definite (p.Ap <= m eps times the largest |p.Ap| seen, for unit p), and after 10 m iterations. Each row is
 * solved with A_r and b_r divided by powers of two, so that no product overflows or vanishes for the scale of either.
 * Hestenes and Stiefel; Golub and Van Loan, Matrix Computations, 4th edition, algorithm 11.3.3.
 */
export function conjugateGradient(product: RowProduct, B: Batch): { X: Batch; rows: CgRow[] } {
  const X = zeros(B.rows, B.cols);
  const R = zeros(B.rows, B.cols);
  const exponents = new Int32Array(B.rows);
  for (let r = 0; r < B.rows; r++) {
    const { scaled, exponent } = normalised(row(B, r));
    row(R, r).set(scaled);
    exponents[r] = exponent;
  }
  const P = copyOf(R);
  const states = Array.from({ length: B.rows }, (_, r) => new RowState(row(X, r), row(R, r), row(P, r)));
  const active = Uint8Array.from(states, (state) => (state.done ? 0 : 1));
  for (let iteration = 0; iteration < 10 * B.cols && active.includes(1); iteration++) {
    const Q = product(P, active);
    states.forEach((state, r) => {
      if (active[r]) active[r] = state.advance(row(Q, r)) ? 0 : 1;
    });
  }
  states.forEach((state, r) => {
    if (active[r]) {
      state.problem = `relative residual ${state.residual.toPrecision(3)} after ${
        10 * B.cols
      } conjugate gradient iterations`;
    }
    state.rescale(exponents[r]);
  });
  return { X, rows: states };
}

/** One row's recurrence, on views of the shared batches. */
class RowState implements CgRow {
  problem?: string;
  readonly alphas: number[] = [];
  readonly betas: number[] = [];
  exponent = 0;
  private largest = 0;
  private rho: number;
  private readonly rhoStart: number;

  constructor(
    private readonly x: Float64Array,
    private readonly r: Float64Array,
    private readonly p: Float64Array,
  ) {
    this.rho = this.rhoStart = dot(r, r);
  }

  get residual(): number {
    return Math.sqrt(this.rho / this.rhoStart);
  }

  get done(): boolean {
    return this.rho <= TOLERANCE ** 2 * this.rhoStart;
  }

  /** x of the scaled problem becomes that for b, which was divided by 2^k. */
  rescale(k: number): void {
    const { x, exponent } = this;
    for (let j = 0; j < x.length; j++) x[j] = timesPowerOfTwo(x[j], k - exponent);
  }

  /** One iteration with q = A p, which is overwritten; whether it was the last. */
  advance(q: Float64Array): boolean {
    const { x, r, p } = this;
    if (this.alphas.length === 0) this.exponent = scaleOf(q);
    for (let j = 0; j < q.length; j++) q[j] = timesPowerOfTwo(q[j], -this.exponent);
    const curvature = dot(p, q) / dot(p, p);
    this.largest = Math.max(this.largest, Math.abs(curvature));
    if (!(curvature > p.length * Number.EPSILON * this.largest)) {
      const found = timesPowerOfTwo(curvature, this.exponent).toPrecision(3);
      this.problem = `curvature ${found} along a search direction of conjugate gradients`;
      return true;
    }
    const alpha = this.rho / dot(p, q);
    for (let j = 0; j < x.length; j++) {
      x[j] += alpha * p[j];
      r[j] -= alpha * q[j];
    }
    const rho = dot(r, r);
    const beta = rho / this.rho;
    for (let j = 0; j < p.length; j++) p[j] = r[j] + beta * p[j];
    this.rho = rho;
    this.alphas.push(alpha);
    this.betas.push(beta);
    return this.done;
  }
}

/** The exponent of the largest entry: that of A, since |p| is about 1 when it is asked for. */
function scaleOf(q: Float64Array): number {
  const largest = largestOf(q);
  return largest > 0 && largest < Infinity ? exponentOf(largest) : 0;
}

/** Iterations that `ritzValues` uses at most. */
const RITZ_SIZE = 256;

/**
 * Approximate eigenvalues of A from a run's coefficients: those of the tridiagonal Lanczos matrix
 *
 *     T_jj = 1 / alpha_j + beta_{j-1} / alpha_{j-1},    T_{j,j+1} = sqrt(beta_j) / alpha_j
 *
 * They lie within the range of the true ones, and find its ends first; none where there was no iteration, as for b = 0.
 * Golub and Van Loan, 4th edition, section 11.3.5.
 */
export function ritzValues({ alphas, betas, exponent }: CgRow): Float64Array {
  const k = Math.min(alphas.length, RITZ_SIZE);
  const T = new Float64Array(k * k);
  for (let j = 0; j < k; j++) {
    T[j * k + j] = 1 / alphas[j] + (j > 0 ? betas[j - 1] / alphas[j - 1] : 0);
    if (j + 1 < k) T[j * k + j + 1] = T[(j + 1) * k + j] = Math.sqrt(betas[j]) / alphas[j];
  }
  return k > 0 && allFinite(T)
    ? symmetricEigen(T, k).values.map((w) => timesPowerOfTwo(w, exponent))
    : new Float64Array(0);
}
