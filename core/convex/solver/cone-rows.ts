import type { Cone } from '../cones/index.js';
import type { SparseMatrix } from '../linear-algebra/sparse.js';

/**
 * The rows of A in one cone. V^-1 A has the pattern of A where V is diagonal, else whole columns: `count` of them, from
 * `at` in the array of all, each `cone.size` long.
 */
export interface ConeRows {
  readonly cone: Cone;
  /** The first row. */
  readonly from: number;
  /** Where its part of the scaled entries begins. */
  readonly at: number;
  /** Where V is diagonal: entry k of A is in column j and row i of the cone, ascending by columns. */
  readonly entries: readonly { readonly j: number; readonly i: number; readonly k: number }[];
  /** Elsewhere: column j has the entries of A from `from` to below `to`. */
  readonly columns: readonly { readonly j: number; readonly from: number; readonly to: number }[];
}

/** The parts of A, in the order of the cones. */
export function rowsOfCones(A: SparseMatrix, cones: readonly Cone[]): ConeRows[] {
  let [first, at] = [0, 0];
  return cones.map((cone) => {
    const from = first;
    const end = (first += cone.size);
    const entries: { j: number; i: number; k: number }[] = [];
    const columns: { j: number; from: number; to: number }[] = [];
    for (let j = 0; j < A.cols; j++) {
      let k = A.start[j];
      while (k < A.start[j + 1] && A.index[k] < from) k++;
      const start = k;
      for (; k < A.start[j + 1] && A.index[k] < end; k++) {
        if (cone.separable) entries.push({ j, i: A.index[k] - from, k });
      }
      if (!cone.separable && k > start) columns.push({ j, from: start, to: k });
    }
    const rows = { cone, from, at, entries, columns };
    at += scaledSize(rows);
    return rows;
  });
}

/** How many scaled entries a cone has. */
export function scaledSize({ cone, entries, columns }: Pick<ConeRows, 'cone' | 'entries' | 'columns'>): number {
  return entries.length + columns.length * cone.size;
}

/** Sets the entries of V^-1 A, for the scaling that the cones hold. */
export function scaleRows(rows: readonly ConeRows[], A: SparseMatrix, scaled: Float64Array): void {
  for (const { cone, from, at, entries, columns } of rows) {
    const [column, inverse] = [new Float64Array(cone.size), new Float64Array(cone.size)];
    if (entries.length > 0) {
      cone.divide(column.fill(1), inverse);
      for (let e = 0; e < entries.length; e++) scaled[at + e] = inverse[entries[e].i] * A.value[entries[e].k];
    }
    for (let c = 0; c < columns.length; c++) {
      column.fill(0);
      for (let k = columns[c].from; k < columns[c].to; k++) column[A.index[k] - from] = A.value[k];
      cone.divide(column, scaled.subarray(at + c * cone.size, at + (c + 1) * cone.size));
    }
  }
}
