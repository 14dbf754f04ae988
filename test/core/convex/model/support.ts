import { expect } from 'chai';
import {
  type Constraint,
  evaluate,
  packParameters,
  type Parameter,
  type Problem,
  programOf,
  type Reading,
  type Value,
  type Values,
  type Variable,
} from '../../../../core/convex/model/index.js';
import type { Status } from '../../../../core/convex/solver/cone-program.js';
import { InteriorPoint } from '../../../../core/convex/solver/interior-point.js';
import { LossError } from '../../../../core/errors.js';

export interface Solved {
  readonly status: Status;
  readonly objective: number;
  value(variable: Variable): number[];
  dual(constraint: Constraint): number[];
}

/** The solution of a problem by the interior-point method. */
export function solved(problem: Problem, values: ReadonlyMap<Parameter, Value> = new Map(), tolerance = 1e-9): Solved {
  const { canonical } = problem;
  const theta = packParameters(canonical, values);
  const program = programOf(canonical, canonical.data(theta));
  const solution = new InteriorPoint(canonical.structure, { tolerance }).solve(program);
  const value = Number.isFinite(solution.objective) ? canonical.value.at(solution.x, theta) : solution.objective;
  return {
    status: solution.status,
    objective: canonical.asWritten(value),
    value: (variable) => read(canonical.variable(variable), solution.x),
    dual: (constraint) => read(canonical.dual(constraint), solution.z),
  };
}

function read({ index, scale, logs }: Reading, vector: Float64Array): number[] {
  return Array.from(index, (at, k) => (logs ? Math.exp(scale[k] * vector[at]) : scale[k] * vector[at]));
}

export function expectClose(got: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  expect(got.length, 'entries').to.equal(expected.length);
  for (let i = 0; i < got.length; i++) {
    const [a, b] = [got[i], expected[i]];
    expect(Math.abs(a - b), `entry ${i}: ${a}, expected ${b}`).to.be.at.most(tolerance * Math.max(1, Math.abs(b)));
  }
}

/** The code of the error that is thrown. */
export function codeOf(act: () => unknown): string {
  return errorOf(act).code;
}

export function errorOf(act: () => unknown): LossError {
  try {
    act();
  } catch (error) {
    if (error instanceof LossError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

/** A number that an expression has at these values. */
export function numberAt(expression: Parameters<typeof evaluate>[0], values: Values): number {
  return evaluate(expression, values)[0];
}
