import { add, negate, subtract, sum } from '../affine.js';
import { expCone, leq } from '../constraint.js';
import type { Expression, Operand } from '../expression.js';
import { expressionOf, variable } from '../leaves.js';
import { atom } from '../nodes.js';
import { elementwise } from './elementwise.js';

/** e^x, entry by entry. Convex, increasing. */
export function exp(x: Operand): Expression {
  const argument = expressionOf(x);
  return elementwise([argument], {
    name: 'exp',
    own: 'convex',
    nonneg: true,
    moves: ['increasing'],
    of: Math.exp,
    inLogs: (logOf) => exp(logOf(argument)),
    graph(of) {
      const value = variable(of.shape);
      return { value, subjectTo: [expCone(of, 1, value)] };
    },
  });
}

/** The natural logarithm, entry by entry. Concave, increasing; of x > 0. */
export function log(x: Operand): Expression {
  const argument = expressionOf(x);
  return elementwise([argument], {
    name: 'log',
    own: 'concave',
    moves: ['increasing'],
    of: (value) => (value > 0 ? Math.log(value) : -Infinity),
    inLogs: (logOf) => log(logOf(argument)),
    graph(of) {
      const value = variable(of.shape);
      return { value, subjectTo: [expCone(value, 1, of)] };
    },
  });
}

/** log(1 + e^x), entry by entry. Convex, increasing. */
export function logistic(x: Operand): Expression {
  return elementwise([expressionOf(x)], {
    name: 'logistic',
    own: 'convex',
    nonneg: true,
    moves: ['increasing'],
    of: (value) => Math.max(value, 0) + Math.log1p(Math.exp(-Math.abs(value))),
    // e^(x - t) + e^-t <= 1
    graph(of) {
      const [value, u, v] = [variable(of.shape), variable(of.shape), variable(of.shape)];
      const cones = [expCone(subtract(of, value), 1, u), expCone(negate(value), 1, v)];
      return { value, subjectTo: [...cones, leq(add(u, v), 1)] };
    },
  });
}

/** log(sum_i e^(x_i)) over all entries. Convex, increasing. */
export function logSumExp(x: Operand): Expression {
  return atom({
    name: 'logSumExp',
    shape: [],
    args: [expressionOf(x)],
    own: 'convex',
    nonneg: false,
    nonpos: false,
    moves: ['increasing'],
    evaluate(values) {
      const most = values.reduce((a, b) => Math.max(a, b));
      return Float64Array.of(most + Math.log(values.reduce((total, value) => total + Math.exp(value - most), 0)));
    },
    // sum_i e^(x_i - t) <= 1
    graph(of) {
      const [value, shares] = [variable(), variable(of.shape)];
      return { value, subjectTo: [expCone(subtract(of, value), 1, shares), leq(sum(shares), 1)] };
    },
  });
}

/** -x log x, entry by entry; 0 at 0. Concave; of x >= 0. */
export function entropy(x: Operand): Expression {
  return elementwise([expressionOf(x)], {
    name: 'entropy',
    own: 'concave',
    moves: ['neither'],
    of: (value) => (value > 0 ? -value * Math.log(value) : value === 0 ? 0 : -Infinity),
    graph(of) {
      const value = variable(of.shape);
      return { value, subjectTo: [expCone(value, of, 1)] };
    },
  });
}

/** x log(x / y), entry by entry; 0 at x = 0. Convex in both, decreasing in y; of x >= 0, y > 0. */
export function relEntr(x: Operand, y: Operand): Expression {
  return elementwise([expressionOf(x), expressionOf(y)], {
    name: 'relEntr',
    own: 'convex',
    moves: ['neither', 'decreasing'],
    of: relativeEntropy,
    graph(a, b) {
      const value = variable(add(a, b).shape);
      return { value, subjectTo: [expCone(negate(value), a, b)] };
    },
  });
}

/** x log(x / y) - x + y, entry by entry: the Kullback-Leibler divergence. Convex in both; of x >= 0, y > 0. */
export function klDiv(x: Operand, y: Operand): Expression {
  return elementwise([expressionOf(x), expressionOf(y)], {
    name: 'klDiv',
    own: 'convex',
    nonneg: true,
    moves: ['neither', 'neither'],
    of: (a, b) => relativeEntropy(a, b) - a + b,
    graph: (a, b) => ({ value: add(relEntr(a, b), subtract(b, a)) }),
  });
}

function relativeEntropy(x: number, y: number): number {
  if (x < 0 || y < 0) return Infinity;
  return x === 0 ? 0 : x * Math.log(x / y);
}
