import { LossError } from '../../../errors.js';
import { add, multiply, subtract, sum } from '../affine.js';
import { concat, reshape } from '../arrange.js';
import { soc } from '../constraint.js';
import { movesWith } from '../curvature.js';
import type { Expression, Operand } from '../expression.js';
import { expressionOf, variable } from '../leaves.js';
import { atom } from '../nodes.js';
import { entriesOf, textOfShape } from '../shape.js';
import { textOf } from '../text.js';
import { logSumExp } from './exponentials.js';
import { divide, square } from './powers.js';

/** sum_i x_i^2 over all entries. Convex. */
export function sumSquares(x: Operand): Expression {
  return quadOverLinAs('sumSquares', [expressionOf(x)]);
}

/** sum_i x_i^2 / y over all entries, for a number y > 0. Convex in both, decreasing in y. */
export function quadOverLin(x: Operand, y: Operand): Expression {
  const [over, under] = [expressionOf(x), expressionOf(y)];
  if (entriesOf(under.shape) === 1) return quadOverLinAs('quadOverLin', [over, reshape(under, [])], [over, under]);
  throw new LossError('SHAPE', `quadOverLin: expected a number to divide by, got shape ${textOfShape(under.shape)}`);
}

function quadOverLinAs(name: string, args: readonly Expression[], shown: readonly Expression[] = args): Expression {
  const [x, y] = args;
  const fixed = y === undefined ? 1 : y.kind === 'constant' ? y.data[0] : undefined;
  if (fixed !== undefined && !(fixed > 0)) {
    throw new LossError(
      'PARAMS',
      `${name}(${shown.map(textOf).join(', ')}): expected a number above 0 to divide by, got ${fixed}`,
    );
  }
  return atom({
    name,
    shape: [],
    args,
    own: 'convex',
    nonneg: true,
    nonpos: false,
    moves: [movesWith(x), 'decreasing'],
    evaluate: (over, under = Float64Array.of(1)) => Float64Array.of(squaresOver(over, under[0])),
    inLogs(logOf) {
      const squares = logSumExp(multiply(2, logOf(x)));
      return y === undefined ? squares : subtract(squares, logOf(y));
    },
    graph(over, under = expressionOf(1)) {
      const value = variable();
      const sides = concat([reshape(multiply(2, over), [entriesOf(over.shape)]), reshape(subtract(value, under), [1])]);
      return { value, subjectTo: [soc(add(value, under), sides)] };
    },
    ...(fixed === undefined ? {} : { inObjective: (over: Expression) => divide(sum(square(over)), fixed) }),
  });
}

function squaresOver(x: Float64Array, y: number): number {
  const squares = x.reduce((total, value) => total + value * value, 0);
  return y > 0 ? squares / y : y === 0 && squares === 0 ? 0 : Infinity;
}
