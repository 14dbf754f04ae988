import { type Batch } from './batch.js';

/**
 * Ascending everywhere: rank 0 is the smallest. Equal values share the lowest of their ranks, so [5, 3, 5] has ranks [1, 0, 1].
 * This is the target that the sorting losses take.
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

/** The item at each rank, smallest first (argsort); equal values keep their order. */
export function orderOf(values: ArrayLike<number>): number[] {
  return Array.from({ length: values.length }, (_, i) => i).sort((a, b) => values[a]! - values[b]! || a - b);
}

/**
 * The permutation matrix of ranks, P[rank, item], n x n row-major: P y is y in ascending order. Items that share a rank share
 * the rows they cover evenly, so rows and columns still sum to 1.
 */
export function toPermutation(ranks: ArrayLike<number>, out = new Float64Array(ranks.length ** 2)): Float64Array {
  const n = ranks.length;
  out.fill(0);
  const size = new Int32Array(n);
  for (let j = 0; j < n; j++) size[ranks[j]!]!++;
  for (let j = 0; j < n; j++) {
    const r = ranks[j]!;
    for (let k = r; k < r + size[r]!; k++) out[k * n + j] = 1 / size[r]!;
  }
  return out;
}

/** Why `ranks` are not the ranks of m items as `ranksOf` gives them, if they are not. O(m), for every target of every step. */
export function rejectRanks(ranks: readonly number[], m: number): string | undefined {
  if (ranks.length !== m) return `should have ${m} ranks, one an output, got ${ranks.length}`;
  const size = new Int32Array(m);
  for (const rank of ranks) if (rank < m) size[rank]!++;
  for (let r = 0, expected = 0; r < m; r++) {
    if (size[r] === 0) continue;
    if (r !== expected) return `should hold ranks 0 (smallest) to ${m - 1}, equal items sharing their lowest: after ${expected} items comes rank ${expected}, got ${r}`;
    expected += size[r]!;
  }
  const beyond = ranks.find((rank) => rank >= m);
  return beyond === undefined ? undefined : `should hold ranks below ${m}, got ${beyond}`;
}

/** Soft sort: P y, the expected value at each rank, ascending. P is (n, n), P[rank, item]. */
export function softSort(P: Batch, y: ArrayLike<number>): Float64Array {
  const out = new Float64Array(P.rows);
  for (let r = 0; r < P.rows; r++) for (let j = 0; j < P.cols; j++) out[r]! += P.data[r * P.cols + j]! * y[j]!;
  return out;
}

/** Soft rank: the expected rank of each item, 0 = smallest, P's columns weighted by their rank. */
export function softRank(P: Batch): Float64Array {
  const out = new Float64Array(P.cols);
  for (let r = 0; r < P.rows; r++) for (let j = 0; j < P.cols; j++) out[j]! += r * P.data[r * P.cols + j]!;
  return out;
}
