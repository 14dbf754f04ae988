import { vectorsOf } from '../../linear-algebra/vectors.js';
import { addTimes } from '../linear-algebra/sparse.js';
import { activeSetOf, findActiveSet } from './active-set.js';
import { BindingSystem } from './binding-system.js';
import { type ConeSolution, type ConeStructure, equalityRows, isPolyhedral, type ProgramData } from './cone-program.js';
import { exactSolution } from './exact-solution.js';
import { clearance, withoutInequalities } from './inequalities.js';
import type { SolutionDerivative } from './linearisation.js';
import { factorsOf, type QuadraticFactors } from './quadratic-factors.js';

/** Beyond these a dense S costs more than what it saves. */
export const MOST_UNKNOWNS = 300;
export const MOST_ROWS = 600;

/** Of the optimality conditions, relative. */
export const ACCURATE = 1e-11;

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
  private known:
    | { readonly P: Float64Array; readonly A: Float64Array; readonly factors?: QuadraticFactors }
    | undefined;

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

export function isSame(a: Float64Array, b: Float64Array): boolean {
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
    : findActiveSet(factors.S, slacks, equal, margin, rows.first);
  if (!active) return undefined;
  const system = new BindingSystem(factors, active);
  const [minusQ, x, z, s] = vectorsOf(q.length, q.length, b.length, b.length);
  for (let j = 0; j < q.length; j++) minusQ[j] = -q[j];
  const residual = system.solve(minusQ, b, x, z);
  for (const { row, col, entry } of factors.bounds) {
    if (equal[row] || z[row] > 0) x[col] = b[row] / A.value[entry] + 0; // exactly, and no -0
  }
  s.set(b);
  addTimes(A, -1, x, s);
  for (const i of active.rows) s[i] = 0;
  const clear = clearance(s, z, factors.d, margin, equal);
  if (!(residual <= ACCURATE && clear > 1)) return undefined;
  return exactSolution(program, { x, s, z }, system, { residual, clear, iterations: active.iterations });
}
