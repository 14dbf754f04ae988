import { LossError } from '../../../errors.js';
import { add, multiply, negate, subtract, sum } from '../affine.js';
import { geq, leq, sharedShape } from '../constraint.js';
import type { Expression, Operand } from '../expression.js';
import { movesWith } from '../curvature.js';
import { expressionOf, variable } from '../leaves.js';
import { atom } from '../nodes.js';
import { entriesOf } from '../shape.js';
import { textOf } from '../text.js';
import { elementwise } from './elementwise.js';

/** The greatest entry; of several arguments, entry by entry the greatest among them. Convex, increasing. */
export function max(first: Operand, ...others: Operand[]): Expression {
  return extremum('max', [first, ...others].map(expressionOf));
}

/** The least entry; of several arguments, entry by entry the least among them. Concave, increasing. */
export function min(first: Operand, ...others: Operand[]): Expression {
  return extremum('min', [first, ...others].map(expressionOf));
}

function extremum(name: 'max' | 'min', args: Expression[]): Expression {
  const greatest = name === 'max';
  const own = greatest ? 'convex' : 'concave';
  const bound = (value: Expression, of: readonly Expression[]) =>
    of.map((argument) => (greatest ? leq(argument, value) : geq(argument, value)));
  const graph = (...of: Expression[]) => {
    const value = variable(args.length === 1 ? [] : sharedShape(name, args));
    return { value, subjectTo: bound(value, of) };
  };
  const [every, some] = [
    (sign: 'nonneg' | 'nonpos') => args.every((argument) => argument[sign]),
    (sign: 'nonneg' | 'nonpos') => args.some((argument) => argument[sign]),
  ];
  const sign = greatest
    ? { nonneg: some('nonneg'), nonpos: every('nonpos') }
    : { nonneg: every('nonneg'), nonpos: some('nonpos') };
  const moves = args.map(() => 'increasing' as const);
  const choose = greatest ? Math.max : Math.min;
  const inLogs = (logOf: (argument: Expression) => Expression): Expression => extremum(name, args.map(logOf));
  if (args.length > 1) return elementwise(args, { name, own, moves, of: choose, graph, inLogs, ...sign });
  const evaluate = (x: Float64Array): Float64Array => Float64Array.of(x.reduce((a, b) => choose(a, b)));
  return atom({ name, shape: [], args, own, moves, evaluate, graph, inLogs, ...sign });
}

/** |x|, entry by entry. Convex. */
export function abs(x: Operand): Expression {
  const argument = expressionOf(x);
  return elementwise([argument], {
    name: 'abs',
    own: 'convex',
    nonneg: true,
    moves: [movesWith(argument)],
    of: Math.abs,
    inLogs: (logOf) => logOf(argument),
    graph(of) {
      const value = variable(of.shape);
      return { value, subjectTo: [leq(of, value), leq(negate(of), value)] };
    },
  });
}

/** max(x, 0), entry by entry. Convex, increasing. */
export function pos(x: Operand): Expression {
  const argument = expressionOf(x);
  return elementwise([argument], {
    name: 'pos',
    own: 'convex',
    nonneg: true,
    moves: ['increasing'],
    of: (value) => Math.max(value, 0),
    inLogs: (logOf) => logOf(argument),
    graph(of) {
      const value = variable(of.shape, { nonneg: true });
      return { value, subjectTo: [leq(of, value)] };
    },
  });
}

/** max(-x, 0), entry by entry. Convex, decreasing. */
export function neg(x: Operand): Expression {
  return elementwise([expressionOf(x)], {
    name: 'neg',
    own: 'convex',
    nonneg: true,
    moves: ['decreasing'],
    of: (value) => Math.max(-value, 0),
    graph(of) {
      const value = variable(of.shape, { nonneg: true });
      return { value, subjectTo: [leq(negate(of), value)] };
    },
  });
}

/** The sum of the k largest entries. Convex, increasing. */
export function sumLargest(x: Operand, k: number): Expression {
  const argument = expressionOf(x);
  const size = entriesOf(argument.shape);
  if (!(Number.isInteger(k) && k >= 1 && k <= size)) {
    throw new LossError(
      'PARAMS',
      `sumLargest(${textOf(argument)}, ${k}): k should be a whole number from 1 to ${size}`,
    );
  }
  return atom({
    name: 'sumLargest',
    shape: [],
    args: [argument],
    settings: [String(k)],
    own: 'convex',
    nonneg: argument.nonneg,
    nonpos: argument.nonpos,
    moves: ['increasing'],
    evaluate: (values) => Float64Array.of([...values].sort((a, b) => b - a).slice(0, k).reduce((a, b) => a + b)),
    // The least over q of k q + sum_i max(x_i - q, 0).
    graph(of) {
      const q = variable();
      return { value: add(multiply(k, q), sum(pos(subtract(of, q)))) };
    },
  });
}

/** The sum of the k smallest entries. Concave, increasing. */
export function sumSmallest(x: Operand, k: number): Expression {
  return negate(sumLargest(negate(x), k));
}
