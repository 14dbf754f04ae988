import { type Batch, copyOf, row, zeros } from '../batch.js';
import { checkShape } from '../checks.js';
import { LossError } from '../errors.js';
import type { CurvatureFactors } from '../factors.js';
import type { Evaluation } from '../loss.js';
import { allFinite } from '../numerics/finite.js';
import { gram, meanOfRows, symmetrise } from '../numerics/gram.js';
import { meanOfFactors } from './low-rank.js';
import type { Curvature } from './options.js';

/** The batch's one matrix C, m x m, symmetric: the mean of the samples' own Hessians or Gauss-Newton matrices. */
export function batchCurvature(evaluation: Evaluation, G: Batch, curvature: Curvature): Float64Array {
  const { rows, cols: m } = G;
  const factors = factorsOf(evaluation, curvature);
  if (factors) return meanOfFactors(factors);
  const C = byProducts(evaluation, curvature)
    ? meanByProducts(evaluation, rows, m)
    : meanOfRows(blocks(evaluation, G, curvature).data, rows, m * m);
  symmetrise(C, m);
  return C;
}

/** The factors of the samples' matrices, where the loss has them. */
export function factorsOf(evaluation: Evaluation, curvature: Curvature): CurvatureFactors | undefined {
  if (curvature === 'hessian') return evaluation.hessianFactors?.();
  return curvature === 'gauss-newton' ? evaluation.gaussNewtonFactors?.() : undefined;
}

/** C = (1/N) sum_i g_i g_i^T (Newton Losses, definition 2). */
export function fisherMatrix(G: Batch): Float64Array {
  const C = gram(G.data, G.rows, G.cols);
  for (let k = 0; k < C.length; k++) C[k] /= G.rows;
  return C;
}

/** (N): |g_i|^2, the one eigenvalue of g_i g_i^T that is not zero. */
export function squaredNorms({ rows, cols, data }: Batch): Float64Array {
  const out = new Float64Array(rows);
  for (let i = 0, k = 0; i < rows; i++) for (let j = 0; j < cols; j++, k++) out[i] += data[k] * data[k];
  return out;
}

/** Each sample's own matrix, (N, m * m), symmetric. */
export function sampleCurvature(evaluation: Evaluation, G: Batch, curvature: Curvature): Batch {
  const C = byProducts(evaluation, curvature)
    ? blocksByProducts(evaluation, G)
    : copyOf(blocks(evaluation, G, curvature));
  const m = G.cols;
  for (let i = 0; i < C.rows; i++) symmetrise(C.data, m, i * m * m);
  return C;
}

/** Whether the Hessian is there only as products with it. */
function byProducts(evaluation: Evaluation, curvature: Curvature): boolean {
  return curvature === 'hessian' && evaluation.hessian === undefined && evaluation.hvp !== undefined;
}

function blocks(evaluation: Evaluation, G: Batch, curvature: Curvature): Batch {
  const method = curvature === 'hessian' ? 'hessian' : 'gaussNewton';
  if (!evaluation[method]) {
    const what = `newton: curvature ${curvature} needs ${method}(), which this loss does not have`;
    throw new LossError('UNSUPPORTED', `${what}; curvature fisher needs gradients only`);
  }
  const H = evaluation[method]();
  checkShape('newton', `${method}()`, H, G.rows, G.cols * G.cols);
  return H;
}

/** H_i v_i for every row of v. */
export function hessianTimes(evaluation: Evaluation, v: Batch): Batch {
  const product = evaluation.hvp!(v);
  checkShape('newton', 'hvp()', product, v.rows, v.cols);
  return product;
}

/** Column j of every H_i is H_i e_j: m products. */
function blocksByProducts(evaluation: Evaluation, { rows, cols: m }: Batch): Batch {
  const H = zeros(rows, m * m);
  forEachColumn(evaluation, rows, m, (j, column) => {
    for (let k = 0; k < column.length; k++) H.data[k * m + j] = column[k];
  });
  return H;
}

/** The mean Hessian from products, without the (N, m * m) blocks. */
function meanByProducts(evaluation: Evaluation, rows: number, m: number): Float64Array {
  const C = new Float64Array(m * m);
  forEachColumn(evaluation, rows, m, (j, column) => C.set(meanOfRows(column, rows, m), j * m));
  return C;
}

function forEachColumn(
  evaluation: Evaluation,
  rows: number,
  m: number,
  use: (j: number, column: Float64Array) => void,
): void {
  for (let j = 0; j < m; j++) {
    const e = zeros(rows, m);
    for (let i = 0; i < rows; i++) e.data[i * m + j] = 1;
    use(j, hessianTimes(evaluation, e).data);
  }
}

/** The samples whose gradient or own curvature is not finite. */
export function nonfiniteSamples(evaluation: Evaluation, G: Batch, curvature: Curvature): number[] {
  const C = ownCurvature(evaluation, G, curvature);
  return Array.from({ length: G.rows }, (_, i) => i).filter((i) => !allFinite(row(G, i)) || !allFinite(row(C, i)));
}

/**
 * (N, any): a row is finite where the sample's curvature is. A product with a Hessian inherits every NaN and infinity
 * of it.
 */
function ownCurvature(evaluation: Evaluation, G: Batch, curvature: Curvature): Batch {
  if (byProducts(evaluation, curvature)) return hessianTimes(evaluation, filled(G.rows, G.cols, 1));
  if (curvature === 'hessian' || curvature === 'gauss-newton') return blocks(evaluation, G, curvature);
  return { rows: G.rows, cols: 1, data: squaredNorms(G) };
}

function filled(rows: number, cols: number, value: number): Batch {
  return { rows, cols, data: new Float64Array(rows * cols).fill(value) };
}
