import { LossError } from '../errors.js';
import { attempt, textOf as shown } from '../messages.js';
import type { Parameter, Variable } from './model/expression.js';
import type { Problem } from './model/problem.js';
import { textOf } from './model/text.js';

/** A problem as a function of one parameter, which a network gives. */
export interface ValueMap {
  readonly problem: Problem;
  readonly parameter: Parameter;
}

/** A problem as a function from that parameter to one variable, which is judged. */
export interface SolutionMap extends ValueMap {
  readonly solution: Variable;
}

/**
 * PARAMS unless y is the only parameter of a problem, which is no geometric program, and the solution one of its
 * variables: what a loss of y alone takes.
 */
export function checkMap(subject: string, map: ValueMap & Partial<SolutionMap>): void {
  const refuse = (what: string): LossError => new LossError('PARAMS', `${subject}: ${what}`);
  const kinds = attempt(() => [typeof map.problem.canonical, map.parameter.kind, map.solution?.kind]);
  if (kinds?.[0] !== 'object' || kinds[1] !== 'parameter' || (kinds[2] ?? 'variable') !== 'variable') {
    const expected = 'what problem(), parameter() and variable() make as { problem, parameter, solution }';
    throw refuse(`expected ${expected}, got ${shown(map)}`);
  }
  const { problem: { canonical }, parameter, solution } = map;
  if (!canonical.parameters.some((place) => place.parameter === parameter)) {
    throw refuse(`parameter ${textOf(parameter)} is not in the problem`);
  }
  const other = canonical.parameters.find((place) => place.parameter !== parameter);
  if (other) {
    const both = `${textOf(other.parameter)} is a parameter too; expected ${textOf(parameter)} alone`;
    throw refuse(`${both}, constants for the rest`);
  }
  if (canonical.parameters[0].logs) throw refuse('geometric programs are not taken; convexLayer takes them');
  if (solution) canonical.variable(solution);
}
