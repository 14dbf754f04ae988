import { type Batch } from './batch.js';
import { checkBatch, checkFinite } from './checks.js';
import { LossError } from './errors.js';

/**
 * Ascending everywhere: rank 0 is the smallest. Equal values share the lowest of their ranks, so [5, 3, 5] has ranks [1, 0, 1].
 * This is the target that the sorting losses take. Infinities have their place; NaN has none: NONFINITE.
 */
export function ranksOf(values: ArrayLike<number>): number[] {
  const order = orderOf(values);
  const ranks = new Array<number>(values.length);
  for (let k = 0; k < order.length; k++) {
    const tied = k > 0 && values[order[k]!] === values[order[k - 1]!];
    ranks[order[k]!] = tied ? ranks[order[k - 1]!]! : k;
  }
  return ranks;
}

/** The item at each rank, smallest first (argsort); equal values keep their order. NONFINITE where one is NaN. */
export function orderOf(values: ArrayLike<number>): number[] {
  for (let i = 0; i < values.length; i++) {
    if (!(values[i]! <= Infinity)) {
      throw new LossError('NONFINITE', `ranking: values should be numbers, got ${String(values[i])} at index ${i}`);
    }
  }
  return Array.from({ length: values.length }, (_, i) => i).sort((a, b) => values[a]! - values[b]! || a - b);
}

/**
 * The permutation matrix of ranks, P[rank, item], n x n row-major: P y is y in ascending order. Items that share a rank
 * share the rows they cover evenly, so rows and columns still sum to 1. What is not the ranks of n items, as `ranksOf`
 * gives them, is a TARGET error, and NONFINITE where one is not finite.
 */
export function toPermutation(ranks: ArrayLike<number>, out = new Float64Array(ranks.length ** 2)): Float64Array {
  const n = ranks.length;
  const size = new Int32Array(n);
  const reason = countRanks(ranks, size);
  if (reason !== undefined) {
    throw new LossError(
      Array.from(ranks).every(Number.isFinite) ? 'TARGET' : 'NONFINITE',
      `toPermutation: ranks ${reason}`,
    );
  }
  if (out.length !== n * n) {
    throw new LossError('SHAPE', `toPermutation: out should have ${n * n} entries for ${n} ranks, got ${out.length}`);
  }
  out.fill(0);
  for (let j = 0; j < n; j++) {
    const r = ranks[j]!;
    for (let k = r; k < r + size[r]!; k++) out[k * n + j] = 1 / size[r]!;
  }
  return out;
}

/** Why `ranks` are not the ranks of m items as `ranksOf` gives them, if they are not. O(m), for every target of every step. */
export function rejectRanks(ranks: readonly number[], m: number): string | undefined {
  if (ranks.length !== m) return `should have ${m} ranks, one an output, got ${ranks.length}`;
  return countRanks(ranks, new Int32Array(m));
}

/** Adds the items of each rank to `size`, as long as there are ranks; why they are not ranks, if they are not. */
function countRanks(ranks: ArrayLike<number>, size: Int32Array): string | undefined {
  const m = size.length;
  for (let j = 0; j < ranks.length; j++) {
    const rank = ranks[j]!;
    if (!(Number.isInteger(rank) && rank >= 0 && rank < m)) {
      return `should hold whole ranks from 0 to ${m - 1}, got ${String(rank)} at ${j}`;
    }
    size[rank]!++;
  }
  for (let r = 0, expected = 0; r < m; r++) {
    if (size[r] === 0) continue;
    if (r !== expected) return `should hold ranks 0 (smallest) to ${m - 1}, equal items sharing their lowest: after ${expected} items comes rank ${expected}, got ${r}`;
    expected += size[r]!;
  }
  return undefined;
}

/**
 * Soft sort: P y, the expected value at each rank, ascending. P is (n, n), P[rank, item]. SHAPE where P is not or y has
 * not n entries, NONFINITE where one is not finite or the result overflows.
 */
export function softSort(P: Batch, y: ArrayLike<number>): Float64Array {
  checkBatch('softSort', 'P', P, P.rows, P.rows);
  checkBatch('softSort', 'y', { rows: 1, cols: y.length, data: Float64Array.from(y) }, 1, P.cols);
  const out = new Float64Array(P.rows);
  for (let r = 0; r < P.rows; r++) for (let j = 0; j < P.cols; j++) out[r]! += P.data[r * P.cols + j]! * y[j]!;
  checkFinite('softSort', 'P y', out, P.rows);
  return out;
}

/**
 * Soft rank: the expected rank of each item, 0 = smallest, P's columns weighted by their rank. SHAPE and NONFINITE as
 * of `softSort`.
 */
export function softRank(P: Batch): Float64Array {
  checkBatch('softRank', 'P', P, P.rows, P.rows);
  const out = new Float64Array(P.cols);
  for (let r = 0; r < P.rows; r++) for (let j = 0; j < P.cols; j++) out[j]! += r * P.data[r * P.cols + j]!;
  return out;
}
