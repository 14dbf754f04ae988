import { multiply } from '../autodiff/arithmetic.js';
import { type Axis, eachLane, lanesOf } from '../autodiff/axis.js';
import { constant } from '../autodiff/operand.js';
import type { Var } from '../autodiff/recording.js';
import { dot } from '../autodiff/reductions.js';
import { softmax } from '../autodiff/softmax.js';
import type { Softness } from './conditions.js';
import { evaluate, type Expression } from './state.js';

export interface ExtremumOptions extends Softness {
  /** Absent: over all columns. */
  readonly along?: Axis;
}

/** softmax(-beta x): the probability of each entry to be the least, an index for `read` and `assignAt`. */
export function argmin(x: Expression, options: ExtremumOptions = {}): Expression {
  return expressed(x, -1, options, (weights) => weights);
}

/** softmax(beta x) */
export function argmax(x: Expression, options: ExtremumOptions = {}): Expression {
  return expressed(x, 1, options, (weights) => weights);
}

/** sum_j argmin(x)_j x_j, which is above the least entry (and not -log sum exp(-beta x) / beta, which is below). */
export function minimum(x: Expression, options: ExtremumOptions = {}): Expression {
  return expressed(x, -1, options, (weights, X) => dot(weights, X, options.along));
}

/** sum_j argmax(x)_j x_j */
export function maximum(x: Expression, options: ExtremumOptions = {}): Expression {
  return expressed(x, 1, options, (weights, X) => dot(weights, X, options.along));
}

function expressed(
  x: Expression,
  sign: 1 | -1,
  { beta, along }: ExtremumOptions,
  result: (weights: Var, x: Var) => Var,
): Expression {
  return (state, settings) => {
    const X = evaluate(x, state, settings);
    const weights = settings.hard
      ? firstBest(X, sign, along)
      : softmax(multiply(sign * (beta ?? settings.beta), X), along);
    return result(weights, X);
  };
}

/** One-hot, constant for derivatives. */
function firstBest(x: Var, sign: 1 | -1, along: Axis | undefined): Var {
  const lanes = lanesOf('extremum', x, along);
  const data = new Float64Array(x.value.length);
  eachLane(x.rows, lanes, (start) => {
    let best = start;
    for (let l = 1, k = start + lanes.inner; l < lanes.length; l++, k += lanes.inner) {
      if (sign * (x.value[k] - x.value[best]) > 0) best = k;
    }
    data[best] = 1;
  });
  return constant(x, { rows: x.rows, cols: x.cols, data });
}
