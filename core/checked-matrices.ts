import { type Batch, isFloat64Array } from './batch.js';
import { checkBatch, expectBatch } from './validation.js';
import { LossError } from './errors.js';
import type { Factors } from './factors.js';
import { allFinite } from './linear-algebra/vectors.js';
import { byProducts, dense, isMatrices, type Matrices } from './matrices.js';
import { attempt, textOf } from './messages.js';
import { expectMethods, isObject } from './plugin-calls.js';

/** How what a plugin does is looked at. */
export interface Guard {
  /** The plugin's. */
  readonly name: string;
  /** What `act` returns; UNSUPPORTED where it throws, or promises. */
  call<T>(method: string, act: () => T): T;
  /** The same, of a batch with a row a sample: SHAPE and NONFINITE. */
  out(method: string, act: () => Batch, cols: number): Batch;
}

/**
 * What `hessian()` or `gaussNewton()` of a plugin gives at y, as matrices. Blocks and factors are validated here,
 * what comes of them and of products on its way out: SHAPE, NONFINITE, UNSUPPORTED.
 */
export function checkedMatrices(guard: Guard, method: string, given: Batch | Matrices, y: Batch): Matrices {
  const { name } = guard;
  const { rows, cols } = y;
  if (!attempt(() => isMatrices(given))) {
    checkBatch(name, method, given as Batch, rows, cols * cols);
    return checkedResults(guard, method, dense(given as Batch), y);
  }
  const C = given as Matrices;
  expectMethods(name, method, C, ['times', 'timesMean', 'blocks', 'mean']);
  if (C.count !== rows || C.size !== cols) {
    const expected = `${rows} matrices of size ${cols}`;
    throw new LossError(
      'SHAPE',
      `${name}: ${method} should be ${expected}, got ${textOf(C.count)} of size ${textOf(C.size)}`,
    );
  }
  if (C.factors !== undefined) checkFactors(name, `${method}.factors`, C.factors, y);
  return checkedResults(guard, method, C, y);
}

function checkedResults(guard: Guard, method: string, C: Matrices, { rows, cols }: Batch): Matrices {
  const times = (V: Batch): Batch => {
    checkBatch(guard.name, 'v', V, rows, cols);
    return guard.out(`${method}().times`, () => C.times(V), cols);
  };
  const blocks = (): Batch => guard.out(`${method}().blocks`, () => C.blocks(), cols * cols);
  if (C.factors) return { ...C, times, blocks };
  if (C.known === 'products') return byProducts(times, rows, cols);
  return { ...byProducts(times, rows, cols, blocks), mean: () => checkedMean(guard, method, C, blocks, cols) };
}

/** The mean as the plugin forms it. Where it is not finite, blocks are asked for, so that the error names the sample. */
function checkedMean(guard: Guard, method: string, C: Matrices, blocks: () => Batch, cols: number): Float64Array {
  const what = `${method}().mean`;
  const mean = guard.call(what, () => C.mean());
  if (isFloat64Array(mean) && !allFinite(mean)) blocks();
  checkBatch(guard.name, what, { rows: cols, cols, data: mean }, cols, cols);
  return mean;
}

function checkFactors(name: string, what: string, factors: Factors, { rows, cols }: Batch): void {
  if (!isObject(factors)) {
    throw new LossError('SHAPE', `${name}: ${what} should be Factors, got ${textOf(factors)}`);
  }
  const { rank, weights, left, right, shift, diagonal } = factors;
  const weightRows = { rows, cols: rank, data: weights };
  expectBatch(name, `${what}, weights by rank,`, weightRows);
  checkBatch(name, `${what}.weights`, weightRows, rows, rank);
  checkBatch(name, `${what}.left`, left, rows * rank, cols);
  if (right !== left) checkBatch(name, `${what}.right`, right, rows * rank, cols);
  if (shift) checkBatch(name, `${what}.shift`, { rows, cols: 1, data: shift }, rows, 1);
  if (diagonal) checkBatch(name, `${what}.diagonal`, diagonal, rows, cols);
}
