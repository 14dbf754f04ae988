import { type Batch, row } from '../batch.js';
import { dense, isMatrices, type Matrices, outerProducts } from '../matrices.js';
import { allFinite } from '../linear-algebra/vectors.js';
import type { Curvature } from './options.js';
import { checkShape, expectBatch } from '../validation.js';
import { LossError } from '../errors.js';
import type { Evaluation } from '../loss.js';
import { attempt, textOf } from '../messages.js';

/** Where each curvature comes from, given what is known of the loss and its gradients G (N, m). */
const SOURCES: Readonly<Record<Curvature, (evaluation: Evaluation, G: Batch) => Matrices | undefined>> = {
  none: () => undefined,
  fisher: (_evaluation, G) => outerProducts(G),
  hessian: (evaluation, G) => given('hessian', evaluation, G),
  'gauss-newton': (evaluation, G) => given('gaussNewton', evaluation, G),
};

/**
 * The samples' matrices of a curvature, absent for `none`. They have `outer` where they are g_i g_i^T of the gradients
 * G (N, m) themselves: Fisher. UNSUPPORTED where the loss lacks them, SHAPE where they are not N of m x m.
 */
export function curvatureOf(evaluation: Evaluation, G: Batch, curvature: Curvature): Matrices | undefined {
  return SOURCES[curvature](evaluation, G);
}

function given(method: 'hessian' | 'gaussNewton', evaluation: Evaluation, G: Batch): Matrices {
  if (evaluation[method]) return shaped(method, evaluation[method](), G);
  const what = `newton: this curvature needs ${method}(), which this loss does not have`;
  throw new LossError('UNSUPPORTED', `${what}; curvature fisher needs gradients only`);
}

function shaped(method: string, given: Batch | Matrices, { rows, cols }: Batch): Matrices {
  if (!isMatrices(given)) {
    checkShape('newton', `${method}()`, given, rows, cols * cols);
    return dense(given);
  }
  const C = { ...given };
  delete C.outer; // whatever else, they are not of these gradients
  if (C.count === rows && C.size === cols) return C;
  throw new LossError(
    'SHAPE',
    `newton: ${method}() should be ${rows} matrices of size ${cols}, got ${C.count} of ${C.size}`,
  );
}

/** (N): |g_i|^2, the one eigenvalue of g_i g_i^T that is not zero. */
export function squaredNorms({ rows, cols, data }: Batch): Float64Array {
  const out = new Float64Array(rows);
  for (let i = 0, k = 0; i < rows; i++) for (let j = 0; j < cols; j++, k++) out[i] += data[k] * data[k];
  return out;
}

/** The samples whose gradient or own curvature is not finite. */
export function nonfiniteSamples(C: Matrices | undefined, G: Batch): number[] {
  const own = C && !C.outer ? traceOf(C) : { rows: G.rows, cols: 1, data: squaredNorms(G) };
  return Array.from({ length: G.rows }, (_, i) => i).filter((i) => !allFinite(row(G, i)) || !allFinite(row(own, i)));
}

/** (N, any): a row is finite where the sample's matrix is. A product inherits every NaN and infinity of it. */
function traceOf(C: Matrices): Batch {
  if (C.known !== 'products') return C.blocks();
  return C.times({ rows: C.count, cols: C.size, data: new Float64Array(C.count * C.size).fill(1) });
}

const METHODS = ['hessian', 'gaussNewton'] as const;

/**
 * The gradient of an evaluation, (N, m) with at least one row and one column; SHAPE for what is not an evaluation, or
 * gives no such thing.
 */
export function gradientOf(evaluation: Evaluation): Batch {
  if (typeof attempt(() => evaluation.gradient) !== 'function') {
    throw new LossError('SHAPE', `newton: expected what a loss's evaluate() returns, got ${textOf(evaluation)}`);
  }
  for (const method of METHODS) {
    const given: unknown = evaluation[method];
    if (given === undefined || typeof given === 'function') continue;
    throw new LossError('SHAPE', `newton: ${method} of the evaluation should be a method, got ${textOf(given)}`);
  }
  const G = evaluation.gradient();
  expectBatch('newton', 'the gradient', G);
  checkShape('newton', 'the gradient', G, Math.max(1, G.rows), Math.max(1, G.cols));
  return G;
}
