import { type Batch, copyOf } from '../core/batch.js';
import type { Evaluation } from '../core/loss.js';
import { isMatrices, matricesOf } from '../core/matrices.js';
import type { Finding } from './failure.js';

export const METHODS = ['value', 'gradient', 'hessian', 'hvp', 'gaussNewton'] as const;
export type Method = (typeof METHODS)[number];

/** Copies of everything that an evaluation tells, each (N, k), its methods called in the given order. */
export function resultsOf(e: Evaluation, v: Batch, order: readonly Method[] = METHODS): Map<Method, Batch> {
  const results = new Map<Method, Batch>();
  for (const method of order) {
    const result = resultOf(e, method, v);
    if (result) results.set(method, copyOf(result));
  }
  return results;
}

/**
 * What one method gives; `value` as (N, 1), `hvp` the Hessian times v, matrices as blocks, these as they are where they
 * are given so; undefined where the evaluation has no such method, or its matrices have no blocks but by products.
 */
export function resultOf(e: Evaluation, method: Method, v: Batch): Batch | undefined {
  if (method === 'value') return { rows: e.value.length, cols: 1, data: e.value };
  if (method === 'gradient') return e.gradient();
  if (method === 'hvp') return e.hessian && matricesOf(e.hessian()).times(v);
  const given = e[method]?.();
  if (!given || !isMatrices(given)) return given;
  return given.known === 'products' ? undefined : given.blocks();
}

/** The first entry in which row k of `got` is not exactly row `rowOf(k)` of `expected`; -0 is 0. */
export function firstDifference(
  got: ReadonlyMap<Method, Batch>,
  expected: ReadonlyMap<Method, Batch>,
  rowOf: (k: number) => number = (k) => k,
): Finding | undefined {
  for (const [what, { rows, cols, data }] of got) {
    const other = expected.get(what);
    if (!other) return { what, expected: 'absent', got: 'present' };
    for (let k = 0; k < rows; k++) {
      const sample = rowOf(k);
      for (let index = 0; index < cols; index++) {
        const want = other.data[sample * cols + index];
        if (data[k * cols + index] !== want) {
          return { what, sample, index, expected: want, got: data[k * cols + index] };
        }
      }
    }
  }
  return undefined;
}

/** The first entry that is NaN or infinite. */
export function firstNonFinite(results: ReadonlyMap<Method, Batch>): Finding | undefined {
  for (const [what, { cols, data }] of results) {
    const k = data.findIndex((x) => !Number.isFinite(x));
    if (k >= 0) {
      return { what, sample: Math.floor(k / cols), index: k % cols, expected: 'a finite number', got: data[k] };
    }
  }
  return undefined;
}
