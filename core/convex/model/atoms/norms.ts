import { multiply, negate, sum } from '../affine.js';
import { leq, soc } from '../constraint.js';
import { movesWith } from '../curvature.js';
import type { Expression, Graph, Operand } from '../expression.js';
import { expressionOf, variable } from '../leaves.js';
import { atom } from '../nodes.js';
import { logSumExp } from './exponentials.js';
import { abs, max } from './extrema.js';

/** sum_i |x_i| over all entries. Convex. */
export function norm1(x: Operand): Expression {
  return norm('norm1', x, {
    of: (values) => values.reduce((total, value) => total + Math.abs(value), 0),
    graph: (argument) => ({ value: sum(abs(argument)) }),
    ofLogs: logSumExp,
  });
}

/** sqrt(sum_i x_i^2) over all entries: for a matrix, the Frobenius norm. Convex. */
export function norm2(x: Operand): Expression {
  return norm('norm2', x, {
    of: (values) => values.reduce((total, value) => Math.hypot(total, value), 0),
    graph(argument) {
      const value = variable();
      return { value, subjectTo: [soc(value, argument)] };
    },
    ofLogs: (logs) => multiply(0.5, logSumExp(multiply(2, logs))),
  });
}

/** max_i |x_i| over all entries. Convex. */
export function normInf(x: Operand): Expression {
  return norm('normInf', x, {
    of: (values) => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0),
    graph(argument) {
      const value = variable();
      return { value, subjectTo: [leq(argument, value), leq(negate(argument), value)] };
    },
    ofLogs: (logs) => max(logs),
  });
}

interface Norm {
  readonly of: (values: Float64Array) => number;
  readonly graph: (x: Expression) => Graph;
  /** The logarithm of the norm, by those of positive entries. */
  readonly ofLogs: (logs: Expression) => Expression;
}

function norm(name: string, x: Operand, { of, graph, ofLogs }: Norm): Expression {
  const argument = expressionOf(x);
  return atom({
    name,
    shape: [],
    args: [argument],
    own: 'convex',
    nonneg: true,
    nonpos: false,
    moves: [movesWith(argument)],
    evaluate: (values) => Float64Array.of(of(values)),
    graph,
    inLogs: (logOf) => ofLogs(logOf(argument)),
  });
}
