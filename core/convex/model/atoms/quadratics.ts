import { LossError } from '../../../errors.js';
import { symmetricEigen } from '../../../numerics/symmetric-eigen.js';
import { add, matmul, multiply, negate, squareMatrix, subtract, sum } from '../affine.js';
import { concat, reshape } from '../arrange.js';
import { soc } from '../constraint.js';
import { movesWith } from '../curvature.js';
import type { Constant, Expression, Operand } from '../expression.js';
import { constant, expressionOf, variable } from '../leaves.js';
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

/** An eigenvalue may be this far on the wrong side of zero, relative to the largest. */
const ROUNDING = 1e-10;

/**
 * x^T P x for a vector x and a symmetric matrix P: convex where P is a positive semidefinite constant, concave where it
 * is a negative semidefinite one. P may be a parameter declared `psd`, in the objective alone. Of a matrix that is not
 * symmetric, the symmetric part.
 */
export function quadForm(x: Operand, P: Operand): Expression {
  const [vector, matrix] = [expressionOf(x), squareMatrix('quadForm', P)];
  if (entriesOf(vector.shape) !== matrix.shape[0]) {
    const shapes = `${textOfShape(vector.shape)} and ${textOfShape(matrix.shape)}`;
    throw new LossError(
      'SHAPE',
      `quadForm(${textOf(vector)}, ${textOf(matrix)}): shapes ${shapes}, expected [n] and [n, n]`,
    );
  }
  if (matrix.kind !== 'constant') return quadFormOf(vector, matrix, 'psd' in matrix && matrix.psd, NOT_PSD);
  const { values } = eigenOf(matrix);
  const most = Math.max(Math.abs(values[0]), Math.abs(values[values.length - 1]));
  if (values[0] >= -ROUNDING * most) return quadFormOf(vector, matrix, true);
  if (values[values.length - 1] <= ROUNDING * most) return negate(quadFormOf(vector, negate(matrix) as Constant, true));
  return quadFormOf(
    vector,
    matrix,
    false,
    `its matrix has eigenvalues of both signs, from ${values[0]} to ${values[values.length - 1]}`,
  );
}

const NOT_PSD = 'its matrix has to be a semidefinite constant or a parameter declared with psd: true';

function quadFormOf(x: Expression, P: Expression, convex: boolean, note?: string): Expression {
  const n = P.shape[0];
  return atom({
    name: 'quadForm',
    shape: [],
    args: [x, P],
    own: convex ? 'convex' : 'unknown',
    ...(note === undefined ? {} : { note }),
    nonneg: convex,
    nonpos: false,
    moves: ['neither', 'neither'],
    evaluate(vector, matrix) {
      let total = 0;
      for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) total += vector[i] * matrix[i * n + j] * vector[j];
      return Float64Array.of(total);
    },
    graph(vector, matrix) {
      if (matrix.kind === 'constant') return { value: sumSquares(matmul(rootOf(matrix), reshape(vector, [n]))) };
      const subject = `quadForm(${textOf(vector)}, ${textOf(matrix)})`;
      const allowed = 'elsewhere give its root as the parameter, sumSquares(matmul(root, x))';
      const rule = 'a matrix that is a parameter is allowed in sums of a minimised objective only';
      throw new LossError('PARAMS', `${subject}: ${rule}; ${allowed}`);
    },
    quadratic: { x, P },
  });
}

/** R with R^T R = P. */
function rootOf(P: Constant): Expression {
  const n = P.shape[0];
  const { values, vectors } = eigenOf(P);
  const R = vectors.map((value, entry) => value * Math.sqrt(Math.max(values[Math.floor(entry / n)], 0)));
  return constant(R, [n, n]);
}

/** Eigenvalues, ascending, and eigenvectors of the symmetric part. */
function eigenOf({ data, shape: [n] }: Constant): { values: Float64Array; vectors: Float64Array } {
  return symmetricEigen(data.map((value, entry) => (value + data[(entry % n) * n + Math.floor(entry / n)]) / 2), n);
}
