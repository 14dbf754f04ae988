import { LossError } from '../../errors.js';
import { commonShape, squareMatrix, subtract } from './affine.js';
import type {
  Constraint,
  Equality,
  Exponential,
  Expression,
  Inequality,
  Operand,
  Power,
  SecondOrder,
  Semidefinite,
} from './expression.js';
import { expressionOf } from './leaves.js';
import { entriesOf, type Shape, textOfShape } from './shape.js';
import { textOf } from './text.js';

/** lower <= upper, entry by entry: a convex expression below a concave one. */
export function leq(lower: Operand, upper: Operand): Inequality {
  const [a, b] = [expressionOf(lower), expressionOf(upper)];
  return { kind: 'inequality', lower: a, upper: b, slack: subtract(b, a), text: `leq(${textOf(a)}, ${textOf(b)})` };
}

/** upper >= lower, entry by entry: a concave expression above a convex one. */
export function geq(upper: Operand, lower: Operand): Inequality {
  const [a, b] = [expressionOf(lower), expressionOf(upper)];
  return { kind: 'inequality', lower: a, upper: b, slack: subtract(b, a), text: `geq(${textOf(b)}, ${textOf(a)})` };
}

/** left = right, entry by entry: both affine. */
export function eq(left: Operand, right: Operand): Equality {
  const [a, b] = [expressionOf(left), expressionOf(right)];
  return { kind: 'equality', left: a, right: b, slack: subtract(b, a), text: `eq(${textOf(a)}, ${textOf(b)})` };
}

/**
 * |x| <= t: x convex only where affine, t concave. A vector t [m] goes with the rows of x [m, n], a number t with all
 * entries of x.
 */
export function soc(t: Operand, x: Operand): SecondOrder {
  const [bound, vector] = [expressionOf(t), expressionOf(x)];
  const text = `soc(${textOf(bound)}, ${textOf(vector)})`;
  const [m] = bound.shape;
  if (bound.shape.length > 1 || (bound.shape.length === 1 && vector.shape[0] !== m)) {
    const shapes = `${textOfShape(bound.shape)} and ${textOfShape(vector.shape)}`;
    throw new LossError('SHAPE', `${text}: shapes ${shapes}, expected [] with any, or [m] with [m, n]`);
  }
  return { kind: 'second-order', t: bound, x: vector, text };
}

/** The symmetric part of the affine square matrix X is positive semidefinite. */
export function psd(X: Operand): Semidefinite {
  const matrix = squareMatrix('psd', X);
  return { kind: 'semidefinite', X: matrix, text: `psd(${textOf(matrix)})` };
}

/** y exp(x / y) <= z with y > 0, or a limit of such points; entry by entry, all affine. */
export function expCone(x: Operand, y: Operand, z: Operand): Exponential {
  const args = [expressionOf(x), expressionOf(y), expressionOf(z)] as const;
  sharedShape('expCone', args);
  return { kind: 'exponential', args, text: `expCone(${args.map(textOf).join(', ')})` };
}

/** x^alpha y^(1 - alpha) >= |z| with x, y >= 0; entry by entry, all affine. */
export function powCone(x: Operand, y: Operand, z: Operand, alpha: number): Power {
  const args = [expressionOf(x), expressionOf(y), expressionOf(z)] as const;
  const text = `powCone(${args.map(textOf).join(', ')}, ${alpha})`;
  if (!(alpha > 0 && alpha < 1)) {
    throw new LossError('PARAMS', `${text}: alpha should be above 0 and below 1, got ${alpha}`);
  }
  sharedShape('powCone', args);
  return { kind: 'power', args, alpha, text };
}

/** The shape that the arguments of a cone stretch to. */
export function sharedShape(name: string, args: readonly Expression[]): Shape {
  return args.reduce((shape: Shape, argument) => commonShape(name, shape, argument.shape), []);
}

/** The shape of the dual of a constraint. */
export function dualShape(constraint: Constraint): Shape {
  switch (constraint.kind) {
    case 'inequality':
    case 'equality':
      return constraint.slack.shape;
    case 'second-order': {
      const count = entriesOf(constraint.t.shape);
      return [...constraint.t.shape, 1 + entriesOf(constraint.x.shape) / count];
    }
    case 'semidefinite':
      return constraint.X.shape;
    case 'exponential':
    case 'power':
      return [...sharedShape(constraint.kind, constraint.args), 3];
  }
}
