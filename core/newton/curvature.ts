import { type Batch, row } from '../batch.js';
import { checkShape } from '../validation.js';
import { LossError } from '../errors.js';
import type { Evaluation } from '../loss.js';
import { dense, isMatrices, type Matrices, outerProducts } from '../matrices.js';
import { allFinite } from '../linear-algebra/vectors.js';
import type { Curvature } from './options.js';

/**
 * The samples' matrices of a curvature, absent for `none`. They have `outer` where they are g_i g_i^T of the gradients
 * G (N, m) themselves: Fisher. UNSUPPORTED where the loss lacks them, SHAPE where they are not N of m x m.
 */
export function curvatureOf(evaluation: Evaluation, G: Batch, curvature: Curvature): Matrices | undefined {
  if (curvature === 'none') return undefined;
  if (curvature === 'fisher') return outerProducts(G);
  const method = curvature === 'hessian' ? 'hessian' : 'gaussNewton';
  if (evaluation[method]) return shaped(method, evaluation[method](), G);
  const what = `newton: curvature ${curvature} needs ${method}(), which this loss does not have`;
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
