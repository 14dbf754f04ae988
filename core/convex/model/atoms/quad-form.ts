import { LossError } from '../../../errors.js';
import { symmetricEigen } from '../../../linear-algebra/symmetric-eigen.js';
import { matmul, negate, squareMatrix } from '../affine.js';
import { reshape } from '../arrange.js';
import type { Constant, Expression, Linear, Operand } from '../expression.js';
import { constant, expressionOf } from '../leaves.js';
import { atom } from '../nodes.js';
import { timesRows } from '../row-map.js';
import { entriesOf, sameShape, textOfShape } from '../shape.js';
import { textOf } from '../text.js';
import { sumSquares } from './quadratics.js';

/** An eigenvalue may be this far on the wrong side of zero, relative to the largest. */
const ROUNDING = 1e-10;

/**
 * x^T P x for a vector x and a matrix P, of which the symmetric part counts: convex where P is a positive semidefinite
 * constant, concave where it is a negative semidefinite one. In sums of a minimised objective P may be made of
 * parameters too: one declared `psd`, or sums of such matrices and of multiples by numbers >= 0.
 */
export function quadForm(x: Operand, P: Operand): Expression {
  const [vector, matrix] = [expressionOf(x), squareMatrix('quadForm', P)];
  if (entriesOf(vector.shape) !== matrix.shape[0]) {
    const subject = `quadForm(${textOf(vector)}, ${textOf(matrix)})`;
    const shapes = `${textOfShape(vector.shape)} and ${textOfShape(matrix.shape)}`;
    throw new LossError('SHAPE', `${subject}: shapes ${shapes}, expected [n] and [n, n]`);
  }
  if (matrix.curvature !== 'constant') return quadFormOf(vector, matrix, false, VARIABLE);
  if (isPsd(matrix)) return quadFormOf(vector, matrix, true);
  if (matrix.kind !== 'constant') return quadFormOf(vector, matrix, false, NOT_PSD);
  const opposite = negate(matrix);
  return isPsd(opposite) ? negate(quadFormOf(vector, opposite, true)) : quadFormOf(vector, matrix, false, INDEFINITE);
}

const VARIABLE = 'its matrix has variables; quadOverLin and matrixFrac divide by some';
const NOT_PSD = 'its matrix has to be a semidefinite constant or made of parameters declared with psd: true';
const INDEFINITE = 'its matrix has eigenvalues of both signs';

/**
 * Whether a matrix without variables is positive semidefinite for all values of its parameters, as far as its form
 * says.
 */
function isPsd(matrix: Expression): boolean {
  switch (matrix.kind) {
    case 'constant': {
      const { values } = eigenOf(matrix);
      const [least, most] = [values[0], values[values.length - 1]];
      return least >= -ROUNDING * Math.max(Math.abs(least), Math.abs(most));
    }
    case 'parameter':
      return matrix.psd;
    case 'linear':
      return isScaled(matrix) || (isWeightedSum(matrix) && matrix.args.every(isPsd));
    case 'product':
      return matrix.name === 'multiply' && matrix.args.some((scale, k) => {
        const rest = matrix.args[1 - k];
        return entriesOf(scale.shape) === 1 && scale.nonneg && sameShape(rest.shape, matrix.shape) && isPsd(rest);
      });
    default:
      return false;
  }
}

/** Whether it is a number >= 0 times a positive semidefinite constant. */
function isScaled({ args, map, shape }: Linear): boolean {
  const [scale] = args;
  if (args.length > 1 || entriesOf(scale.shape) > 1 || !scale.nonneg) return false;
  return isPsd(constant(timesRows(map, Float64Array.of(1)), shape));
}

/** Whether a map is sum_k c_k args_k with numbers c_k >= 0, all matrices of its own shape. */
function isWeightedSum({ args, map, shape }: Linear): boolean {
  if (!args.every((argument) => sameShape(argument.shape, shape))) return false;
  const [size, weights] = [entriesOf(shape), args.map(() => NaN)];
  for (let row = 0; row < size; row++) {
    for (let k = map.start[row]; k < map.start[row + 1]; k++) {
      const [which, weight] = [Math.floor(map.index[k] / size), map.value[k]];
      weights[which] = row === 0 ? weight : weights[which];
      if (map.index[k] % size !== row || weight < 0 || weight !== weights[which]) return false;
    }
  }
  return true;
}

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
