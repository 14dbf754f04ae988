import { sparseOf, type SparseMatrix, type Triplet } from '../linear-algebra/sparse.js';
import { type ConeKind, sizeOf } from '../cones/index.js';
import type { ConeStructure } from './cone-program.js';

/**
 * Where a program without a quadratic objective has linear constraints and one norm bound,
 *
 *     minimise q^T w   subject to   linear constraints on w,   |F w - f| <= r,
 *
 * the rows s = (r, f - F w) of its second-order cone, whose first does not depend on w. That may be by way of one more
 * unknown, the height, which a row of its own bounds: norm2(F w) <= r is written as |F w| <= t, t <= r.
 */
export interface NormBound {
  /** (n), the unknowns w. */
  readonly cols: Int32Array;
  /** The linear rows but that of the height. */
  readonly rows: Int32Array;
  /** The rows of the cone: `size` from `from`. */
  readonly from: number;
  readonly size: number;
  readonly height?: Height;
}

/** An unknown, the row that bounds it, and where that has its entry in A. */
interface Height {
  readonly col: number;
  readonly row: number;
  readonly entry: number;
}

/** The numbers of A in those parts. */
export interface NormBoundParts {
  /** The linear rows. */
  readonly linear: SparseMatrix;
  /** (size - 1, n) */
  readonly F: Float64Array;
  /** (size), the column of the height in the cone's rows; zeros without one. */
  readonly ofHeight: Float64Array;
  /** The entry of the height in its bound; 1 without one. */
  readonly bound: number;
}

/** Nothing where a structure is not of this form. */
export function normBoundOf({ P, A, cones }: ConeStructure): NormBound | undefined {
  const cone = onlyNorm(cones);
  if (P.value.length > 0 || !cone) return undefined;
  const ends = cone.from + cone.size;
  const first = columnsOfRow(A, cone.from);
  const height = first.length === 1 ? heightOf(A, first[0], cone.from, ends) : undefined;
  if (first.length > 0 && !height) return undefined;
  const others = Array.from({ length: A.rows }, (_, i) => i).filter((i) =>
    (i < cone.from || i >= ends) && i !== height?.row
  );
  const cols = Array.from({ length: A.cols }, (_, j) => j).filter((j) => j !== height?.col);
  return { cols: Int32Array.from(cols), rows: Int32Array.from(others), ...cone, ...(height && { height }) };
}

/** The rows of the only cone that is not linear, a second-order cone. */
function onlyNorm(cones: readonly ConeKind[]): { from: number; size: number } | undefined {
  let from = 0;
  let found: { from: number; size: number } | undefined;
  for (const cone of cones) {
    const size = sizeOf(cone);
    if (cone.kind === 'second-order' && !found && size > 1) found = { from, size };
    else if (cone.kind !== 'zero' && cone.kind !== 'nonnegative') return undefined;
    from += size;
  }
  return found;
}

function columnsOfRow({ cols, start, index }: SparseMatrix, row: number): number[] {
  return Array.from({ length: cols }, (_, j) => j).filter((j) => index.subarray(start[j], start[j + 1]).includes(row));
}

/** Beyond the cone's rows it has one entry, the only one of its row. */
function heightOf(A: SparseMatrix, col: number, from: number, ends: number): Height | undefined {
  let height: Height | undefined;
  for (let entry = A.start[col]; entry < A.start[col + 1]; entry++) {
    const row = A.index[entry];
    if (row >= from && row < ends) continue;
    if (height || columnsOfRow(A, row).length > 1) return undefined;
    height = { col, row, entry };
  }
  return height;
}

/** Reads A. */
export function partsOf({ cols, rows, from, size, height }: NormBound, A: SparseMatrix): NormBoundParts {
  const n = cols.length;
  const place = new Map(Array.from(rows, (row, i) => [row, i]));
  const F = new Float64Array((size - 1) * n);
  const linear: Triplet[] = [];
  const ofHeight = new Float64Array(size);
  const inCone = (row: number): boolean => row >= from && row < from + size;
  cols.forEach((col, j) => {
    for (let k = A.start[col]; k < A.start[col + 1]; k++) {
      const row = A.index[k];
      if (inCone(row)) F[(row - from - 1) * n + j] = A.value[k];
      else linear.push([place.get(row)!, j, A.value[k]]);
    }
  });
  if (height) {
    for (let k = A.start[height.col]; k < A.start[height.col + 1]; k++) {
      if (inCone(A.index[k])) ofHeight[A.index[k] - from] = A.value[k];
    }
  }
  return { linear: sparseOf(rows.length, n, linear), F, ofHeight, bound: height ? A.value[height.entry] : 1 };
}
