import { type Batch, batchOf } from '../batch.js';
import { checkFinite, fillParams } from '../validation.js';
import { LossError } from '../errors.js';
import type { LossPlugin } from '../loss.js';
import { softRank, softSort } from '../ranking.js';

/**
 * A sorting relaxation as functions of one vector of n scores. Parameters are those of its loss; they are validated,
 * and so are the scores and what comes of them: NONFINITE where scores are, or their differences overflow on the way.
 */
export interface SoftOperators<Params extends object> {
  /** (n, n): P[rank, item], ascending, rows summing to 1. */
  softPermutation(scores: ArrayLike<number>, params?: Partial<Params>): Batch;
  /** (n): the expected score at each rank, P scores, ascending. */
  softSort(scores: ArrayLike<number>, params?: Partial<Params>): Float64Array;
  /** (n): the expected rank of each item, 0 = smallest. */
  softRank(scores: ArrayLike<number>, params?: Partial<Params>): Float64Array;
}

/** The operators of a relaxation, given how it computes the soft permutation. */
export function softOperators<Target, Params extends object>(
  plugin: LossPlugin<Target, Params>,
  permutation: (scores: Float64Array, params: Params) => Batch,
): SoftOperators<Params> {
  const softPermutation = (scores: ArrayLike<number>, params: Partial<Params> = {}): Batch => {
    const filled = fillParams(plugin, params);
    const { data: values } = batchOf([scores]);
    if (values.length < 1) {
      throw new LossError('SHAPE', `${plugin.name}: scores should have at least one entry, got none`);
    }
    const bad = values.findIndex((score) => !Number.isFinite(score));
    if (bad >= 0) {
      throw new LossError('NONFINITE', `${plugin.name}: scores should be finite, got ${values[bad]} at index ${bad}`);
    }
    const P = permutation(values, filled);
    checkFinite(plugin.name, 'the soft permutation', P.data, P.cols); // a temperature of 5e-324 overflows
    return P;
  };
  return {
    softPermutation,
    softSort: (scores, params) => softSort(softPermutation(scores, params), scores),
    softRank: (scores, params) => softRank(softPermutation(scores, params)),
  };
}
