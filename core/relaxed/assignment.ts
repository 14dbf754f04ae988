import { add, multiply, subtract } from '../autodiff/arithmetic.js';
import { concat, slice } from '../autodiff/columns.js';
import { shapeError, type Var } from '../autodiff/recording.js';
import { dot, expand } from '../autodiff/reductions.js';
import { LossError } from '../errors.js';
import { evaluate, type Expression, type Statement, variable } from './state.js';

/**
 * Where in a variable: a number is the column itself; anything else is the probability of each column, (N, k), one-hot
 * or soft.
 */
export type Index = Expression;

/** name := value. The number of columns stays: one column is repeated. A name that is new becomes a variable. */
export function assign(name: string, value: Expression): Statement {
  return (state, settings) => {
    const given = evaluate(value, state, settings);
    return { ...state, [name]: Object.hasOwn(state, name) ? fitted(name, given, state[name].cols) : given };
  };
}

/**
 * name[index] := value, one column a sample or k of them:
 *
 *     t := w value + (1 - w) t
 *
 * with w the index as probabilities.
 */
export function assignAt(name: string, index: Index, value: Expression): Statement {
  return (state, settings) => {
    const t = variable(state, name);
    const given = evaluate(value, state, settings);
    if (typeof index === 'number') return { ...state, [name]: withColumn(t, index, fitted(name, given, 1)) };
    const w = evaluate(index, state, settings);
    if (w.cols !== t.cols) throw shapeError('assignAt', `an index with ${t.cols} columns, as ${name} has`, w);
    return { ...state, [name]: add(multiply(w, fitted(name, given, t.cols)), multiply(subtract(1, w), t)) };
  };
}

/** The expected entry, sum_j w_j x_j; of a number, column j. */
export function read(from: Expression, index: Index): Expression {
  return (state, settings) => {
    const x = evaluate(from, state, settings);
    if (typeof index === 'number') return slice(x, index, index + 1);
    const w = evaluate(index, state, settings);
    if (w.cols !== x.cols) {
      throw shapeError('read', `an index with ${x.cols} columns, one for each that it reads from`, w);
    }
    return dot(w, x);
  };
}

function fitted(name: string, value: Var, cols: number): Var {
  if (value.cols === cols) return value;
  if (value.cols !== 1) throw shapeError('assign', `${cols} columns for ${name}, or 1`, value);
  return expand(value, { shape: [cols], axis: 0 });
}

function withColumn(t: Var, j: number, value: Var): Var {
  if (!(Number.isInteger(j) && j >= 0 && j < t.cols)) {
    throw new LossError('SHAPE', `assignAt: expected a column in 0, ..., ${t.cols - 1}, got ${j}`);
  }
  const before = j > 0 ? [slice(t, 0, j)] : [];
  const after = j + 1 < t.cols ? [slice(t, j + 1, t.cols)] : [];
  return concat(...before, value, ...after);
}
