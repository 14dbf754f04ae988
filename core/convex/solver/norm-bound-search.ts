import { dot, vectorsOf } from '../../linear-algebra/vectors.js';
import { type ActiveSet, activeSetOf, exchangeBlocks, findActiveSet, TOLERANCE } from './active-set.js';

/** Values of tau that are tried one by one. */
const TRIES = 40;

/**
 * Quadratic programs of one S with slacks c_a + tau c_b where no inequality binds, and with equalities in the objective
 * |F w - f|^2 = squares_a + tau^2 squares_b there.
 */
export interface ProgramsOnLine {
  /** (m, m), with a diagonal of 1. */
  readonly S: Float64Array;
  readonly c: readonly [a: Float64Array, b: Float64Array];
  readonly squares: readonly [a: number, b: number];
  /** 1 for equalities. */
  readonly equal: Uint8Array;
  /** (m), how near to 0 a slack or multiplier says nothing: the first plus tau times the second. */
  readonly margin: readonly [a: Float64Array, b: Float64Array];
}

/** The rows that bind where |F w - f| = r, and how many sets were tried. */
export interface BindingRows {
  readonly rows: Uint8Array;
  readonly iterations: number;
}

/**
 * With the rows W that bind, z = z_a + tau z_b solves S_W z + c_W = 0, and
 *
 *     |F w - f|^2 = squares_a - c_a^T z_a + tau^2 (squares_b + c_b^T z_b)
 *
 * gives tau. Whole blocks of rows are exchanged for the slacks and multipliers there, which is Newton's method on both;
 * where that makes no progress, tau is bracketed, |F w(tau) - f| growing with tau. From rows that bind at tau, or
 * `start`.
 */
export function findOnNorm(
  programs: ProgramsOnLine,
  r: number,
  tau: number,
  start?: Uint8Array,
): BindingRows | undefined {
  const search = new Search(programs, r);
  return search.byBlocks(start ?? search.violated(tau)) ?? search.bracketed(tau);
}

class Search {
  private readonly z: Float64Array;
  private readonly slack: Float64Array;
  /** Of the rows tried last: |F w - f|^2 is the first plus tau^2 times the second. */
  private squares: readonly [a: number, b: number] = [0, 0];
  private iterations = 0;

  constructor(
    private readonly programs: ProgramsOnLine,
    private readonly r: number,
  ) {
    const m = programs.equal.length;
    [this.z, this.slack] = vectorsOf(m, m);
  }

  violated(tau: number): Uint8Array {
    const { c: [a, b], equal } = this.programs;
    return equal.map((is, i) => (is > 0 || a[i] + tau * b[i] < 0 ? 1 : 0));
  }

  byBlocks(start: Uint8Array): BindingRows | undefined {
    const rows = start.slice();
    return exchangeBlocks(() => {
      const active = activeSetOf(this.programs.S, this.programs.c[0], rows);
      if (!active) return undefined;
      this.iterations++;
      const wrong = this.exchange(rows, this.take(active));
      return wrong >= 0 ? { found: this.found(rows), wrong } : undefined;
    });
  }

  bracketed(first: number): BindingRows | undefined {
    const { programs: { S, c: [a, b], equal, margin: [fixed, growing] }, r } = this;
    let [low, tau, high] = [0, first, Infinity];
    let start: Uint8Array | undefined;
    for (let k = 0; k < TRIES; k++) {
      const along = (x: Float64Array, y: Float64Array): Float64Array => x.map((value, i) => value + tau * y[i]);
      const active = findActiveSet(S, along(a, b), equal, along(fixed, growing), start);
      if (!active) return undefined;
      this.iterations += active.iterations;
      const rows = equal.slice();
      for (const row of active.rows) rows[row] = 1;
      start = rows.slice();
      const next = this.take(activeSetOf(S, a, rows)!);
      if (this.exchange(rows, next) === 0) return this.found(rows);
      if (this.squares[0] + tau * tau * this.squares[1] < r * r) low = tau;
      else high = tau;
      if (next > low && next < high) tau = next;
      else tau = low > 0 ? Math.sqrt(low * Math.min(high, 100 * low)) : high / 10;
    }
    return undefined;
  }

  private found(rows: Uint8Array): BindingRows {
    return { rows, iterations: this.iterations };
  }

  /** Sets z and the slacks of all rows where |F w - f| = r with these rows; returns tau, NaN where that is nowhere. */
  private take({ rows, z: atA, factor }: ActiveSet): number {
    const { programs: { S, c: [a, b], squares }, r, z, slack } = this;
    const m = z.length;
    const [cA, cB] = [a, b].map((c) => Float64Array.from(rows, (row) => c[row]));
    const atB = cB.map((value) => -value);
    factor.solve(atB);
    this.squares = [squares[0] - dot(cA, atA), squares[1] + dot(cB, atB)];
    const tau = Math.sqrt((r * r - this.squares[0]) / this.squares[1]);
    z.fill(0);
    for (let i = 0; i < m; i++) slack[i] = a[i] + tau * b[i];
    for (let k = 0; k < rows.length; k++) {
      const zk = (z[rows[k]] = atA[k] + tau * atB[k]);
      for (let i = 0, from = rows[k] * m; i < m; i++) slack[i] += S[from + i] * zk;
    }
    return tau;
  }

  /** Exchanges the rows that are wrong at tau; returns how many they are, NaN without a tau. */
  private exchange(rows: Uint8Array, tau: number): number {
    const { programs: { equal, margin: [fixed, growing] }, z, slack } = this;
    if (!(tau > 0 && tau < Infinity)) return NaN;
    let wrong = 0;
    for (let i = 0; i < rows.length; i++) {
      if (equal[i] || (rows[i] ? z[i] >= 0 : slack[i] >= -TOLERANCE * (fixed[i] + tau * growing[i]))) continue;
      rows[i] ^= 1;
      wrong++;
    }
    return wrong;
  }
}
