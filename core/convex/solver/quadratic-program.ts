import { dot } from '../../numerics/vectors.js';
import { addRow, rowTimes } from '../linear-algebra/rows.js';
import { addTimes } from '../linear-algebra/sparse.js';
import { activeSetOf, findActiveSet } from './active-set.js';
import { BindingSystem } from './binding-system.js';
import { type ConeSolution, type ConeStructure, equalityRows, isPolyhedral, type ProgramData } from './cone-program.js';
import { exactSolution } from './exact-solution.js';
import type { SolutionDerivative } from './linearisation.js';
import { factorsOf, type QuadraticFactors } from './quadratic-factors.js';

/** Beyond these a dense S costs more than what it saves. */
const MOST_UNKNOWNS = 300;
const MOST_ROWS = 600;

/**
 * A row whose slack and multiplier both are below this, relative to the terms of the row, is left to the interior-point
 * method: a kink.
 */
const MARGIN = 1e-9;

/** Of the whole solution: what rounding may do to any row. */
const ROUNDING = 1e-13;

/** Of the optimality conditions, relative. */
const ACCURATE = 1e-11;

/**
 * Strictly convex quadratic programs by an active-set method on their duals, exact to rounding,
 *
 *     x = (L L^T)^-1 (A^T diag(rho) b - q - A^T z),    slack = b - A x = c + S z,
 *
 * with what all programs of one P and A share (`QuadraticFactors`). Programs at a kink of the solution map, without a
 * solution, or whose P is not definite, are left to the interior-point method, which knows what to say of them.
 */
export class QuadraticProgram {
  private readonly equal: Uint8Array;
  private known: { readonly P: Float64Array; readonly A: Float64Array; readonly factors?: QuadraticFactors } | undefined;

  constructor({ cones }: ConeStructure) {
    this.equal = equalityRows(cones);
  }

  /** Whether programs of this structure are quadratic with linear constraints, and small enough. */
  static takes(structure: ConeStructure): boolean {
    const { P, A } = structure;
    return P.value.length > 0 && P.cols <= MOST_UNKNOWNS && A.rows <= MOST_ROWS && isPolyhedral(structure);
  }

  solve(program: ProgramData, start?: ConeSolution): ConeSolution | undefined {
    const factors = this.factors(program);
    return factors && solutionOf(program, factors, this.equal, start && { first: this.bindingAt(start) });
  }

  /** That of a solution of `solve`, where it is not at hand: the same, bit for bit. */
  differentiate(program: ProgramData, solution: ConeSolution): SolutionDerivative | undefined {
    const factors = this.factors(program);
    return factors && solutionOf(program, factors, this.equal, { known: this.bindingAt(solution) })?.derivative;
  }

  private bindingAt({ z }: ConeSolution): Uint8Array {
    return this.equal.map((equal, i) => (equal > 0 || z[i] > 0 ? 1 : 0));
  }

  private factors({ P, A }: ProgramData): QuadraticFactors | undefined {
    if (!this.known || !isSame(this.known.P, P.value) || !isSame(this.known.A, A.value)) {
      const factors = factorsOf({ P, A }, this.equal);
      this.known = { P: P.value.slice(), A: A.value.slice(), ...(factors && { factors }) };
    }
    return this.known.factors;
  }
}

function isSame(a: Float64Array, b: Float64Array): boolean {
  for (let k = 0; k < a.length; k++) if (a[k] !== b[k]) return false;
  return true;
}

/** `rows`: those that are known to bind, or are tried first. */
function solutionOf(
  program: ProgramData,
  factors: QuadraticFactors,
  equal: Uint8Array,
  rows: { readonly known?: Uint8Array; readonly first?: Uint8Array } = {},
): ConeSolution | undefined {
  const { q, A, b } = program;
  const { margin, slacks } = withoutInequalities(program, factors);
  const active = rows.known
    ? activeSetOf(factors.S, slacks, rows.known)
    : findActiveSet(factors.S, slacks, equal, margin.map((value) => 1e-3 * value), rows.first);
  if (!active) return undefined;
  const system = new BindingSystem(factors, active);
  const [x, z] = [new Float64Array(q.length), new Float64Array(b.length)];
  const residual = system.solve(q.map((value) => -value), b, x, z);
  for (const { row, col, entry } of factors.bounds) {
    if (equal[row] || z[row] > 0) x[col] = b[row] / A.value[entry] + 0; // exactly, and no -0
  }
  const s = b.slice();
  addTimes(A, -1, x, s);
  for (const i of active.rows) s[i] = 0;
  const clear = clearance(s, z, factors.d, margin, equal);
  if (!(residual <= ACCURATE && clear > 1)) return undefined;
  return exactSolution(program, { x, s, z }, system, { residual, clear, iterations: active.iterations });
}

/**
 * In the units of the factors: the slacks where no inequality binds, and how near to 0 a slack or multiplier says
 * nothing.
 */
function withoutInequalities(
  { q, b }: ProgramData,
  { n, A, L, D, d, rho }: QuadraticFactors,
): { margin: Float64Array; slacks: Float64Array } {
  const slacks = b.map((value, i) => value * d[i]);
  const x = q.map((value, j) => -value * D[j]);
  for (let i = 0; i < slacks.length; i++) if (rho[i] > 0) addRow(A, i * n, rho[i] * slacks[i], x);
  L.forward(x);
  const size = Math.sqrt(dot(x, x));
  L.backward(x);
  const margin = slacks.map((value, i) => MARGIN * (Math.abs(value) + rowSize(A, i * n, x)) + ROUNDING * size);
  for (let i = 0; i < slacks.length; i++) slacks[i] -= rowTimes(A, i * n, x);
  return { margin, slacks };
}

/** The sum of |terms| of the inner product of x with the entries of A from `from`. */
function rowSize(A: Float64Array, from: number, x: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < x.length; j++) sum += Math.abs(A[from + j] * x[j]);
  return sum;
}

/** The least distance of an inequality from where it would begin or cease to bind, in margins; not above 0 beyond. */
function clearance(s: Float64Array, z: Float64Array, d: Float64Array, margin: Float64Array, equal: Uint8Array): number {
  let least = Infinity;
  for (let i = 0; i < s.length; i++) {
    if (equal[i]) continue;
    const distance = d[i] > 0 ? s[i] * d[i] + z[i] / d[i] : s[i];
    if (!(distance > margin[i])) return 0;
    if (d[i] > 0) least = Math.min(least, distance / margin[i]);
  }
  return least;
}
