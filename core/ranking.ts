import { type Batch, batchOf, isSize, zeros } from './batch.js';
import { checkBatch, checkFinite, expectBatch } from './validation.js';
import { LossError } from './errors.js';
import { attempt, textOf } from './messages.js';

/**
 * Ascending everywhere: rank 0 is the smallest. Equal values share the lowest of their ranks, so [5, 3, 5] has ranks
 * [1, 0, 1]. This is the target that the sorting losses take. Infinities have their place; NaN has none: NONFINITE.
 */
export function ranksOf(values: ArrayLike<number>): number[] {
  const order = orderOf(values);
  const ranks = new Array<number>(values.length);
  for (let k = 0; k < order.length; k++) {
    const tied = k > 0 && values[order[k]] === values[order[k - 1]];
    ranks[order[k]] = tied ? ranks[order[k - 1]] : k;
  }
  return ranks;
}

/**
 * Ranks that are all different, of equal values the first the lower, so that [5, 3, 5] has [1, 0, 2]: the inverse of
 * `orderOf`, with its errors.
 */
export function distinctRanksOf(values: ArrayLike<number>): number[] {
  const order = orderOf(values);
  const ranks = new Array<number>(order.length);
  order.forEach((item, rank) => (ranks[item] = rank));
  return ranks;
}

/**
 * The item at each rank, smallest first (argsort); equal values keep their order. NONFINITE where one is NaN or no
 * number, SHAPE where there are none.
 */
export function orderOf(values: ArrayLike<number>): number[] {
  const length = lengthOf(values);
  for (let i = 0; i < length; i++) {
    const value: unknown = values[i];
    if (typeof value === 'number' && !Number.isNaN(value)) continue;
    throw new LossError('NONFINITE', `ranking: values should be numbers, got ${textOf(value)} at index ${i}`);
  }
  return Array.from({ length: values.length }, (_, i) => i).sort((a, b) => values[a] - values[b] || a - b);
}

function lengthOf(values: ArrayLike<number>): number {
  const length: unknown = attempt(() => values.length);
  if (isSize(length)) return length;
  throw new LossError('SHAPE', `ranking: expected an array of numbers, got ${textOf(values)}`);
}

/**
 * The permutation matrix of ranks, P[rank, item], n x n row-major: P y is y in ascending order. Items that share a rank
 * share the rows they cover evenly, so rows and columns still sum to 1. What is not the ranks of n items, as `ranksOf`
 * gives them, is a TARGET error, and NONFINITE where one is not finite.
 */
export function toPermutation(ranks: ArrayLike<number>, into?: Float64Array): Float64Array {
  const n = lengthOf(ranks);
  const out = into ?? zeros(n, n).data;
  const size = zeroCounts(n);
  const reason = countRanks(ranks, n, size);
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
    const r = ranks[j];
    for (let k = r; k < r + size[r]; k++) out[k * n + j] = 1 / size[r];
  }
  return out;
}

/**
 * Why `ranks` are not the ranks of m items as `ranksOf` gives them, if they are not. O(m), for every target of every
 * step.
 */
export function rejectRanks(ranks: readonly number[], m: number): string | undefined {
  if (ranks.length !== m) return `should have ${m} ranks, one an output, got ${ranks.length}`;
  return countRanks(ranks, m, zeroCounts(m));
}

let counts = new Int32Array(64);

/** At least m zeros, which the next call uses again: ranks are counted for every target of every step. */
function zeroCounts(m: number): Int32Array {
  if (counts.length < m) counts = new Int32Array(m);
  else counts.fill(0, 0, m);
  return counts;
}

/** Adds the items of each of the m ranks to `size`; why they are not ranks, if they are not. */
function countRanks(ranks: ArrayLike<number>, m: number, size: Int32Array): string | undefined {
  for (let j = 0; j < ranks.length; j++) {
    const rank = ranks[j];
    if (!(Number.isInteger(rank) && rank >= 0 && rank < m)) {
      return `should hold whole ranks from 0 to ${m - 1}, got ${textOf(rank)} at ${j}`;
    }
    size[rank]++;
  }
  for (let r = 0, expected = 0; r < m; r++) {
    if (size[r] === 0) continue;
    if (r !== expected) {
      return `should hold ranks 0 (smallest) to ${
        m - 1
      }, equal items sharing their lowest: after ${expected} items comes rank ${expected}, got ${r}`;
    }
    expected += size[r];
  }
  return undefined;
}

/**
 * Soft sort: P y, the expected value at each rank, ascending. P is (n, n), P[rank, item]. SHAPE where P is not or y has
 * not n entries, NONFINITE where one is not finite or the result overflows.
 */
export function softSort(P: Batch, y: ArrayLike<number>): Float64Array {
  checkSquare('softSort', P);
  checkBatch('softSort', 'y', batchOf([y]), 1, P.cols);
  const out = new Float64Array(P.rows);
  for (let r = 0; r < P.rows; r++) for (let j = 0; j < P.cols; j++) out[r] += P.data[r * P.cols + j] * y[j];
  checkFinite('softSort', 'P y', out, P.rows);
  return out;
}

/**
 * Soft rank: the expected rank of each item, 0 = smallest, P's columns weighted by their rank. SHAPE and NONFINITE as
 * of `softSort`.
 */
export function softRank(P: Batch): Float64Array {
  checkSquare('softRank', P);
  const out = new Float64Array(P.cols);
  for (let r = 0; r < P.rows; r++) for (let j = 0; j < P.cols; j++) out[j] += r * P.data[r * P.cols + j];
  checkFinite('softRank', 'the ranks', out, P.cols);
  return out;
}

function checkSquare(name: string, P: Batch): void {
  expectBatch(name, 'P', P);
  checkBatch(name, 'P', P, P.rows, P.rows);
}
