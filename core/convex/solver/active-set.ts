import { vectorsOf } from '../../linear-algebra/vectors.js';
import { DenseCholesky } from '../linear-algebra/dense-cholesky.js';

/** The rows that bind at a solution, and their multipliers. */
export interface ActiveSet {
  /** Ascending. */
  readonly rows: Int32Array;
  /** (rows) */
  readonly z: Float64Array;
  /** Of S at those rows. */
  readonly factor: DenseCholesky;
  readonly iterations: number;
}

/** Of a diagonal of 1: rows that depend on one another have smaller pivots. */
const LEAST_PIVOT = 1e-10;

/** Of the margin of a row, which counts as 0. */
export const TOLERANCE = 1e-3;

/** How often whole blocks of rows may be exchanged without progress, and in all. */
const PATIENCE = 3;
const BLOCKS = 16;

/**
 * The z with z_i >= 0 on inequalities that solves the dual of a strictly convex quadratic program,
 *
 *     minimise 1/2 z^T S z + z^T c,    so that the slacks c + S z are >= 0, and 0 where z_i is not,
 *
 * S (m, m) positive semidefinite with a diagonal of 1; `equal` marks equalities, whose slack is 0. Whole blocks of rows
 * are exchanged as long as that makes progress, which mostly takes a handful of factorisations (Júdice and Pires, A
 * block principal pivoting algorithm for large-scale strictly monotone linear complementarity problems, 1994); else
 * rows enter one at a time, the most violated first (Goldfarb and Idnani, A numerically stable dual method for solving
 * strictly convex quadratic programs, 1983), which ends with the solution. Slacks down to -1e-3 `margin` (m) count as
 * 0. Nothing where there is no solution, or rows would have to bind that depend on one another. `start` (m): rows that
 * may bind, in place of those that do not hold where none does; the solution is the same, bit for bit.
 */
export function findActiveSet(
  S: Float64Array,
  c: Float64Array,
  equal: Uint8Array,
  margin: Float64Array,
  start?: Uint8Array,
): ActiveSet | undefined {
  const search = new Search(S, c, equal, margin);
  const violated = equal.map((is, i) => (is > 0 || c[i] < -TOLERANCE * margin[i] ? 1 : 0));
  return (start && search.byBlocks(start)) ?? search.byBlocks(violated) ?? search.oneByOne();
}

/**
 * What is found once no row is wrong. `exchange` tries a set of rows and exchanges those that are wrong; it is called
 * as long as they become fewer, and gives nothing where the set is of no use.
 */
export function exchangeBlocks<T>(exchange: () => { readonly found: T; readonly wrong: number } | undefined):
  | T
  | undefined {
  let least = Infinity;
  let patience = PATIENCE;
  for (let block = 0; block < BLOCKS && patience > 0; block++) {
    const tried = exchange();
    if (!tried || tried.wrong === 0) return tried?.found;
    patience = tried.wrong < least ? PATIENCE : patience - 1;
    least = Math.min(least, tried.wrong);
  }
  return undefined;
}

class Search {
  private readonly m: number;
  /** Whether a row binds. */
  private readonly binds: Uint8Array;
  private readonly z: Float64Array;
  private readonly slack: Float64Array;
  private iterations = 0;

  constructor(
    private readonly S: Float64Array,
    private readonly c: Float64Array,
    private readonly equal: Uint8Array,
    private readonly margin: Float64Array,
  ) {
    this.m = c.length;
    this.binds = new Uint8Array(this.m);
    [this.z, this.slack] = vectorsOf(this.m, this.m);
  }

  byBlocks(start: Uint8Array): ActiveSet | undefined {
    const { m, binds, equal, margin, z, slack } = this;
    binds.set(start);
    return exchangeBlocks(() => {
      const found = this.factorise();
      if (!found) return undefined;
      this.take(found);
      let wrong = 0;
      for (let i = 0; i < m; i++) {
        if (equal[i] || (binds[i] ? z[i] >= 0 : slack[i] >= -TOLERANCE * margin[i])) continue;
        binds[i] ^= 1;
        wrong++;
      }
      return { found, wrong };
    });
  }

  oneByOne(): ActiveSet | undefined {
    const { m, binds, equal } = this;
    binds.set(equal);
    let found = this.factorise();
    for (let turn = 0; found && turn < 10 * m; turn++) {
      this.take(found);
      const entering = this.mostViolated();
      if (entering < 0) return found;
      found = this.enter(found, entering);
    }
    return undefined;
  }

  /**
   * Raises the multiplier of a violated row until it holds, those of the rows that bind following; those that become 0
   * are dropped on the way. A row that depends on them raises its own slack only once one is dropped.
   */
  private enter(found: ActiveSet, entering: number): ActiveSet | undefined {
    const { S, m, z, slack, binds, equal } = this;
    for (let at: ActiveSet | undefined = found; at;) {
      const { rows } = at;
      const change = Float64Array.from(rows, (i) => S[entering * m + i]);
      at.factor.solve(change);
      const pivot = rows.reduce((left, i, k) => left - S[entering * m + i] * change[k], S[entering * m + entering]);
      let step = pivot > LEAST_PIVOT ? -slack[entering] / pivot : Infinity;
      let leaving = -1;
      rows.forEach((i, k) => {
        if (!equal[i] && change[k] > 0 && z[i] < step * change[k]) [step, leaving] = [z[i] / change[k], i];
      });
      if (step === Infinity) return undefined;
      rows.forEach((i, k) => (z[i] -= step * change[k]));
      z[entering] += step;
      slack[entering] += step * pivot;
      binds[leaving < 0 ? entering : leaving] ^= 1;
      if (leaving >= 0) z[leaving] = 0;
      at = this.factorise();
      if (leaving < 0) return at;
    }
    return undefined;
  }

  private mostViolated(): number {
    let [most, row] = [0, -1];
    for (let i = 0; i < this.m; i++) {
      if (this.binds[i] || !(this.slack[i] < Math.min(most, -TOLERANCE * this.margin[i]))) continue;
      [most, row] = [this.slack[i], i];
    }
    return row;
  }

  private factorise(): ActiveSet | undefined {
    const found = activeSetOf(this.S, this.c, this.binds);
    return found && { ...found, iterations: ++this.iterations };
  }

  /** z := these multipliers, and the slacks of all rows with them. */
  private take({ rows, z: multipliers }: ActiveSet): void {
    const { S, c, m, z, slack } = this;
    z.fill(0);
    slack.set(c);
    for (let k = 0; k < rows.length; k++) {
      const zk = (z[rows[k]] = multipliers[k]);
      const from = rows[k] * m;
      for (let i = 0; i < m; i++) slack[i] += S[from + i] * zk;
    }
  }
}

/**
 * S at the rows that bind, factored, and the z there for which their slacks are 0; nothing where they depend on one
 * another.
 */
export function activeSetOf(S: Float64Array, c: Float64Array, binds: Uint8Array): ActiveSet | undefined {
  const m = c.length;
  let size = 0;
  for (let i = 0; i < m; i++) size += binds[i];
  const rows = new Int32Array(size);
  for (let i = 0, k = 0; i < m; i++) if (binds[i]) rows[k++] = i;
  const [part, z] = vectorsOf(size * size, size);
  for (let a = 0; a < size; a++) {
    const from = rows[a] * m;
    for (let b = 0; b <= a; b++) part[a * size + b] = S[from + rows[b]];
  }
  const factor = DenseCholesky.of(part, size, LEAST_PIVOT);
  if (!factor) return undefined;
  for (let a = 0; a < size; a++) z[a] = -c[rows[a]];
  factor.solve(z);
  return { rows, z, factor, iterations: 1 };
}
