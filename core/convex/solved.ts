import { LossError } from '../errors.js';
import { type Canonical, programOf } from './model/canonical.js';
import type { ConeSolution, ProgramData } from './solver/cone-program.js';
import type { Hints, LayerSolver } from './solver/cone-solver.js';
import type { SolutionDerivative } from './solver/linearisation.js';
import type { Solver } from './solver/solver.js';

/** A problem with a value for theta, and what the solver found. */
export interface Solved {
  readonly program: ProgramData;
  readonly solution: ConeSolution;
  readonly theta: Float64Array;
}

export function solveAt(
  solver: Pick<LayerSolver, 'solve'>,
  canonical: Canonical,
  theta: Float64Array,
  hints?: Hints,
): Solved {
  const program = programOf(canonical, canonical.data(theta));
  return { program, solution: solver.solve(program, hints), theta };
}

/**
 * What a loss of a solution is evaluated at: the solution for theta, or the point of the central path at `smoothing` >
 * 0, with derivatives. UNSUPPORTED where there is none.
 */
export function solutionAt(
  subject: string,
  solver: Solver,
  canonical: Canonical,
  { theta, sample, smoothing }: { readonly theta: Float64Array; readonly sample: number; readonly smoothing: number },
): SolutionDerivative {
  const { found, at } = solver.solveAndDifferentiate(programOf(canonical, canonical.data(theta)), smoothing);
  if (!at) throw failure(subject, sample, found);
  return at;
}

/** Why a sample has no solution: UNSUPPORTED. */
export function failure(subject: string, sample: number, { status, iterations, residuals }: ConeSolution): LossError {
  const { primal, dual, gap } = residuals;
  const reasons: Partial<Record<ConeSolution['status'], string>> = {
    infeasible: 'no point meets the constraints',
    unbounded: 'the objective has no bound',
  };
  const residual = Math.max(primal, dual, gap).toPrecision(2);
  const reason = reasons[status] ?? `no solution after ${iterations} iterations (residual ${residual})`;
  return new LossError('UNSUPPORTED', `${subject}: sample ${sample}: ${reason}`);
}
