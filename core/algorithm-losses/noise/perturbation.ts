import { type Batch, row, zeros } from '../../batch.js';
import { dense, lowRank, type Matrices } from '../../matrices.js';
import { type Noise, perturb } from './noise.js';

/**
 * How noise moves outputs: q = q(y, Z). Writes q_s of every draw into `out`, (N S, m) from its start, and gives what
 * derivatives become.
 */
export type Perturbation = (y: Batch, noise: Noise, out: Float64Array) => Moved;

/** For functions u of q, (N S, m) as u_s = u(q_s); both write to u. */
export interface Moved {
  /** (N S, m): dq_s / dy, which is diagonal; absent: 1. */
  readonly slope?: Batch;
  /** (dq_s / dy)^T u_s */
  pullBack(u: Batch): Batch;
  /**
   * N estimates of the derivative in y of E (dq / dy)^T u(q), symmetrised. Of mean 0 for a u that does not depend on
   * the noise: a control variate may be subtracted from it.
   */
  derivative(u: Batch): Matrices;
}

/**
 *     q = y + sigma Z,    d/dy E u(q) = E u(q) nu'(Z)^T / sigma
 */
export function additive(sigma: number): Perturbation {
  return (y, noise, out) => {
    perturb(y, noise, sigma, out);
    return {
      pullBack: (u) => u,
      derivative: (u) => lowRank({ ...meanOverDraws(u, y, sigma), right: noise.score }),
    };
  };
}

/**
 * Gaussian noise that keeps signs, with factors f = exp(sigma Z - sigma^2 / 2) of mean 1:
 *
 *     q = y f,    d/dy_k E f_j u_j = E f_j u_j (Z_k / sigma - [j = k]) / y_k
 *
 * For v = log |y| + sigma Z is Gaussian, E h(v) has the derivative E h Z_k / sigma in log y_k, and f_j u_j is a
 * function of v over y_j. Columns where y is 0, beside the largest of the sample, are 0.
 */
export function multiplicative(sigma: number): Perturbation {
  return (y, { z }, out) => {
    const f = { ...z, data: z.data.map((zk) => Math.exp(sigma * zk - 0.5 * sigma * sigma)) };
    multiplyDraws(y, f, out);
    const pullBack = (u: Batch): Batch => {
      for (let k = 0; k < u.data.length; k++) u.data[k] *= f.data[k];
      return u;
    };
    return { slope: f, pullBack, derivative: (u) => dense(multiplicativeDerivative(pullBack(u), z, y, sigma)) };
  };
}

function multiplicativeDerivative(fu: Batch, z: Batch, y: Batch, sigma: number): Batch {
  const inverse = inverseOf(y);
  const right = zeros(z.rows, z.cols);
  multiplyDraws(inverse, z, right.data);
  const factors = meanOverDraws(fu, y, sigma);
  const blocks = lowRank({ ...factors, right }).blocks();
  multiplyDraws(inverse, fu, right.data);
  for (let r = 0, k = 0; r < z.rows; r++) {
    const J = row(blocks, Math.floor(r / factors.rank));
    for (let h = 0; h < J.length; h += z.cols + 1, k++) J[h] -= right.data[k] / factors.rank;
  }
  return blocks;
}

/** mean_s u_s (..)^T / sigma, as factors. */
function meanOverDraws(u: Batch, y: Batch, sigma: number): { rank: number; weights: Float64Array; left: Batch } {
  const samples = u.rows / y.rows;
  return { rank: samples, weights: new Float64Array(u.rows).fill(1 / (samples * sigma)), left: u };
}

/** Writes y f into `out`, (N S, m) from its start, for y (N, m) and f (N S, m). */
function multiplyDraws(y: Batch, f: Batch, out: Float64Array): void {
  const samples = f.rows / y.rows;
  for (let i = 0, k = 0; i < y.rows; i++) {
    for (let s = 0; s < samples; s++) {
      for (let j = i * y.cols; j < (i + 1) * y.cols; j++, k++) out[k] = y.data[j] * f.data[k];
    }
  }
}

/** (N, m): 1 / y, or 0. */
function inverseOf(y: Batch): Batch {
  const out = zeros(y.rows, y.cols);
  for (let i = 0; i < y.rows; i++) {
    const largest = row(y, i).reduce((max, yj) => Math.max(max, Math.abs(yj)), 0);
    row(y, i).forEach((yj, j) => (row(out, i)[j] = Math.abs(yj) > 1e-8 * largest ? 1 / yj : 0));
  }
  return out;
}
