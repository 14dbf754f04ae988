import { add, multiply, subtract } from '../affine.js';
import { reshape, stack, stretch, transpose } from '../arrange.js';
import { sharedShape, soc } from '../constraint.js';
import type { Constraint } from '../expression.js';
import type { Expression, Operand } from '../expression.js';
import { expressionOf } from '../leaves.js';
import { entriesOf } from '../shape.js';

/** u v >= w^2 with u, v >= 0, entry by entry: |(2 w, u - v)| <= u + v. */
export function rotatedCone(u: Operand, v: Operand, w: Operand): Constraint {
  const args = [u, v, w].map(expressionOf);
  const shape = sharedShape('rotatedCone', args);
  const [a, b, c] = args.map((argument): Expression => reshape(stretch(argument, shape), [entriesOf(shape)]));
  return soc(add(a, b), transpose(stack([multiply(2, c), subtract(a, b)])));
}
