import { LossError } from '../../../errors.js';
import { add, multiply } from '../affine.js';
import { geq, powCone } from '../constraint.js';
import { type Monotonicity, movesWith } from '../curvature.js';
import type { Expression, Graph, Operand, Parameter } from '../expression.js';
import { constantOf, expressionOf, variable } from '../leaves.js';
import { atom } from '../nodes.js';
import { textOf } from '../text.js';
import { elementwise } from './elementwise.js';
import { rotatedCone } from './rotated-cone.js';

/** x^2, entry by entry. Convex. */
export function square(x: Operand): Expression {
  return squareAs('square', expressionOf(x));
}

function squareAs(name: string, x: Expression, settings: readonly string[] = []): Expression {
  return elementwise([x], {
    name,
    settings,
    own: 'convex',
    nonneg: true,
    moves: [movesWith(x)],
    of: (value) => value * value,
    graph(of) {
      const value = variable(of.shape);
      return { value, subjectTo: [rotatedCone(value, 1, of)] };
    },
    inLogs: (logOf) => multiply(2, logOf(x)),
    quadratic: { x },
  });
}

/** a / b, entry by entry: for a constant b without zeros, linear in a; else a times invPos(b). */
export function divide(a: Operand, b: Operand): Expression {
  const [x, y] = [expressionOf(a), expressionOf(b)];
  if (y.kind !== 'constant') return multiply(x, invPos(y));
  if (y.data.includes(0)) {
    throw new LossError('PARAMS', `divide(${textOf(x)}, ${textOf(y)}): a number to divide by is 0`);
  }
  return multiply(x, constantOf(y.data.map((value) => 1 / value), y.shape, `divide(1, ${textOf(y)})`));
}

/**
 * x^p, entry by entry, for a number p: convex for p > 1 and p < 0, concave for 0 < p < 1. Of all x for even p > 0; else
 * of x >= 0, where it is increasing for p > 0; of x > 0, where it is decreasing, for p < 0. In geometric programs p may
 * be a parameter, of one number.
 */
export function power(x: Operand, p: number | Parameter): Expression {
  const argument = expressionOf(x);
  if (typeof p !== 'number') return powerOf(argument, p);
  if (!Number.isFinite(p)) {
    throw new LossError('PARAMS', `power(${textOf(argument)}, ${p}): expected a finite number as exponent`);
  }
  if (p === 0) return add(multiply(0, argument), 1);
  if (p === 1) return argument;
  if (p === 2) return squareAs('power', argument, ['2']);
  return powerAs('power', argument, p, [String(p)]);
}

/** sqrt(x), entry by entry. Concave, increasing; of x >= 0. */
export function sqrt(x: Operand): Expression {
  return powerAs('sqrt', expressionOf(x), 0.5);
}

/** 1 / x, entry by entry. Convex, decreasing; of x > 0. */
export function invPos(x: Operand): Expression {
  return powerAs('invPos', expressionOf(x), -1);
}

function powerAs(name: string, x: Expression, p: number, settings: readonly string[] = []): Expression {
  const even = p > 0 && p % 2 === 0;
  const inside = (value: number): boolean => even || (p > 0 ? value >= 0 : value > 0);
  const concave = p > 0 && p < 1;
  return elementwise([x], {
    name,
    settings,
    own: concave ? 'concave' : 'convex',
    nonneg: true,
    moves: [movesOfPower(x, p)],
    of: (value) => (inside(value) ? value ** p : concave ? -Infinity : Infinity),
    inLogs: (logOf) => multiply(p, logOf(x)),
    graph: (of) => powerGraph(of, p, even || of.nonneg),
  });
}

function powerOf(x: Expression, exponent: Parameter): Expression {
  if (exponent.kind !== 'parameter' || exponent.shape.length > 0) {
    throw new LossError('PARAMS', `power(${textOf(x)}, ...): expected as exponent a number or a parameter of shape []`);
  }
  return atom({
    name: 'power',
    shape: x.shape,
    args: [x, exponent],
    own: 'unknown',
    note: 'an exponent that is a parameter is allowed in geometric programs only; give a number',
    nonneg: true,
    nonpos: false,
    moves: ['neither', 'neither'],
    evaluate: (values, [p]) => values.map((value) => value ** p),
    graph: () => ({ value: x }),
    inLogs: (logOf) => multiply(exponent, logOf(x)),
  });
}

function movesOfPower(x: Expression, p: number): Monotonicity {
  if (p < 0) return 'decreasing';
  return p < 1 ? 'increasing' : p % 2 === 0 ? movesWith(x) : x.nonneg ? 'increasing' : 'neither';
}

function powerGraph(x: Expression, p: number, everywhere: boolean): Graph {
  const value = variable(x.shape);
  if (p === 0.5) return { value, subjectTo: [rotatedCone(x, 1, value)] };
  if (p === -1) return { value, subjectTo: [rotatedCone(x, value, 1)] };
  if (p < 0) return { value, subjectTo: [powCone(value, x, 1, 1 / (1 - p))] };
  if (p < 1) return { value, subjectTo: [powCone(x, 1, value, p)] };
  const cone = powCone(value, 1, x, 1 / p);
  return { value, subjectTo: everywhere ? [cone] : [cone, geq(x, 0)] };
}
