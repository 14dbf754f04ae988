import type { Cone } from '../cones/index.js';
import { checkEntries } from '../linear-algebra/sparse.js';
import { partTimes } from '../linear-algebra/rows.js';
import type { SparseMatrix } from '../linear-algebra/sparse.js';

/**
 * The rows of A in one cone, and where V^-1 A has them. Where V is diagonal its entries are those of A: entry e, in
 * column `col[e]` and row `row[e]` of the cone, is entry `first[e]` of A. Elsewhere columns are full: column e of
 * `cone.size` numbers, made of the entries of A from `first[e]` to below `last[e]` in column `col[e]`.
 */
export interface ConeRows {
  readonly cone: Cone;
  /** The first row. */
  readonly from: number;
  /** Where its part of the scaled entries begins. */
  readonly at: number;
  readonly col: Int32Array;
  readonly row: Int32Array;
  readonly first: Int32Array;
  readonly last: Int32Array;
}

/** The parts of A, in the order of the cones. */
export function rowsOfCones(A: SparseMatrix, cones: readonly Cone[]): ConeRows[] {
  let [from, at] = [0, 0];
  return cones.map((cone) => {
    const rows = rowsOfCone(A, cone, from, at);
    from += cone.size;
    at += scaledSize(rows);
    return rows;
  });
}

function rowsOfCone(A: SparseMatrix, cone: Cone, from: number, at: number): ConeRows {
  const parts: { col: number; row: number; first: number; last: number }[] = [];
  for (let col = 0; col < A.cols; col++) {
    let first = A.start[col];
    while (first < A.start[col + 1] && A.index[first] < from) first++;
    let last = first;
    for (; last < A.start[col + 1] && A.index[last] < from + cone.size; last++) {
      if (cone.separable) parts.push({ col, row: A.index[last] - from, first: last, last: last + 1 });
    }
    if (!cone.separable && last > first) parts.push({ col, row: 0, first, last });
  }
  const array = (of: (part: (typeof parts)[number]) => number): Int32Array => Int32Array.from(parts, of);
  return {
    ...{ cone, from, at, col: array(({ col }) => col), row: array(({ row }) => row) },
    ...{ first: array(({ first }) => first), last: array(({ last }) => last) },
  };
}

/** How many scaled entries a cone has. */
export function scaledSize({ cone, col }: Pick<ConeRows, 'cone' | 'col'>): number {
  return col.length * (cone.separable ? 1 : cone.size);
}

/** How many all have: UNSUPPORTED where they are too many. */
export function scaledEntries(rows: readonly ConeRows[]): number {
  for (const part of rows) {
    checkEntries(scaledSize(part), `a cone of ${part.cone.size} rows in ${part.col.length} columns`);
  }
  const total = rows.reduce((sum, part) => sum + scaledSize(part), 0);
  checkEntries(total, `its ${rows.length} cones`);
  return total;
}

/** Sets W = V^-1 A, for the scaling that the cones hold. */
export function scaleRows(rows: readonly ConeRows[], A: SparseMatrix, W: Float64Array): void {
  for (const { cone, from, at, col, row, first, last } of rows) {
    const { size } = cone;
    const [column, inverse] = [new Float64Array(size), new Float64Array(size)];
    if (cone.separable) {
      cone.divide(column.fill(1), inverse);
      for (let e = 0; e < col.length; e++) W[at + e] = inverse[row[e]] * A.value[first[e]];
      continue;
    }
    for (let e = 0; e < col.length; e++) {
      column.fill(0);
      for (let k = first[e]; k < last[e]; k++) column[A.index[k] - from] = A.value[k];
      cone.divide(column, W.subarray(at + e * size, at + (e + 1) * size));
    }
  }
}

/** y += scale W x; the rows begin at `offset` in y. */
export function addScaledTimes(
  rows: readonly ConeRows[],
  W: Float64Array,
  scale: number,
  x: Float64Array,
  y: Float64Array,
  offset: number,
): void {
  for (const { cone: { separable, size }, from, at, col, row } of rows) {
    const to = offset + from;
    for (let e = 0; e < col.length; e++) {
      const xj = scale * x[col[e]];
      if (separable) y[to + row[e]] += W[at + e] * xj;
      else for (let i = 0, w = at + e * size; i < size; i++) y[to + i] += W[w + i] * xj;
    }
  }
}

/** x += scale W^T y; the rows begin at `offset` in y. */
export function addScaledTransposed(
  rows: readonly ConeRows[],
  W: Float64Array,
  scale: number,
  y: Float64Array,
  x: Float64Array,
  offset: number,
): void {
  for (const { cone: { separable, size }, from, at, col, row } of rows) {
    const to = offset + from;
    for (let e = 0; e < col.length; e++) {
      if (separable) x[col[e]] += scale * W[at + e] * y[to + row[e]];
      else x[col[e]] += scale * partTimes(W, at + e * size, y, to, size);
    }
  }
}
