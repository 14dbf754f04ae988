import type { SparseMatrix } from '../linear-algebra/sparse.js';
import { SparseLdl } from '../linear-algebra/sparse-ldl.js';
import { type ConeRows, scaledEntries } from './cone-rows.js';
import { type KktFactor, REGULARISATION } from './kkt-factor.js';

/**
 * Of the squares of a scaled column, on the diagonal of P, so that there is a factorisation in any order: eliminating
 * x_j first leaves -1 - sum_i a_ij^2 / diagonal_j, of which 1 must survive.
 */
const ROUNDING = 1e-13;

/** L D L^T of the whole system. */
export class SparseKkt implements KktFactor {
  private readonly ldl: SparseLdl;
  private readonly values: Float64Array;

  constructor(P: SparseMatrix, m: number, private readonly rows: readonly ConeRows[]) {
    const n = P.cols;
    const scaled = scaledEntries(rows);
    const count = P.index.length + n + scaled + m;
    const [row, col] = [new Int32Array(count), new Int32Array(count)];
    let at = 0;
    const push = (i: number, j: number): void => {
      row[at] = i;
      col[at++] = j;
    };
    for (let j = 0; j < n; j++) for (let k = P.start[j]; k < P.start[j + 1]; k++) push(P.index[k], j);
    for (let j = 0; j < n; j++) push(j, j);
    for (const { from, cone, col: columns, row: own } of rows) {
      columns.forEach((j, e) => {
        if (cone.separable) push(j, n + from + own[e]);
        else for (let i = 0; i < cone.size; i++) push(j, n + from + i);
      });
    }
    for (let i = 0; i < m; i++) push(n + i, n + i);
    const signs = new Int8Array(n + m).fill(1, 0, n).fill(-1, n);
    this.ldl = new SparseLdl({ size: n + m, row, col }, signs);
    this.values = new Float64Array(count);
  }

  /** Multiplications of a factorisation. */
  get cost(): number {
    return this.ldl.cost;
  }

  factorise(P: SparseMatrix, scaled: Float64Array): boolean {
    const { values, rows } = this;
    const size = P.value.length;
    values.set(P.value);
    const diagonal = values.subarray(size, size + P.cols).fill(0);
    let at = size + P.cols;
    values.set(scaled, at);
    for (const { cone, at: first, col } of rows) {
      const height = cone.separable ? 1 : cone.size;
      for (let e = 0; e < col.length && cone.degree > 0; e++) {
        diagonal[col[e]] += squares(scaled, first + e * height, height);
      }
    }
    at += scaled.length;
    for (let j = 0; j < diagonal.length; j++) diagonal[j] = REGULARISATION + ROUNDING * diagonal[j];
    for (const { cone } of rows) values.fill(cone.degree === 0 ? -REGULARISATION : -1, at, at += cone.size);
    this.ldl.factorise(values, 1e-13);
    return true;
  }

  solve(xy: Float64Array): void {
    this.ldl.solve(xy);
  }
}

function squares(x: Float64Array, from: number, size: number): number {
  let sum = 0;
  for (let k = from; k < from + size; k++) sum += x[k] * x[k];
  return sum;
}
