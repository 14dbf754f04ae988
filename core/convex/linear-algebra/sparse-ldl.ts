import type { SymmetricPattern } from './sparse.js';
import { checkEntries, sortedBy } from './sparse.js';
import { minimumDegree } from './minimum-degree.js';

/**
 * K = L D L^T of quasidefinite matrices of one pattern, whose pivots have known signs whatever the order (Vanderbei,
 * Symmetric quasidefinite matrices, SIAM J. Optim. 5, 1995). The order and the pattern of L are found once; `factorise`
 * is numerical alone and allocates nothing. A pivot that is smaller than `leastPivot`, or of the wrong sign, is
 * replaced by `leastPivot` of the right one. Up-looking, row by row: Davis, Direct Methods for Sparse Linear Systems,
 * section 4.8.
 */
export class SparseLdl {
  /** Entries of L below its diagonal. */
  readonly fill: number;
  /** Multiplications of a factorisation. */
  readonly cost: number;
  private readonly size: number;
  private readonly order: Int32Array;
  private readonly start: Int32Array;
  private readonly index: Int32Array;
  /** Where entry k of the caller's values goes in the permuted upper triangle. */
  private readonly place: Int32Array;
  private readonly values: Float64Array;
  private readonly sign: Int8Array;
  private readonly parent: Int32Array;
  private readonly LStart: Int32Array;
  private readonly LIndex: Int32Array;
  private readonly L: Float64Array;
  private readonly D: Float64Array;
  private readonly work: Float64Array;
  private readonly stack: Int32Array;
  private readonly path: Int32Array;
  private readonly mark: Int32Array;
  private readonly next: Int32Array;

  constructor(pattern: SymmetricPattern, signs: Int8Array) {
    const n = (this.size = pattern.size);
    this.order = minimumDegree(pattern);
    const permuted = permute(pattern, this.order);
    this.start = permuted.start;
    this.index = permuted.index;
    this.place = permuted.place;
    this.values = new Float64Array(this.index.length);
    this.sign = Int8Array.from(this.order, (v) => signs[v]);
    const { parent, counts } = eliminationTree(n, this.start, this.index);
    this.parent = parent;
    this.LStart = new Int32Array(n + 1);
    checkEntries(counts.reduce((sum, count) => sum + count, 0), 'the factors of its optimality conditions');
    for (let j = 0; j < n; j++) this.LStart[j + 1] = this.LStart[j] + counts[j];
    this.fill = this.LStart[n];
    this.cost = counts.reduce((sum, count) => sum + (count * (count + 3)) / 2, 0);
    this.LIndex = new Int32Array(this.fill);
    this.L = new Float64Array(this.fill);
    this.D = new Float64Array(n);
    this.work = new Float64Array(n);
    this.stack = new Int32Array(n);
    this.path = new Int32Array(n);
    this.mark = new Int32Array(n);
    this.next = new Int32Array(n);
  }

  /** `values` are in the order of the pattern given. Returns how many pivots were replaced. */
  factorise(values: Float64Array, leastPivot: number): number {
    const { size, start, index, work, stack, path, mark, next, parent, LStart, LIndex, L, D } = this;
    this.values.fill(0);
    for (let k = 0; k < values.length; k++) this.values[this.place[k]] += values[k];
    let replaced = 0;
    mark.fill(-1);
    for (let j = 0; j < size; j++) {
      next[j] = LStart[j];
      mark[j] = j;
      let top = size;
      let pivot = 0;
      for (let k = start[j]; k < start[j + 1]; k++) {
        let i = index[k];
        if (i === j) {
          pivot = this.values[k];
          continue;
        }
        work[i] = this.values[k];
        let length = 0;
        for (; mark[i] !== j; i = parent[i]) {
          path[length++] = i;
          mark[i] = j;
        }
        while (length > 0) stack[--top] = path[--length];
      }
      for (; top < size; top++) {
        const i = stack[top];
        const y = work[i];
        work[i] = 0;
        const end = next[i];
        for (let k = LStart[i]; k < end; k++) work[LIndex[k]] -= L[k] * y;
        const l = y / D[i];
        pivot -= l * y;
        LIndex[end] = j;
        L[end] = l;
        next[i]++;
      }
      if (!(pivot * this.sign[j] > leastPivot)) {
        pivot = this.sign[j] * leastPivot;
        replaced++;
      }
      D[j] = pivot;
    }
    return replaced;
  }

  /** x := K^-1 x */
  solve(x: Float64Array): void {
    const { size, order, work, LStart, LIndex, L, D } = this;
    for (let j = 0; j < size; j++) work[j] = x[order[j]];
    for (let j = 0; j < size; j++) {
      const w = work[j];
      if (w !== 0) { for (let k = LStart[j]; k < LStart[j + 1]; k++) work[LIndex[k]] -= L[k] * w; }
    }
    for (let j = size - 1; j >= 0; j--) {
      let w = work[j] / D[j];
      for (let k = LStart[j]; k < LStart[j + 1]; k++) w -= L[k] * work[LIndex[k]];
      work[j] = w;
    }
    for (let j = 0; j < size; j++) x[order[j]] = work[j];
    work.fill(0);
  }
}

/** The upper triangle by columns with row and column order[k] as k-th, every diagonal entry included. */
function permute(
  { size, row, col }: SymmetricPattern,
  order: Int32Array,
): { start: Int32Array; index: Int32Array; place: Int32Array } {
  const position = new Int32Array(size);
  order.forEach((v, k) => (position[v] = k));
  const count = row.length;
  const [low, high] = [new Int32Array(count + size), new Int32Array(count + size)];
  for (let k = 0; k < count; k++) {
    const [a, b] = [position[row[k]], position[col[k]]];
    low[k] = Math.min(a, b);
    high[k] = Math.max(a, b);
  }
  for (let j = 0; j < size; j++) low[count + j] = high[count + j] = j;
  const byColumns = sortedBy(high, size, sortedBy(low, size));
  const start = new Int32Array(size + 1);
  const index = new Int32Array(count + size);
  const place = new Int32Array(count + size);
  let distinct = 0;
  for (let t = 0, before = -1; t < byColumns.length; before = byColumns[t++]) {
    const k = byColumns[t];
    if (before < 0 || low[k] !== low[before] || high[k] !== high[before]) {
      index[distinct++] = low[k];
      start[high[k] + 1]++;
    }
    place[k] = distinct - 1;
  }
  for (let j = 0; j < size; j++) start[j + 1] += start[j];
  return { start, index: index.slice(0, distinct), place: place.subarray(0, count) };
}

/** The tree of L and how many entries each of its columns has below the diagonal. */
function eliminationTree(
  size: number,
  start: Int32Array,
  index: Int32Array,
): { parent: Int32Array; counts: Int32Array } {
  const parent = new Int32Array(size).fill(-1);
  const counts = new Int32Array(size);
  const mark = new Int32Array(size).fill(-1);
  for (let j = 0; j < size; j++) {
    mark[j] = j;
    for (let k = start[j]; k < start[j + 1]; k++) {
      for (let i = index[k]; mark[i] !== j; i = parent[i]) {
        if (parent[i] < 0) parent[i] = j;
        counts[i]++;
        mark[i] = j;
      }
    }
  }
  return { parent, counts };
}
