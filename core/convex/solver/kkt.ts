import type { Cone } from '../cones/index.js';
import { addSymmetricTimes, addTimes, addTransposedTimes, type SparseMatrix } from '../linear-algebra/sparse.js';
import { dot } from '../../numerics/vectors.js';
import { SparseLdl } from '../linear-algebra/sparse-ldl.js';

/**
 * On the diagonal of P and of the rows of zero cones, so that there is a factorisation in any order; refinement takes
 * its effect away.
 */
const REGULARISATION = 1e-8;
/**
 * Of the squares of a scaled column, to the same end: eliminating x_j first leaves -1 - sum_i a_ij^2 / diagonal_j, of
 * which 1 must survive.
 */
const ROUNDING = 1e-13;
const REFINEMENTS = 10;

/**
 * Systems with [P, A^T; A, -H], H = V V^T the scaling that the cones hold, in the scaled form
 *
 *     [P, A^T V^-T; V^-1 A, -I] (x, y) = (f, V^-1 g),    V^T z = y
 *
 * which keeps its digits where H has eigenvalues of 1e-12 and 1e12. The pattern is analysed once; `factorise` reads the
 * values.
 */
export class KktSystem {
  private readonly ldl: SparseLdl;
  private readonly values: Float64Array;
  private readonly rows: readonly ConeRows[];
  private readonly xy: Float64Array;
  private readonly trial: Float64Array;
  private readonly residual: Float64Array;
  private readonly scaled: Float64Array;
  private readonly y: Float64Array;
  private readonly right: Float64Array;
  private P: SparseMatrix;
  private A: SparseMatrix;
  /** Counts factorisations: who needs an earlier one sees that it is gone. */
  generation = 0;

  constructor(P: SparseMatrix, A: SparseMatrix, cones: readonly Cone[]) {
    const n = P.cols;
    const m = A.rows;
    this.P = P;
    this.A = A;
    this.rows = rowsOfCones(A, cones);
    const row: number[] = [];
    const col: number[] = [];
    const push = (i: number, j: number): void => {
      row.push(i);
      col.push(j);
    };
    for (let j = 0; j < n; j++) for (let k = P.start[j]; k < P.start[j + 1]; k++) push(P.index[k], j);
    for (let j = 0; j < n; j++) push(j, j);
    for (const { from, cone, entries, columns } of this.rows) {
      for (const { j, i } of entries) push(j, n + from + i);
      for (const { j } of columns) for (let i = 0; i < cone.size; i++) push(j, n + from + i);
    }
    for (let i = 0; i < m; i++) push(n + i, n + i);
    const signs = new Int8Array(n + m).fill(1, 0, n).fill(-1, n);
    this.ldl = new SparseLdl({ size: n + m, row: Int32Array.from(row), col: Int32Array.from(col) }, signs);
    this.values = new Float64Array(row.length);
    this.xy = new Float64Array(n + m);
    this.trial = new Float64Array(n + m);
    this.residual = new Float64Array(n + m);
    this.scaled = new Float64Array(m);
    this.y = new Float64Array(m);
    this.right = new Float64Array(m);
  }

  /** Takes P and A (of the pattern given) and the scaling of the cones. */
  factorise(P: SparseMatrix, A: SparseMatrix): void {
    this.generation++;
    this.P = P;
    this.A = A;
    const { values } = this;
    values.set(P.value);
    let at = P.value.length;
    const diagonal = values.subarray(at, at += P.cols).fill(0);
    for (const { cone, entries, columns } of this.rows) {
      const column = new Float64Array(cone.size);
      const out = new Float64Array(cone.size);
      if (entries.length > 0) {
        cone.divide(column.fill(1), out);
        for (const { i, j, k } of entries) {
          values[at] = out[i] * A.value[k];
          if (cone.degree > 0) diagonal[j] += values[at] ** 2;
          at++;
        }
      }
      for (const { j, from, to, first } of columns) {
        column.fill(0);
        for (let k = from; k < to; k++) column[A.index[k] - first] = A.value[k];
        const scaled = values.subarray(at, at += cone.size);
        cone.divide(column, scaled);
        diagonal[j] += dot(scaled, scaled);
      }
    }
    for (let j = 0; j < diagonal.length; j++) diagonal[j] = REGULARISATION + ROUNDING * diagonal[j];
    for (const { cone } of this.rows) values.fill(cone.degree === 0 ? -REGULARISATION : -1, at, at += cone.size);
    this.ldl.factorise(values, 1e-13);
  }

  /**
   * Solves for x, z and y = V^T z, refined; returns the largest entry of the residual relative to that of the right
   * side.
   */
  solve(f: Float64Array, g: Float64Array, x: Float64Array, z: Float64Array, y = this.y): number {
    const { residual, trial, xy, right } = this;
    const n = f.length;
    this.forEachCone((cone, from, to) => cone.divide(g.subarray(from, to), right.subarray(from, to)));
    xy.fill(0);
    const size = this.residualOf(f, right, xy);
    let error = size;
    for (let k = 0; k <= REFINEMENTS && error > 1e-16 * size; k++) {
      this.ldl.solve(residual);
      for (let j = 0; j < trial.length; j++) trial[j] = xy[j] + residual[j];
      const improved = this.residualOf(f, right, trial);
      if (!(improved < error)) break;
      xy.set(trial);
      const slow = improved > 0.7 * error;
      error = improved;
      if (slow) break;
    }
    x.set(xy.subarray(0, n));
    y.set(xy.subarray(n));
    this.forEachCone((cone, from, to) => cone.divideTransposed(y.subarray(from, to), z.subarray(from, to)));
    return size === 0 ? 0 : error / size;
  }

  /** residual := (f, g) - K xy; returns its largest entry. */
  private residualOf(f: Float64Array, g: Float64Array, xy: Float64Array): number {
    const { P, A, residual, scaled } = this;
    const n = f.length;
    const [x, y] = [xy.subarray(0, n), xy.subarray(n)];
    const [top, bottom] = [residual.subarray(0, n), residual.subarray(n)];
    this.forEachCone((cone, from, to) => cone.divideTransposed(y.subarray(from, to), scaled.subarray(from, to)));
    top.set(f);
    addSymmetricTimes(P, -1, x, top);
    addTransposedTimes(A, -1, scaled, top);
    bottom.fill(0);
    addTimes(A, -1, x, bottom);
    this.forEachCone((cone, from, to) => {
      const part = bottom.subarray(from, to);
      cone.divide(part.slice(), part);
      for (let i = from; i < to; i++) bottom[i] += g[i] + (cone.degree === 0 ? 0 : y[i]);
    });
    return largest(residual);
  }

  private forEachCone(use: (cone: Cone, from: number, to: number) => void): void {
    for (const { cone, from } of this.rows) use(cone, from, from + cone.size);
  }
}

/** The rows of A in one cone: entries where V is diagonal, whole columns where it is not. */
interface ConeRows {
  readonly cone: Cone;
  readonly from: number;
  readonly entries: readonly { readonly j: number; readonly i: number; readonly k: number }[];
  /** Column j has entries `from` to below `to` in rows of the cone, which begin at row `first`. */
  readonly columns: readonly {
    readonly j: number;
    readonly from: number;
    readonly to: number;
    readonly first: number;
  }[];
}

function rowsOfCones(A: SparseMatrix, cones: readonly Cone[]): ConeRows[] {
  let first = 0;
  return cones.map((cone) => {
    const from = first;
    const end = (first += cone.size);
    const entries: { j: number; i: number; k: number }[] = [];
    const columns: { j: number; from: number; to: number; first: number }[] = [];
    for (let j = 0; j < A.cols; j++) {
      let k = A.start[j];
      while (k < A.start[j + 1] && A.index[k] < from) k++;
      const start = k;
      for (; k < A.start[j + 1] && A.index[k] < end; k++) {
        if (cone.separable) entries.push({ j, i: A.index[k] - from, k });
      }
      if (!cone.separable && k > start) columns.push({ j, from: start, to: k, first: from });
    }
    return { cone, from, entries, columns };
  });
}

function largest(x: Float64Array): number {
  let most = 0;
  for (let j = 0; j < x.length; j++) most = Math.max(most, Math.abs(x[j]));
  return most;
}
