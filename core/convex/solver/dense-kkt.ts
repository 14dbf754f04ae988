import { DenseCholesky } from '../linear-algebra/dense-cholesky.js';
import { addRow, rowTimes } from '../linear-algebra/rows.js';
import type { SparseMatrix } from '../linear-algebra/sparse.js';
import { addScaledTimes, addScaledTransposed, type ConeRows } from './cone-rows.js';
import type { KktFactor } from './kkt-factor.js';

/** Of each diagonal entry of S, so that it is definite in spite of rounding. */
const ROUNDING = 1e-14;

/**
 * The system with the rows of cones eliminated: with W = V^-1 A of cones and E, the rows of equalities,
 *
 *     S = P + W^T W + rho E^T E,    S x + E^T y_E = f + W^T g + rho E^T g_E,    E x = g_E,    y = W x - g
 *
 * by Cholesky factors of S = L L^T and of E S^-1 E^T = F F^T, F = E L^-T. For few unknowns with dense rows.
 */
export class DenseKkt implements KktFactor {
  private readonly equalities: Equalities;
  private readonly half: HalfLines;
  private readonly blocks: readonly ConeRows[];
  private readonly inequalities: readonly ConeRows[];
  private scaled: Float64Array = new Float64Array(0);
  private L: DenseCholesky | undefined;
  private ofEqualities: DenseCholesky | undefined;
  private F: Float64Array = new Float64Array(0);
  private rho = 0;

  constructor(private readonly n: number, rows: readonly ConeRows[]) {
    this.equalities = equalitiesOf(n, rows);
    this.half = halfLinesOf(rows);
    this.blocks = rows.filter(({ cone }) => !cone.separable);
    this.inequalities = rows.filter(({ cone }) => cone.degree > 0);
  }

  /** Multiplications of a factorisation. */
  get cost(): number {
    const { n, half, blocks, equalities: { rows: { length: e } } } = this;
    const ofRows = half.end.reduce((sum, end, r) => sum + (end - (half.end[r - 1] ?? 0)) ** 2 / 2, 0);
    const ofBlocks = blocks.reduce((sum, { cone, col }) => sum + (cone.size * col.length ** 2) / 2, 0);
    return ofRows + ofBlocks + n ** 3 / 6 + (e * n * (n + e)) / 2;
  }

  factorise(P: SparseMatrix, scaled: Float64Array, regularisation: number): boolean {
    const { n, equalities, half } = this;
    this.scaled = scaled;
    const S = new Float64Array(n * n);
    for (let j = 0; j < n; j++) for (let k = P.start[j]; k < P.start[j + 1]; k++) S[j * n + P.index[k]] = P.value[k];
    addHalfLines(half, scaled, n, S);
    for (const block of this.blocks) addBlock(block, scaled, n, S);
    const E = equalities.read(scaled);
    this.rho = addEqualities(E, n, S);
    for (let k = 0; k < n * n; k += n + 1) S[k] += regularisation + ROUNDING * S[k];
    this.L = DenseCholesky.of(S, n, 0);
    if (!this.L) return false;
    this.F = E.slice();
    this.L.forwardRows(this.F);
    this.ofEqualities = DenseCholesky.of(productsOfRows(this.F, n), equalities.rows.length, 0);
    return this.ofEqualities !== undefined;
  }

  solve(xy: Float64Array): void {
    const { n, F, rho, L, ofEqualities, equalities: { rows, E } } = this;
    if (!L || !ofEqualities) return;
    const x = xy.subarray(0, n);
    const multipliers = new Float64Array(rows.length);
    addScaledTransposed(this.inequalities, this.scaled, 1, xy, x, n);
    for (let e = 0; e < rows.length; e++) addRow(E, e * n, rho * xy[n + rows[e]], x);
    L.forward(x);
    for (let e = 0; e < rows.length; e++) multipliers[e] = rowTimes(F, e * n, x) - xy[n + rows[e]];
    ofEqualities.solve(multipliers);
    for (let e = 0; e < rows.length; e++) addRow(F, e * n, -multipliers[e], x);
    L.backward(x);
    for (let i = n; i < xy.length; i++) xy[i] = -xy[i];
    addScaledTimes(this.inequalities, this.scaled, 1, x, xy, n);
    for (let e = 0; e < rows.length; e++) xy[n + rows[e]] = multipliers[e];
  }
}

/** The rows of zero cones. */
interface Equalities {
  readonly rows: Int32Array;
  /** (e, n) */
  readonly E: Float64Array;
  /** Fills E, and returns it. */
  read(scaled: Float64Array): Float64Array;
}

function equalitiesOf(n: number, rows: readonly ConeRows[]): Equalities {
  const parts = rows.filter(({ cone }) => cone.degree === 0);
  const all = parts.flatMap(({ cone, from }) => Array.from({ length: cone.size }, (_, i) => from + i));
  const place = new Map(all.map((row, e) => [row, e]));
  const E = new Float64Array(all.length * n);
  const entries = parts.flatMap(({ from, at, col, row }) =>
    Array.from(col, (j, e) => ({ from: at + e, to: (place.get(from + row[e]) ?? 0) * n + j }))
  );
  const read = (scaled: Float64Array): Float64Array => {
    for (const { from, to } of entries) E[to] = scaled[from];
    return E;
  };
  return { rows: Int32Array.from(all), E, read };
}

/** Entries of rows in half-lines, by rows: entry k is scaled[at[k]] in column `col[k]`; row r ends before `end[r]`. */
interface HalfLines {
  readonly col: Int32Array;
  readonly at: Int32Array;
  readonly end: Int32Array;
}

function halfLinesOf(rows: readonly ConeRows[]): HalfLines {
  const all = rows.filter(({ cone }) => cone.separable && cone.degree > 0).flatMap(({ from, at, col, row }) =>
    Array.from(col, (j, e) => ({ row: from + row[e], col: j, at: at + e }))
  ).sort((a, b) => a.row - b.row || a.col - b.col);
  const ends = all.flatMap(({ row }, k) => (all[k + 1]?.row === row ? [] : [k + 1]));
  return {
    col: Int32Array.from(all, ({ col }) => col),
    at: Int32Array.from(all, ({ at }) => at),
    end: Int32Array.from(ends),
  };
}

/** The lower triangle of S += w w^T of each row. */
function addHalfLines({ col, at, end }: HalfLines, scaled: Float64Array, n: number, S: Float64Array): void {
  let start = 0;
  for (let r = 0; r < end.length; r++) {
    for (let a = start; a < end[r]; a++) {
      const [w, to] = [scaled[at[a]], col[a] * n];
      for (let b = start; b <= a; b++) S[to + col[b]] += w * scaled[at[b]];
    }
    start = end[r];
  }
}

/** The lower triangle of S += W^T W of a cone. Four columns share each pass over one. */
function addBlock({ cone: { size }, at, col }: ConeRows, W: Float64Array, n: number, S: Float64Array): void {
  for (let a = 0; a < col.length; a++) {
    const [wa, to] = [at + a * size, col[a] * n];
    let b = 0;
    for (; b + 4 <= a + 1; b += 4) {
      const b0 = at + b * size;
      const [b1, b2, b3] = [b0 + size, b0 + 2 * size, b0 + 3 * size];
      let [p, q, r, s] = [0, 0, 0, 0];
      for (let i = 0; i < size; i++) {
        const w = W[wa + i];
        p += w * W[b0 + i];
        q += w * W[b1 + i];
        r += w * W[b2 + i];
        s += w * W[b3 + i];
      }
      S[to + col[b]] += p;
      S[to + col[b + 1]] += q;
      S[to + col[b + 2]] += r;
      S[to + col[b + 3]] += s;
    }
    for (; b <= a; b++) {
      const wb = at + b * size;
      let sum = 0;
      for (let i = 0; i < size; i++) sum += W[wa + i] * W[wb + i];
      S[to + col[b]] += sum;
    }
  }
}

/** The lower triangle of S += rho E^T E, rho such that both parts are of one size; returns it. */
function addEqualities(E: Float64Array, n: number, S: Float64Array): number {
  let [ofS, ofE] = [0, 0];
  for (let j = 0; j < n; j++) {
    let square = 0;
    for (let k = j; k < E.length; k += n) square += E[k] * E[k];
    [ofS, ofE] = [Math.max(ofS, S[j * n + j]), Math.max(ofE, square)];
  }
  if (ofE === 0) return 0;
  const rho = ofS > 0 ? ofS / ofE : 1;
  for (let e = 0; e < E.length; e += n) {
    for (let a = 0; a < n; a++) {
      const w = rho * E[e + a];
      if (w !== 0) { for (let b = 0; b <= a; b++) S[a * n + b] += w * E[e + b]; }
    }
  }
  return rho;
}

/** F F^T, its lower triangle, regularised. */
function productsOfRows(F: Float64Array, n: number): Float64Array {
  const e = n === 0 ? 0 : F.length / n;
  const out = new Float64Array(e * e);
  for (let a = 0; a < e; a++) {
    const row = F.subarray(a * n, (a + 1) * n);
    for (let b = 0; b <= a; b++) out[a * e + b] = rowTimes(F, b * n, row);
    out[a * e + a] *= 1 + ROUNDING;
  }
  return out;
}
