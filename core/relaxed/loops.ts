import { add, multiply, subtract } from '../autodiff/arithmetic.js';
import { constant, detach, type Operand } from '../autodiff/operand.js';
import type { Var } from '../autodiff/recording.js';
import { select } from '../autodiff/select.js';
import { type Condition, likely, probability, samplesWhere } from './conditions.js';
import { change, type Settings } from './settings.js';
import { type Body, execute, mapState, type State, type Statement, variable } from './state.js';

/**
 * Runs the body for i = 0, ..., count - 1, or for each i of a list. A variable that is new in it ends with each turn.
 */
export function For(range: number | readonly number[], body: (i: number) => Body): Statement {
  const turns = typeof range === 'number' ? Array.from({ length: range }, (_, i) => i) : range;
  return (state, settings) =>
    turns.reduce<State>((current, i) => {
      const after = execute(body(i), current, settings);
      return mapState(current, (name) => variable(after, name));
    }, state);
}

/**
 * Runs the body while the condition holds, and gives the expected state at the exit. With s_t the state after t turns
 * and p_t the probability that at least t + 1 are begun,
 *
 *     p_0 = condition(s_0)        p_t = p_t-1 condition(s_t)
 *     exit = (1 - p_0) s_0 + sum_t (p_t-1 - p_t) s_t
 *
 * A sample ends at the first T with p_T <= epsilon or T = maxIterations, whatever the others do: what is left of its
 * probability goes to s_T. A variable that is new in the body ends with each turn.
 *
 * Samples that have ended take no part in later turns: their weights are exactly 0, and the body sees s_0 in their
 * place, where it is known to work. So a batch gives what its samples give alone, bit for bit.
 */
export function While(condition: Condition, body: Body, changes: Partial<Settings> = {}): Statement {
  return (start, inherited) => {
    const settings = change(inherited, changes);
    const safe = mapState(start, (_, value) => detach(value));
    const exits: Exit[] = [];
    let state = start;
    let p: Operand = 1;
    for (let t = 0;; t++) {
      const next = multiply(p, holds(condition, state, settings));
      const going = samplesWhere(next, (value) => !(value <= settings.epsilon)); // NaN goes on, and shows
      if (t === settings.maxIterations || !going.includes(1)) return expected([...exits, { weight: p, state }]);
      const stay = choose(going, next, 0);
      exits.push({ weight: subtract(p, stay), state });
      const after = execute(body, chooseState(going, state, safe), settings);
      state = chooseState(going, after, state);
      p = stay;
    }
  };
}

interface Exit {
  readonly weight: Operand;
  readonly state: State;
}

function holds(condition: Condition, state: State, settings: Settings): Var {
  const p = probability('While', condition, state, settings);
  return settings.hard ? constant(p, [...likely(p)].map((one) => [one])) : p;
}

/** Variables that no turn has changed need no sum. */
function expected(exits: readonly Exit[]): State {
  const [first, ...others] = exits;
  return mapState(first.state, (name, value) => {
    if (others.every(({ state }) => state[name] === value)) return value;
    return others.reduce(
      (sum, { weight, state }) => add(sum, multiply(weight, state[name])),
      multiply(first.weight, value),
    );
  });
}

function chooseState(chosen: Uint8Array, a: State, b: State): State {
  return mapState(b, (name, value) => choose(chosen, variable(a, name), value));
}

function choose(chosen: Uint8Array, a: Var, b: Operand): Var {
  return a === b || !chosen.includes(0) ? a : select(chosen, a, b);
}
