import { LossError } from '../../errors.js';

/**
 * A sparse matrix by columns: the entries of column j are `value[k]` in row `index[k]`, ascending, for k from
 * `start[j]` below `start[j + 1]`.
 */
export interface SparseMatrix {
  readonly rows: number;
  readonly cols: number;
  readonly start: Int32Array;
  readonly index: Int32Array;
  readonly value: Float64Array;
}

/**
 * Where the entries of a symmetric matrix are, one of each pair (i, j), (j, i), in any order; entries of one place add
 * up.
 */
export interface SymmetricPattern {
  readonly size: number;
  readonly row: Int32Array;
  readonly col: Int32Array;
}

/** One entry: row, column, value. */
export type Triplet = readonly [row: number, col: number, value: number];

/** The matrix with these entries; entries of the same place are added up, zeros kept as part of the pattern. */
export function sparseOf(rows: number, cols: number, triplets: readonly Triplet[]): SparseMatrix {
  const sorted = [...triplets].sort((a, b) => a[1] - b[1] || a[0] - b[0]);
  const start = new Int32Array(cols + 1);
  const index: number[] = [];
  const value: number[] = [];
  let last = -1;
  for (const [row, col, x] of sorted) {
    const key = col * rows + row;
    if (key === last) value[value.length - 1] += x;
    else {
      index.push(row);
      value.push(x);
      start[col + 1]++;
      last = key;
    }
  }
  for (let j = 0; j < cols; j++) start[j + 1] += start[j];
  return { rows, cols, start, index: Int32Array.from(index), value: Float64Array.from(value) };
}

/** The sparse form of a dense row-major matrix, zeros left out. */
export function sparseOfDense(rows: number, cols: number, dense: ArrayLike<number>): SparseMatrix {
  const triplets: Triplet[] = [];
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++) if (dense[i * cols + j] !== 0) triplets.push([i, j, dense[i * cols + j]]);
  }
  return sparseOf(rows, cols, triplets);
}

/** y += scale M x */
export function addTimes(
  { cols, start, index, value }: SparseMatrix,
  scale: number,
  x: Float64Array,
  y: Float64Array,
): void {
  for (let j = 0; j < cols; j++) {
    const xj = scale * x[j];
    if (xj !== 0) { for (let k = start[j]; k < start[j + 1]; k++) y[index[k]] += value[k] * xj; }
  }
}

/** y += scale M^T x */
export function addTransposedTimes(M: SparseMatrix, scale: number, x: Float64Array, y: Float64Array): void {
  const { cols, start, index, value } = M;
  for (let j = 0; j < cols; j++) {
    let sum = 0;
    for (let k = start[j]; k < start[j + 1]; k++) sum += value[k] * x[index[k]];
    y[j] += scale * sum;
  }
}

/** y += scale S x for the symmetric S of which M is the upper triangle. */
export function addSymmetricTimes(M: SparseMatrix, scale: number, x: Float64Array, y: Float64Array): void {
  const { cols, start, index, value } = M;
  for (let j = 0; j < cols; j++) {
    const xj = scale * x[j];
    let sum = 0;
    for (let k = start[j]; k < start[j + 1]; k++) {
      const i = index[k];
      y[i] += value[k] * xj;
      if (i !== j) sum += value[k] * x[i];
    }
    y[j] += scale * sum;
  }
}

/** x^T S y for the symmetric S of which M is the upper triangle. */
export function symmetricForm(M: SparseMatrix, x: Float64Array, y: Float64Array): number {
  const { cols, start, index, value } = M;
  let sum = 0;
  for (let j = 0; j < cols; j++) {
    for (let k = start[j]; k < start[j + 1]; k++) {
      const i = index[k];
      sum += value[k] * (i === j ? x[i] * y[i] : x[i] * y[j] + x[j] * y[i]);
    }
  }
  return sum;
}

/** The most entries of one matrix of a program: with what else is kept for each, about 2 GB. */
const LARGEST = 2 ** 24;

/** UNSUPPORTED, before anything is allocated, where that many entries would not fit in memory. */
export function checkEntries(count: number, what: string): void {
  if (count <= LARGEST) return;
  throw new LossError('UNSUPPORTED', `convex program: too large: ${what} take ${count} entries; at most ${LARGEST}`);
}

/** The numbers `from`, or all, in ascending order of their keys, 0 to below `most`; of equal keys as they came. */
export function sortedBy(keys: Int32Array, most: number, from: Int32Array = Int32Array.from(keys.keys())): Int32Array {
  const next = new Int32Array(most + 1);
  for (const key of keys) next[key + 1]++;
  for (let key = 0; key < most; key++) next[key + 1] += next[key];
  const out = new Int32Array(keys.length);
  for (const k of from) out[next[keys[k]]++] = k;
  return out;
}
