import { LossError } from '../../errors.js';
import type { Expression, Nested, Operand, Parameter, Variable } from './expression.js';
import { expressionOf, flattened } from './leaves.js';
import { joined } from './nodes.js';
import { timesPairs, timesRows } from './row-map.js';
import { entriesOf, sameShape, textOfShape } from './shape.js';
import { textOf } from './text.js';

/** Numbers for a leaf: one, an array of its shape, or its entries in row-major order. */
export type Value = number | Nested | Float64Array;

export type Values = ReadonlyMap<Variable | Parameter, Value>;

/**
 * The entries of an expression, row-major, where its variables and parameters have these values. Infinite outside the
 * domain of a function: above for convex, below for concave ones.
 *
 *     evaluate(norm2(x), new Map([[x, [3, 4]]]))        [5]
 */
export function evaluate(expression: Operand, values: Values): Float64Array {
  const known = new Map<Expression, Float64Array>();
  const of = (node: Expression): Float64Array => {
    const found = known.get(node);
    if (found) return found;
    const computed = valueOf(node, of, values);
    known.set(node, computed);
    return computed;
  };
  return of(expressionOf(expression)).slice();
}

function valueOf(node: Expression, of: (node: Expression) => Float64Array, values: Values): Float64Array {
  switch (node.kind) {
    case 'constant':
      return node.data;
    case 'linear':
      return timesRows(node.map, joined(node.args.map(of)));
    case 'product':
      return timesPairs(node.pairs, of(node.args[0]), of(node.args[1]));
    case 'atom':
      return node.evaluate(...node.args.map(of));
    case 'variable':
    case 'parameter':
      return entriesOfValue(node, values.get(node));
  }
}

/** The entries of a value for this leaf; its shape has to be the leaf's. */
export function entriesOfValue(leaf: Variable | Parameter, value: Value | undefined): Float64Array {
  const { shape } = leaf;
  const expected = `expected shape ${textOfShape(shape)}`;
  if (value === undefined) throw new LossError('PARAMS', `${textOf(leaf)}: no value given, ${expected}`);
  if (value instanceof Float64Array) {
    if (value.length === entriesOf(shape)) return value;
    throw new LossError('SHAPE', `${textOf(leaf)}: ${expected}, got ${value.length} entries`);
  }
  if (typeof value === 'number') {
    if (shape.length === 0) return Float64Array.of(value);
    throw new LossError('SHAPE', `${textOf(leaf)}: ${expected}, got a number`);
  }
  const { data, shape: found } = flattened(value);
  if (sameShape(shape, found)) return data;
  throw new LossError('SHAPE', `${textOf(leaf)}: ${expected}, got ${textOfShape(found)}`);
}
