import { type Batch } from '../batch.js';
import { LossError } from '../errors.js';
import { type Evaluation } from '../loss.js';

const METHODS = ['hessian', 'hvp', 'gaussNewton', 'hessianFactors', 'gaussNewtonFactors'] as const;

/**
 * The gradient of an evaluation, (N, m) with at least one row and one column; SHAPE for what is not an evaluation, or
 * gives no such thing.
 */
export function gradientOf(evaluation: Evaluation): Batch {
  const given = evaluation as Partial<Evaluation> | null | undefined;
  if (typeof given?.gradient !== 'function') {
    throw new LossError('SHAPE', `newton: expected what a loss's evaluate() returns, got ${kindOf(given)}`);
  }
  for (const method of METHODS) {
    const kind = kindOf(given[method]);
    if (kind !== 'undefined' && kind !== 'Function') {
      throw new LossError('SHAPE', `newton: ${method} of the evaluation should be a method, got ${kind}`);
    }
  }
  const G = evaluation.gradient();
  checkMatrix('the gradient', G, G?.rows, G?.cols);
  return G;
}

/** SHAPE unless the batch is (rows, cols), both at least 1, in a Float64Array. */
export function checkMatrix(what: string, batch: Batch, rows: number, cols: number): void {
  const given = batch as Partial<Batch> | null | undefined;
  if (!(given?.data instanceof Float64Array)) {
    const got = given?.data === undefined ? kindOf(given) : kindOf(given.data);
    throw new LossError(
      'SHAPE',
      `newton: ${what} should be a Batch with data in a Float64Array (see batchOf), got ${got}`,
    );
  }
  const fits =
    isCount(rows) && isCount(cols) && given.rows === rows && given.cols === cols && given.data.length === rows * cols;
  if (fits) return;
  const expected = isCount(rows) && isCount(cols) ? `(${rows}, ${cols})` : 'of at least one row and one column';
  const got = `(${String(given.rows)}, ${String(given.cols)}) with ${given.data.length} entries`;
  throw new LossError('SHAPE', `newton: ${what} should be ${expected}, got ${got}`);
}

function isCount(n: unknown): boolean {
  return typeof n === 'number' && Number.isInteger(n) && n > 0;
}

/** What a value is, in a word: the name of its class, or `null`, `undefined`, `number`. */
function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'function') return 'Function';
  if (typeof value !== 'object') return typeof value;
  return (value.constructor as { name?: string } | undefined)?.name ?? 'object';
}
