import { LossError } from '../../../errors.js';
import { dot } from '../affine.js';
import { index, reshape } from '../arrange.js';
import { geq, powCone } from '../constraint.js';
import type { Constraint } from '../expression.js';
import type { Expression, Operand } from '../expression.js';
import { expressionOf, variable } from '../leaves.js';
import { atom } from '../nodes.js';
import { entriesOf } from '../shape.js';
import { textOf } from '../text.js';
import { rotatedCone } from './rotated-cone.js';

/** prod_i x_i^(w_i / sum w) over all entries, weights w > 0, equal by default. Concave, increasing; of x >= 0. */
export function geoMean(x: Operand, weights?: readonly number[]): Expression {
  const argument = expressionOf(x);
  const size = entriesOf(argument.shape);
  const given = weights ?? new Array<number>(size).fill(1);
  if (given.length !== size || !given.every((weight) => weight > 0 && Number.isFinite(weight))) {
    const subject = `geoMean(${textOf(argument)}, ${JSON.stringify(given)})`;
    throw new LossError('PARAMS', `${subject}: expected ${size} weights above 0, one an entry`);
  }
  const total = given.reduce((a, b) => a + b, 0);
  return atom({
    name: 'geoMean',
    shape: [],
    args: [argument],
    settings: weights ? [JSON.stringify(weights)] : [],
    own: 'concave',
    nonneg: true,
    nonpos: false,
    moves: ['increasing'],
    evaluate(values) {
      if (values.some((value) => value < 0)) return Float64Array.of(-Infinity);
      return Float64Array.of(Math.exp(values.reduce((sum, value, i) => sum + given[i] * Math.log(value), 0) / total));
    },
    inLogs: (logOf) => dot(given.map((weight) => weight / total), reshape(logOf(argument), [size])),
    graph(of) {
      const entries = reshape(of, [size]);
      const subjectTo: Constraint[] = [];
      const value = meanOf(
        Array.from({ length: size }, (_, i) => ({ of: index(entries, i), weight: given[i] })),
        subjectTo,
      );
      return { value, subjectTo: size === 1 ? [geq(value, 0)] : subjectTo };
    },
  });
}

interface Weighted {
  readonly of: Expression;
  readonly weight: number;
}

/** A variable below the weighted mean: of two halves, each below the mean of its own. */
function meanOf(factors: readonly Weighted[], subjectTo: Constraint[]): Expression {
  if (factors.length === 1) return factors[0].of;
  const half = Math.floor(factors.length / 2);
  const [left, right] = [factors.slice(0, half), factors.slice(half)];
  const share = weightOf(left) / (weightOf(left) + weightOf(right));
  const value = variable();
  const [a, b] = [meanOf(left, subjectTo), meanOf(right, subjectTo)];
  subjectTo.push(share === 0.5 ? rotatedCone(a, b, value) : powCone(a, b, value, share));
  return value;
}

function weightOf(factors: readonly Weighted[]): number {
  return factors.reduce((sum, { weight }) => sum + weight, 0);
}
