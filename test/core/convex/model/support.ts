import { expect } from 'chai';
import {
  type Constraint,
  packParameters,
  type Parameter,
  type Problem,
  programOf,
  type Reading,
  type Value,
  type Variable,
} from '../../../../core/convex/model/index.js';
import type { Status } from '../../../../core/convex/solver/cone-program.js';
import { Solver } from '../../../../core/convex/solver/solver.js';
import { LossError } from '../../../../core/errors.js';

export interface Solved {
  readonly status: Status;
  readonly objective: number;
  value(variable: Variable): number[];
  dual(constraint: Constraint): number[];
}

/** The solution of a problem, polished. */
export function solved(problem: Problem, values: ReadonlyMap<Parameter, Value> = new Map(), tolerance = 1e-9): Solved {
  const { canonical } = problem;
  const theta = packParameters(canonical, values);
  const program = programOf(canonical, canonical.data(theta));
  const solution = new Solver(canonical.structure, { tolerance }).solve(program);
  const found = Number.isFinite(solution.objective);
  const { x, z } = solution;
  const value = found ? canonical.value.at(x, theta) : solution.objective;
  return {
    status: solution.status,
    objective: canonical.asWritten(value),
    value: (variable) => read(canonical.variable(variable), x),
    dual: (constraint) => read(canonical.dual(constraint), z),
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
