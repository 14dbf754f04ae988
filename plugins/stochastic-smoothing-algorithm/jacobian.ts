import { factorSemidefinite, type Design, type Noise } from '../../core/algorithm-losses/index.js';
import { type Batch, type Factors, row, zeros } from '../../core/index.js';
import { forEachBlock } from './residuals.js';

/** Pivots are taken down to this share of the trace: what is left out has no larger entries. */
const NEGLIGIBLE = 1e-14;

/**
 * J^T J of the estimated Jacobian of the mean solution, with D_s = r_s - base the solutions less their control variate
 * (`productsOfIndependent`),
 *
 *     J = sum over draws of D_s nu'(Z_s)^T / (S sigma)        (k, m)
 *
 * by S rows of m at most, without J: of D D^T / (S sigma)^2 = sum of c c^T the rows are sum over draws of c_s nu'(Z_s).
 * O(N S^2 (k + m)).
 */
export function jacobianFactors(
  r: Batch,
  base: Batch | undefined,
  noise: Noise,
  sigma: number,
  design: Design,
): Factors {
  const S = design.samples;
  const { score } = noise;
  const rows = zeros(score.rows, score.cols);
  const weights = new Float64Array(score.rows);
  const D = zeros(S, r.cols);
  const [K, C] = [new Float64Array(S * S), new Float64Array(S * S)];
  for (let i = 0; i < score.rows / S; i++) {
    fillDeviations(r, base, i, design, D);
    const trace = fillProducts(D, (S * sigma) ** -2, K);
    const rank = factorSemidefinite(K, S, NEGLIGIBLE * trace, C);
    weights.fill(1, i * S, i * S + rank);
    for (let k = 0; k < rank; k++) {
      for (let s = 0; s < S; s++) addScaled(row(rows, i * S + k), C[k * S + s], score.data, (i * S + s) * score.cols);
    }
  }
  return { rank: S, weights, left: rows, right: rows };
}

function fillDeviations(r: Batch, base: Batch | undefined, i: number, design: Design, D: Batch): void {
  const k = r.cols;
  forEachBlock(r, i, design, (start, end, R) => {
    const b = base ? row(base, i) : R;
    for (let s = start; s < end; s++) {
      for (let j = 0, d = (s - i * design.samples) * k; j < k; j++, d++) D.data[d] = r.data[s * k + j] - b[j];
    }
  });
}

/** K = factor D D^T; its trace. */
function fillProducts({ rows, cols, data }: Batch, factor: number, K: Float64Array): number {
  let trace = 0;
  for (let a = 0; a < rows; a++) {
    for (let b = 0; b <= a; b++) {
      let sum = 0;
      for (let j = 0, p = a * cols, q = b * cols; j < cols; j++, p++, q++) sum += data[p] * data[q];
      K[a * rows + b] = K[b * rows + a] = factor * sum;
    }
    trace += K[a * (rows + 1)];
  }
  return trace;
}

function addScaled(out: Float64Array, factor: number, data: Float64Array, from: number): void {
  if (factor !== 0) { for (let j = 0; j < out.length; j++) out[j] += factor * data[from + j]; }
}
