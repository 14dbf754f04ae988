import { add, divide, multiply, negate, subtract } from '../autodiff/arithmetic.js';
import { logistic, sqrt, square, tanh } from '../autodiff/functions.js';
import { pointwise } from '../autodiff/pointwise.js';
import { shapeError, type Var } from '../autodiff/recording.js';
import { dot, sum } from '../autodiff/reductions.js';
import { LossError } from '../errors.js';
import type { Settings } from './settings.js';
import { evaluate, type Expression, type State } from './state.js';
import { rowStep } from '../autodiff/operand.js';

/** The probability that something holds, (N, 1). */
export type Condition = (state: State, settings: Settings) => Var;

/** Absent: that of the program. */
export interface Softness {
  readonly beta?: number;
}

/** sigma(-beta (l - r)), 1/2 where l = r; there is no difference between < and <=. */
export const lessThan = comparison((x) => logistic(negate(x)));

/** sigma(beta (l - r)) */
export const greaterThan = comparison(logistic);

/** sech^2(beta (l - r) / 2) */
export const equal = comparison((x) => bump(x));

/** 1 - sech^2(beta (l - r) / 2) = tanh^2(beta (l - r) / 2) */
export const notEqual = comparison((x) => square(tanh(multiply(0.5, x))));

/** sech(beta (1 - cos(l, r))): whether two distributions over categories are the same. */
export function sameCategory(l: Expression, r: Expression, { beta }: Softness = {}): Condition {
  return (state, settings) => {
    const apart = subtract(unit(evaluate(l, state, settings)), unit(evaluate(r, state, settings)));
    return sech(multiply((beta ?? settings.beta) / 2, sum(square(apart)))); // 1 - cos = |a - b|^2 / 2 of unit vectors
  };
}

/** cos(l, r), which is a probability for vectors without negative entries. */
export function cosineSimilarity(l: Expression, r: Expression): Condition {
  return (state, settings) => dot(unit(evaluate(l, state, settings)), unit(evaluate(r, state, settings)));
}

/** The value itself, which is to be in [0, 1]. */
export function isTrue(x: Expression): Condition {
  return (state, settings) => {
    const p = evaluate(x, state, settings);
    const wrong = p.value.find((value) => !(value >= -ROUNDING && value <= 1 + ROUNDING));
    if (wrong !== undefined) throw new LossError('UNSUPPORTED', `isTrue: expected values in [0, 1], got ${wrong}`);
    return p;
  };
}

/** 1 - p */
export function not(condition: Condition): Condition {
  return (state, settings) => subtract(1, condition(state, settings));
}

/** The product of all. */
export function and(...conditions: readonly [Condition, ...Condition[]]): Condition {
  return joined(conditions, multiply);
}

/** a + b - a b, from left to right. */
export function or(...conditions: readonly [Condition, ...Condition[]]): Condition {
  return joined(conditions, (a, b) => subtract(add(a, b), multiply(a, b)));
}

/** The probability of a condition where a statement needs one a sample. */
export function probability(name: string, condition: Condition, state: State, settings: Settings): Var {
  const p = condition(state, settings);
  if (p.cols !== 1) throw shapeError(name, 'a condition with one column', p);
  return p;
}

/** What sums and products of probabilities may be off by. */
const ROUNDING = 1e-9;

function comparison(probabilityOf: (x: Var) => Var) {
  return (l: Expression, r: Expression, { beta }: Softness = {}): Condition => (state, settings) =>
    probabilityOf(
      multiply(beta ?? settings.beta, subtract(evaluate(l, state, settings), evaluate(r, state, settings))),
    );
}

function joined(conditions: readonly Condition[], join: (a: Var, b: Var) => Var): Condition {
  return (state, settings) => conditions.map((condition) => condition(state, settings)).reduce(join);
}

function unit(x: Var): Var {
  return divide(x, sqrt(sum(square(x))));
}

/** f = sech^2(x / 2) = 4 e^-|x| / (1 + e^-|x|)^2, f' = -f tanh(x / 2), f'' = f (1 - 3/2 f) */
const bump = pointwise({
  name: 'equal',
  f(x) {
    const e = Math.exp(-Math.abs(x));
    return (4 * e) / (1 + e) ** 2;
  },
  slope: (x, f) => -f * Math.tanh(x / 2),
  bend: (_x, f) => f * (1 - 1.5 * f),
});

/** f = sech x = 2 e^-|x| / (1 + e^-2|x|), f' = -f tanh x, f'' = f (1 - 2 f^2) */
const sech = pointwise({
  name: 'sech',
  f(x) {
    const e = Math.exp(-Math.abs(x));
    return (2 * e) / (1 + e * e);
  },
  slope: (x, f) => -f * Math.tanh(x),
  bend: (_x, f) => f * (1 - 2 * f * f),
});

/** For each sample whether its p, one column, is above 1/2. */
export function likely(p: Var): Uint8Array {
  return samplesWhere(p, (value) => value > 0.5);
}

/** For each of the N samples, 1 where its one value is as wished. */
export function samplesWhere(p: Var, holds: (value: number) => boolean): Uint8Array {
  return Uint8Array.from({ length: p.recording.rows }, (_, i) => Number(holds(p.value[i * rowStep(p)])));
}
