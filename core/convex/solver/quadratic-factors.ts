import { gram, transpose } from '../../linear-algebra/gram.js';
import { DenseCholesky } from '../linear-algebra/dense-cholesky.js';
import type { ProgramData } from './cone-program.js';

/** Of a diagonal of 1: below, P is taken to be singular. */
const LEAST_PIVOT = 1e-10;

/**
 * What strictly convex quadratic programs of one P and A share, dense and in units in which numbers are near 1: x = D
 * x', rows of A times d,
 *
 *     P' + A'^T diag(rho) A' = L L^T with a diagonal of 1,    S = A' (L L^T)^-1 A'^T with a diagonal of 1,
 *
 * rho > 0 for equalities alone: their term changes no solution, and makes P' definite where only they do.
 */
export interface QuadraticFactors {
  readonly n: number;
  readonly m: number;
  /** (n, n), without the term of the equalities. */
  readonly P: Float64Array;
  /** (m, n) */
  readonly A: Float64Array;
  readonly L: DenseCholesky;
  /** (m, m) */
  readonly S: Float64Array;
  readonly D: Float64Array;
  /** (m), 0 for rows of zeros. */
  readonly d: Float64Array;
  /** (m), of each row of A', 0 for inequalities. */
  readonly rho: Float64Array;
  /** Rows that bound one unknown: row, column, and where the entry is in A. */
  readonly bounds: readonly { readonly row: number; readonly col: number; readonly entry: number }[];
  /** Four vectors (n) and three (m), for one solve at a time. */
  readonly scratch: { readonly onColumns: readonly Float64Array[]; readonly onRows: readonly Float64Array[] };
}

/** Nothing where P is singular in a direction that the equalities leave free. */
export function factorsOf(program: Pick<ProgramData, 'P' | 'A'>, equal: Uint8Array): QuadraticFactors | undefined {
  const [n, m] = [program.P.cols, program.A.rows];
  const { P, A } = denseOf(program);
  const squares = equalitySquares(A, equal, n);
  const ratio = ratioOfDiagonals(P, squares, n);
  const M = P.map((value, k) => value + ratio * squares[k]);
  const D = new Float64Array(n);
  for (let j = 0; j < n; j++) D[j] = 1 / Math.sqrt(M[j * n + j]);
  for (const X of [P, M]) scaleBoth(X, D);
  const L = DenseCholesky.of(M, n, LEAST_PIVOT);
  if (!L) return undefined;
  for (let i = 0, k = 0; i < m; i++) for (let j = 0; j < n; j++, k++) A[k] *= D[j];
  const V = A.slice();
  L.forwardRows(V);
  const d = inverseNorms(V, m, n);
  for (const X of [A, V]) for (let i = 0, k = 0; i < m; i++) for (let j = 0; j < n; j++, k++) X[k] *= d[i];
  const rho = d.map((value, i) => (equal[i] && value > 0 ? ratio / value ** 2 : 0));
  const scratch = { onColumns: vectors(4, n), onRows: vectors(3, m) };
  return { n, m, P, A, L, S: gram(transpose(V, m, n), n, m), D, d, rho, bounds: boundsOf(program.A), scratch };
}

function vectors(count: number, length: number): Float64Array[] {
  return Array.from({ length: count }, () => new Float64Array(length));
}

function denseOf({ P, A }: Pick<ProgramData, 'P' | 'A'>): { P: Float64Array; A: Float64Array } {
  const n = P.cols;
  const [denseP, denseA] = [new Float64Array(n * n), new Float64Array(A.rows * n)];
  for (let j = 0; j < n; j++) {
    for (let k = P.start[j]; k < P.start[j + 1]; k++) {
      const i = P.index[k];
      denseP[i * n + j] = denseP[j * n + i] = P.value[k];
    }
    for (let k = A.start[j]; k < A.start[j + 1]; k++) denseA[A.index[k] * n + j] = A.value[k];
  }
  return { P: denseP, A: denseA };
}

function boundsOf({ rows, cols, start, index, value }: ProgramData['A']): QuadraticFactors['bounds'] {
  const count = new Int32Array(rows);
  for (let k = 0; k < index.length; k++) if (value[k] !== 0) count[index[k]]++;
  const bounds: { row: number; col: number; entry: number }[] = [];
  for (let col = 0; col < cols; col++) {
    for (let entry = start[col]; entry < start[col + 1]; entry++) {
      if (value[entry] !== 0 && count[index[entry]] === 1) bounds.push({ row: index[entry], col, entry });
    }
  }
  return bounds;
}

/** E^T E */
function equalitySquares(A: Float64Array, equal: Uint8Array, n: number): Float64Array {
  const count = equal.reduce((sum, is) => sum + is, 0);
  const E = new Float64Array(count * n);
  let row = 0;
  equal.forEach((is, i) => is && E.set(A.subarray(i * n, (i + 1) * n), n * row++));
  return gram(E, count, n);
}

function ratioOfDiagonals(P: Float64Array, squares: Float64Array, n: number): number {
  let [ofP, ofSquares] = [0, 0];
  for (let k = 0; k < n * n; k += n + 1) {
    ofP = Math.max(ofP, P[k]);
    ofSquares = Math.max(ofSquares, squares[k]);
  }
  return ofSquares > 0 ? ofP / ofSquares : 0;
}

/** X := D X D */
function scaleBoth(X: Float64Array, D: Float64Array): void {
  const n = D.length;
  for (let i = 0, k = 0; i < n; i++) for (let j = 0; j < n; j++, k++) X[k] *= D[i] * D[j];
}

function inverseNorms(V: Float64Array, rows: number, cols: number): Float64Array {
  const out = new Float64Array(rows);
  for (let i = 0, k = 0; i < rows; i++) {
    let square = 0;
    for (let j = 0; j < cols; j++, k++) square += V[k] * V[k];
    out[i] = square > 0 ? 1 / Math.sqrt(square) : 0;
  }
  return out;
}
