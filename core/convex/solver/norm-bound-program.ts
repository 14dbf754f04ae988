import { gram } from '../../linear-algebra/gram.js';
import { dot, vectorsOf } from '../../linear-algebra/vectors.js';
import { addRow, rowTimes } from '../linear-algebra/rows.js';
import { addTimes, sparseOfDense } from '../linear-algebra/sparse.js';
import { activeSetOf } from './active-set.js';
import { BindingSystem } from './binding-system.js';
import { type ConeSolution, type ConeStructure, equalityRows, type ProgramData } from './cone-program.js';
import { exactSolution } from './exact-solution.js';
import { clearance, MARGIN, type Unconstrained, withoutInequalities } from './inequalities.js';
import type { SolutionChange, SolutionDerivative } from './linearisation.js';
import { type NormBound, type NormBoundParts, normBoundOf, partsOf } from './norm-bound.js';
import { type BindingRows, findOnNorm, type ProgramsOnLine } from './norm-bound-search.js';
import { NormBoundSystem } from './norm-bound-system.js';
import { factorsOf, type QuadraticFactors } from './quadratic-factors.js';
import { ACCURATE, isSame, MOST_ROWS, MOST_UNKNOWNS } from './quadratic-program.js';

/**
 * Linear objectives with linear constraints and a norm bound, exact to rounding: the solutions of the quadratic
 * programs
 *
 *     w(tau) = argmin 1/2 |F w - f|^2 + tau q^T w   subject to the linear constraints,
 *
 * of which one has |F w - f| = r: its multipliers over tau are those of the program, r / tau that of the norm. As long
 * as the same rows bind, w(tau) = w_a + tau w_b and |F w - f|^2 = |F w_a - f|^2 + tau^2 |F w_b|^2, which gives the next
 * tau (for portfolios, along the critical line of Markowitz, Portfolio selection, 1959). Programs whose bound does not
 * bind, at a kink, or with a singular F^T F, are left to the interior-point method.
 */
export class NormBoundProgram {
  private readonly where: NormBound;
  private readonly equal: Uint8Array;
  private known: { readonly A: Float64Array; readonly shared?: Shared } | undefined;

  constructor(structure: ConeStructure) {
    this.where = normBoundOf(structure)!;
    const equal = equalityRows(structure.cones);
    this.equal = Uint8Array.from(this.where.rows, (row) => equal[row]);
  }

  static takes(structure: ConeStructure): boolean {
    return structure.P.cols <= MOST_UNKNOWNS && structure.A.rows <= MOST_ROWS && normBoundOf(structure) !== undefined;
  }

  solve(program: ProgramData, start?: ConeSolution): ConeSolution | undefined {
    return this.read(program)?.find(start && this.bindingAt(start));
  }

  /** That of a solution of `solve`, where it is not at hand: the same, bit for bit. */
  differentiate(program: ProgramData, solution: ConeSolution): SolutionDerivative | undefined {
    return this.read(program)?.solutionOn({ rows: this.bindingAt(solution), iterations: 0 })?.derivative;
  }

  private bindingAt({ z }: ConeSolution): Uint8Array {
    return this.equal.map((equal, i) => (equal > 0 || z[this.where.rows[i]] > 0 ? 1 : 0));
  }

  private read(program: ProgramData): Program | undefined {
    const { A } = program;
    if (!this.known || !isSame(this.known.A, A.value)) {
      const shared = sharedOf(this.where, A, this.equal);
      this.known = { A: A.value.slice(), ...(shared && { shared }) };
    }
    return this.known.shared && new Program(program, this.where, this.known.shared, this.equal);
  }
}

/** What programs of one A share: the factors of F^T F and the linear rows. */
interface Shared extends NormBoundParts {
  readonly factors: QuadraticFactors;
}

function sharedOf(where: NormBound, A: ProgramData['A'], equal: Uint8Array): Shared | undefined {
  const parts = partsOf(where, A);
  const n = where.cols.length;
  const square = gram(parts.F, where.size - 1, n).map((value, k) => (k % n < Math.floor(k / n) ? 0 : value));
  const factors = factorsOf({ P: sparseOfDense(n, n, square), A: parts.linear }, equal);
  return factors && { ...parts, factors };
}

/** w(tau) as long as the same rows bind: its first part plus tau times the second. */
interface Line extends Record<'w' | 'z' | 'e', readonly [a: Float64Array, b: Float64Array]> {
  /** Of the linear systems. */
  readonly residual: number;
}

/** One program. */
class Program {
  private readonly q: Float64Array;
  /** Of the linear rows. */
  private readonly b: Float64Array;
  private readonly r: number;
  private readonly f: Float64Array;
  /** F^T f */
  private readonly target: Float64Array;
  /** Without inequalities w(tau) is the first plus tau times the second. */
  private readonly free: readonly [a: Unconstrained, b: Unconstrained];

  constructor(
    private readonly program: ProgramData,
    private readonly where: NormBound,
    private readonly shared: Shared,
    private readonly equal: Uint8Array,
  ) {
    const { cols, rows, from, size, height } = where;
    const { F, ofHeight, bound, factors } = shared;
    const { q, b } = program;
    this.q = Float64Array.from(cols, (col) => q[col]);
    this.b = Float64Array.from(rows, (row) => b[row]);
    const t = height ? b[height.row] / bound : 0;
    const heights = ofHeight.map((value, i) => b[from + i] - value * t);
    this.r = heights[0];
    this.f = heights.subarray(1, size);
    this.target = new Float64Array(cols.length);
    this.f.forEach((value, i) => addRow(F, i * cols.length, value, this.target));
    this.free = [
      withoutInequalities({ q: this.target.map((value) => -value), b: this.b }, factors),
      withoutInequalities({ q: this.q, b: new Float64Array(rows.length) }, factors),
    ];
  }

  find(start?: Uint8Array): ConeSolution | undefined {
    const { shared: { factors: { S } }, equal, r, free: [a, b] } = this;
    if (!(r > 0)) return undefined;
    const programs: ProgramsOnLine = {
      S,
      c: [a.slacks, b.slacks],
      squares: [this.squareAt(a), b.size ** 2],
      equal,
      margin: [a.margin, b.margin],
    };
    const found = findOnNorm(programs, r, r / b.size, start);
    return found && this.solutionOn(found);
  }

  /** |F w - f|^2 and the term of the equalities. */
  private squareAt({ x }: Unconstrained): number {
    const { shared: { F, factors: { D, A, d, rho } }, f, b } = this;
    const n = x.length;
    const w = x.map((value, j) => value * D[j]);
    let square = 0;
    for (let i = 0; i < f.length; i++) square += (rowTimes(F, i * n, w) - f[i]) ** 2;
    for (let i = 0; i < b.length; i++) if (rho[i] > 0) square += rho[i] * (rowTimes(A, i * n, x) - b[i] * d[i]) ** 2;
    return square;
  }

  /** The solution, if the rows that bind are clearly these. */
  solutionOn({ rows: binding, iterations }: BindingRows): ConeSolution | undefined {
    const { program, where, shared, equal, b, r, free } = this;
    const { factors, linear } = shared;
    const active = activeSetOf(factors.S, free[0].slacks, binding);
    if (!active) return undefined;
    const system = new BindingSystem(factors, active);
    const { w: [wA, wB], z: [zA, zB], e: [eA, eB], residual } = this.lineOf(system);
    const [reach, slope] = [Math.sqrt(1 - dot(eA, eA) / (r * r)), Math.sqrt(dot(eB, eB))];
    const tau = (r * reach) / slope;
    if (!(tau > 0 && tau < Infinity && residual <= ACCURATE)) return undefined;
    const on = (a: Float64Array, b: Float64Array): Float64Array => a.map((value, i) => value + tau * b[i]);
    const [w, z, v, margin] = [on(wA, wB), on(zA, zB), on(eA, eB), on(free[0].margin, free[1].margin)];
    for (let i = 0; i < v.length; i++) v[i] /= r;
    for (const { row, col, entry } of factors.bounds) {
      if (binding[row]) w[col] = b[row] / linear.value[entry] + 0; // exactly, and no -0
    }
    const slack = b.slice();
    addTimes(linear, -1, w, slack);
    for (const row of active.rows) slack[row] = 0;
    const at = this.embedded(w, slack, z, v, tau);
    const ofNorm = Math.min(reach ** 2, slope / free[1].size, this.certaintyOfHeight(at.z)) / MARGIN;
    const clear = Math.min(clearance(slack, z, factors.d, margin, equal), ofNorm);
    if (!(clear > 1)) return undefined;
    const scaled = (x: Float64Array, scale: number): Float64Array => x.map((value) => value * scale);
    const alongNorm = { w: scaled(wB, tau / r), z: scaled(zA, -1 / r), e: scaled(eB, tau / r) };
    const whole = new NormBoundSystem(where, shared, system, { r, tau, v, alongNorm });
    return exactSolution(program, at, whole, { residual, clear, iterations });
  }

  /** w, its multipliers and e = F w - f with the rows of a system: the first plus tau times the second. */
  private lineOf(system: BindingSystem): Line {
    const { shared: { F }, target, f, b, q } = this;
    const n = q.length;
    const [wA, wB, minusQ, zA, zB, none] = vectorsOf(n, n, n, b.length, b.length, b.length);
    for (let j = 0; j < n; j++) minusQ[j] = -q[j];
    const residual = Math.max(system.solve(target, b, wA, zA), system.solve(minusQ, none, wB, zB));
    const eA = f.map((value, i) => rowTimes(F, i * n, wA) - value);
    const eB = f.map((_, i) => rowTimes(F, i * n, wB));
    return { w: [wA, wB], z: [zA, zB], e: [eA, eB], residual };
  }

  /** In the rows and columns of the program. */
  private embedded(
    w: Float64Array,
    slack: Float64Array,
    z: Float64Array,
    v: Float64Array,
    tau: number,
  ): SolutionChange {
    const { program: { q, b }, where: { cols, rows, from, height }, shared: { ofHeight, bound }, r } = this;
    const at = { x: new Float64Array(q.length), s: new Float64Array(b.length), z: new Float64Array(b.length) };
    cols.forEach((col, j) => (at.x[col] = w[j]));
    rows.forEach((row, i) => [at.s[row], at.z[row]] = [slack[i], z[i] / tau]);
    [at.s[from], at.z[from]] = [r, r / tau];
    v.forEach((value, i) => [at.s[from + 1 + i], at.z[from + 1 + i]] = [-r * value, (r / tau) * value]);
    if (height) {
      at.x[height.col] = b[height.row] / bound;
      at.z[height.row] = -(q[height.col] + dot(ofHeight, at.z.subarray(from, from + ofHeight.length))) / bound;
    }
    return at;
  }

  /** The multiplier of its bound, relative to the terms that it is the sum of. */
  private certaintyOfHeight(z: Float64Array): number {
    const { program: { q }, where: { height, from }, shared: { ofHeight, bound } } = this;
    if (!height) return 1;
    const size = ofHeight.reduce((sum, value, i) => sum + Math.abs(value * z[from + i]), Math.abs(q[height.col]));
    return (z[height.row] * Math.abs(bound)) / size;
  }
}
