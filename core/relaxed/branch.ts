import { add, multiply, subtract } from '../autodiff/arithmetic.js';
import { select } from '../autodiff/select.js';
import { type Condition, likely, probability } from './conditions.js';
import { type Body, execute, mapState, type Statement, variable } from './state.js';

/**
 * Runs both branches, each on the state before, and merges every variable by the probability p of the condition:
 *
 *     t := p t_then + (1 - p) t_otherwise
 *
 * Both have to be finite, however unlikely: both always run, where AlgoVision leaves out one whose probability is at
 * most 1e-5 for all samples of the batch. A variable that is new in a branch ends with it. With `hard`, the branch with
 * p > 1/2 alone counts.
 */
export function If(condition: Condition, then: Body, otherwise: Body = []): Statement {
  return (state, settings) => {
    const p = probability('If', condition, state, settings);
    const q = subtract(1, p);
    const [a, b] = [then, otherwise].map((branch) => execute(branch, state, settings));
    return mapState(state, (name) => {
      const [x, z] = [variable(a, name), variable(b, name)];
      if (x === z) return x;
      return settings.hard ? select(likely(p), x, z) : add(multiply(p, x), multiply(q, z));
    });
  };
}
