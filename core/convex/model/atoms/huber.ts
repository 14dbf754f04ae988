import { LossError } from '../../../errors.js';
import { add, multiply, subtract } from '../affine.js';
import { movesWith } from '../curvature.js';
import type { Expression, Operand } from '../expression.js';
import { expressionOf, variable } from '../leaves.js';
import { textOf } from '../text.js';
import { elementwise } from './elementwise.js';
import { abs } from './extrema.js';
import { square } from './powers.js';

/** x^2 where |x| <= M, else 2 M |x| - M^2, entry by entry. Convex. */
export function huber(x: Operand, M = 1): Expression {
  const argument = expressionOf(x);
  if (!(M > 0 && Number.isFinite(M))) {
    throw new LossError('PARAMS', `huber(${textOf(argument)}, ${M}): expected a finite threshold above 0, got ${M}`);
  }
  const split = (of: Expression): Expression => {
    const near = variable(of.shape);
    return add(square(near), multiply(2 * M, abs(subtract(of, near))));
  };
  return elementwise([argument], {
    name: 'huber',
    settings: [String(M)],
    own: 'convex',
    nonneg: true,
    moves: [movesWith(argument)],
    of: (value) => (Math.abs(value) <= M ? value * value : 2 * M * Math.abs(value) - M * M),
    // The least over u of u^2 + 2 M |x - u|.
    graph: (of) => ({ value: split(of) }),
  });
}
