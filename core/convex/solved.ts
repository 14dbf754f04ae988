import { LossError } from '../errors.js';
import { type Canonical, programOf } from './model/canonical.js';
import type { Parameter } from './model/expression.js';
import type { Problem } from './model/problem.js';
import { textOf } from './model/text.js';
import type { ConeSolution, ProgramData } from './solver/cone-program.js';
import type { Hints, LayerSolver } from './solver/cone-solver.js';

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

export function isSolved({ status }: ConeSolution): boolean {
  return status === 'solved' || status === 'inaccurate' || status === 'elastic';
}

/**
 * PARAMS unless y is the only parameter of a problem, which is no geometric program: what a loss of y alone takes.
 */
export function checkOnly(subject: string, { canonical }: Problem, y: Parameter): void {
  const refuse = (what: string): LossError => new LossError('PARAMS', `${subject}: ${what}`);
  if (!canonical.parameters.some(({ parameter }) => parameter === y)) {
    throw refuse(`parameter ${textOf(y)} is not in the problem`);
  }
  const other = canonical.parameters.find(({ parameter }) => parameter !== y);
  if (other) {
    throw refuse(`${textOf(other.parameter)} is a parameter too; expected ${textOf(y)} alone, constants for the rest`);
  }
  if (canonical.parameters[0].logs) throw refuse('geometric programs are not taken; convexLayer takes them');
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
