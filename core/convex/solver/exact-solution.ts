import { dot } from '../../linear-algebra/vectors.js';
import { symmetricForm } from '../linear-algebra/sparse.js';
import type { ConeSolution, ProgramData } from './cone-program.js';
import { Linearisation, type LinearSystem, type SolutionChange, type SolutionDerivative } from './linearisation.js';

/** How well the inequalities that bind are known. */
interface Certainty {
  /** Of the optimality conditions, relative. */
  readonly residual: number;
  /**
   * The least distance of an inequality from where it would begin or cease to bind, in multiples of what rounding may
   * do.
   */
  readonly clear: number;
  readonly iterations: number;
}

/** Polyhedra have no curvature. */
type ExactSystem = Pick<LinearSystem, 'solve'> & Partial<Pick<LinearSystem, 'curve'>>;

/** A solution of a program whose inequalities clearly bind or do not, so that its derivative is exact. */
export function exactSolution(
  program: ProgramData,
  at: SolutionChange,
  system: ExactSystem,
  { residual, clear, iterations }: Certainty,
): ConeSolution {
  const [square, linear] = [symmetricForm(program.P, at.x, at.x), dot(program.q, at.x)];
  const objective = square / 2 + linear;
  const gap = Math.abs(square + linear + dot(program.b, at.z)) / Math.max(1, Math.abs(objective));
  const residuals = { primal: residual, dual: residual, gap };
  const derivative = derivativeAt(program, at, system, residual, (0.1 / clear) ** 2);
  const polished = { residual, method: 'active-set' as const };
  return { status: 'solved', ...at, objective, iterations, residuals, polished, derivative };
}

function derivativeAt(
  { P, A }: ProgramData,
  at: SolutionChange,
  { solve, curve = (_u, _v, out) => out.fill(0) }: ExactSystem,
  residual: number,
  doubt: number,
): SolutionDerivative {
  const linearisation = new Linearisation(P, A, at, { solve, curve });
  return {
    ...{ ...at, residual, doubt: () => doubt },
    tangent: (data) => linearisation.tangent(data),
    adjoint: (cotangent) => linearisation.adjoint(cotangent),
    curvature: (cotangent, directions) => linearisation.curvature(cotangent, directions),
  };
}
