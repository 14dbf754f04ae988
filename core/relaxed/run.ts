import { type Operand, toVars } from '../autodiff/operand.js';
import type { Var } from '../autodiff/recording.js';
import { LossError } from '../errors.js';
import { change, DEFAULTS, type Settings } from './settings.js';
import { type Body, execute, type State, type Statement } from './state.js';

/** The state at the end of a program, from what its variables are at the start. `y` tells which tape records it. */
export function run(
  y: Var,
  body: Body,
  variables: Readonly<Record<string, Operand>>,
  settings: Partial<Settings> = {},
): State {
  const start = Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [name, toVars('relaxed program', y, value)[1]]),
  );
  if (Object.keys(start).length === 0) {
    throw new LossError('UNSUPPORTED', 'relaxed program: expected variables to start from, got none');
  }
  return execute(body, start, change(DEFAULTS, settings));
}

/** Other settings for a part of a program; what is not given stays. */
export function withSettings(changes: Partial<Settings>, body: Body): Statement {
  return (state, settings) => execute(body, state, change(settings, changes));
}
