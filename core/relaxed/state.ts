import { type Operand, toVars } from '../autodiff/operand.js';
import type { Var } from '../autodiff/recording.js';
import { LossError } from '../errors.js';
import type { Settings } from './settings.js';

/**
 * The variables of a program, each with k entries a sample, (N, k). Nothing changes a state: statements make new ones.
 */
export type State = Readonly<Record<string, Var>>;

export type Statement = (state: State, settings: Settings) => State;

/** Statements one after the other. */
export type Body = Statement | readonly Body[];

/** The name of a variable, a constant, or a function of the state. */
export type Expression = string | Operand | ((state: State, settings: Settings) => Operand);

export function execute(body: Body, state: State, settings: Settings): State {
  if (typeof body === 'function') return body(state, settings);
  return body.reduce<State>((current, part) => execute(part, current, settings), state);
}

export function evaluate(expression: Expression, state: State, settings: Settings): Var {
  if (typeof expression === 'string') return variable(state, expression);
  const value = typeof expression === 'function' ? expression(named(state), settings) : expression;
  return toVars('relaxed program', Object.values(state)[0], value)[1];
}

/** UNSUPPORTED where there is no variable of that name. */
export function variable(state: State, name: string): Var {
  if (Object.hasOwn(state, name)) return state[name];
  throw new LossError(
    'UNSUPPORTED',
    `relaxed program: expected one of the variables ${Object.keys(state).join(', ')}, got ${name}`,
  );
}

/** The state as functions of it see it, where a name that is none is an error, too. */
function named(state: State): State {
  return new Proxy(state, { get: (_, name) => (typeof name === 'string' ? variable(state, name) : undefined) });
}

/** Every variable of a state anew. */
export function mapState(state: State, change: (name: string, value: Var) => Var): State {
  return Object.fromEntries(Object.entries(state).map(([name, value]) => [name, change(name, value)]));
}
