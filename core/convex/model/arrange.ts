import { LossError } from '../../errors.js';
import type { Expression, Operand } from './expression.js';
import { constant, expressionOf } from './leaves.js';
import { linear } from './nodes.js';
import { gatherMap, rowMap } from './row-map.js';
import {
  axisOf,
  broadcastIndex,
  checkedShape,
  entriesOf,
  indexBy,
  sameShape,
  type Shape,
  stridesOf,
  textOfShape,
} from './shape.js';
import { textOf } from './text.js';

/** The array with its axes in reverse order. */
export function transpose(a: Operand): Expression {
  const x = expressionOf(a);
  const shape = [...x.shape].reverse();
  const strides = stridesOf(x.shape).reverse();
  const entry = (at: readonly number[]): number => at.reduce((sum, k, axis) => sum + k * strides[axis], 0);
  return linear('transpose', [x], shape, gatherMap(indexBy(shape, entry)));
}

/** The same entries, in row-major order, as an array of another shape. */
export function reshape(a: Operand, shape: Shape): Expression {
  const x = expressionOf(a);
  const to = checkedShape(shape, 'reshape');
  if (entriesOf(to) !== entriesOf(x.shape)) {
    throw new LossError(
      'SHAPE',
      `reshape(${textOf(x)}): ${textOfShape(x.shape)} has not the entries of ${textOfShape(to)}`,
    );
  }
  const map = gatherMap(Int32Array.from({ length: entriesOf(to) }, (_, k) => k));
  return linear('reshape', [x], to, map, [x, textOfShape(to)]);
}

/** The array repeated to a larger shape: axes of size 1, and absent ones before the first, are stretched. */
export function stretch(a: Operand, shape: Shape): Expression {
  const x = expressionOf(a);
  if (sameShape(x.shape, shape)) return x;
  return linear('stretch', [x], shape, gatherMap(broadcastIndex(x.shape, shape)), [x, textOfShape(shape)]);
}

/** A position along an axis (which goes), several positions, or all; negative positions count from the end. */
export type Selector = number | readonly number[] | ':';

/**
 * Entries by position along each axis; axes not named are kept whole.
 *
 *     index(X, 0)   index(X, ':', -1)   index(X, [0, 2], 1)        row 0, the last column, two entries of column 1
 */
export function index(a: Operand, ...selectors: Selector[]): Expression {
  const x = expressionOf(a);
  const subject = `index(${[textOf(x), ...selectors.map((selector) => JSON.stringify(selector))].join(', ')})`;
  if (selectors.length > x.shape.length) {
    throw new LossError('SHAPE', `${subject}: ${selectors.length} positions in shape ${textOfShape(x.shape)}`);
  }
  const positions = x.shape.map((size, axis) => positionsOf(selectors[axis] ?? ':', size, subject));
  const strides = stridesOf(x.shape);
  const all = positions.map(({ length }) => length);
  const entries = indexBy(all, (at) => at.reduce((sum, k, axis) => sum + positions[axis][k] * strides[axis], 0));
  const shape = all.filter((_, axis) => typeof selectors[axis] !== 'number');
  return linear('index', [x], shape, gatherMap(entries), [x, ...selectors.map((selector) => JSON.stringify(selector))]);
}

function positionsOf(selector: Selector, size: number, subject: string): readonly number[] {
  if (selector === ':') return Array.from({ length: size }, (_, k) => k);
  return (typeof selector === 'number' ? [selector] : selector).map((position) => {
    const counted = position < 0 ? position + size : position;
    if (Number.isInteger(counted) && counted >= 0 && counted < size) return counted;
    throw new LossError('SHAPE', `${subject}: position ${position} on an axis of ${size}`);
  });
}

/** Positions `from` up to, not including, `to` along an axis; negative ones count from the end. */
export function slice(a: Operand, from: number, to?: number, axis = 0): Expression {
  const x = expressionOf(a);
  const along = axisOf(x.shape, axis, `slice(${textOf(x)})`);
  const positions = Array.from({ length: x.shape[along] }, (_, k) => k).slice(from, to);
  return index(x, ...x.shape.slice(0, along).map((): Selector => ':'), positions);
}

/** Arrays joined along an axis; the other axes agree. */
export function concat(parts: readonly Operand[], axis = 0): Expression {
  return joinedAlong('concat', parts.map(expressionOf), axis);
}

/** Arrays of one shape along a new first axis. */
export function stack(parts: readonly Operand[]): Expression {
  const expressions = parts.map(expressionOf);
  return joinedAlong('stack', expressions, 0, (shape) => [1, ...shape]);
}

/** One below another; vectors and numbers are rows. */
export function vstack(parts: readonly Operand[]): Expression {
  const row = (shape: Shape): Shape => (shape.length < 2 ? [1, entriesOf(shape)] : shape);
  return joinedAlong('vstack', parts.map(expressionOf), 0, row);
}

/** One beside another; vectors and numbers are joined to a vector. */
export function hstack(parts: readonly Operand[]): Expression {
  const expressions = parts.map(expressionOf);
  const flat = expressions.every(({ shape }) => shape.length < 2);
  return joinedAlong('hstack', expressions, flat ? 0 : 1, (shape) => (shape.length === 0 ? [1] : shape));
}

/** A matrix from rows of blocks. */
export function block(rows: readonly (readonly Operand[])[]): Expression {
  const matrix = (shape: Shape): Shape => (shape.length < 2 ? [1, entriesOf(shape)] : shape);
  const beside = rows.map((row) => joinedAlong('block', row.map(expressionOf), 1, matrix));
  return joinedAlong('block', beside, 0);
}

/** The diagonal of a matrix, or the diagonal matrix of a vector. */
export function diag(a: Operand): Expression {
  const x = expressionOf(a);
  const n = x.shape[0];
  if (x.shape.length === 1) {
    const map = rowMap(n * n, (entry, put) => {
      if (entry % (n + 1) === 0) put(entry / (n + 1), 1);
    });
    return linear('diag', [x], [n, n], map);
  }
  if (x.shape.length === 2 && n === x.shape[1]) {
    return linear('diag', [x], [n], gatherMap(Int32Array.from({ length: n }, (_, k) => k * n + k)));
  }
  throw new LossError(
    'SHAPE',
    `diag(${textOf(x)}): expected a vector or a square matrix, got shape ${textOfShape(x.shape)}`,
  );
}

/** The identity matrix, as a constant. */
export function identity(n: number): Expression {
  return constant(Float64Array.from({ length: n * n }, (_, entry) => (entry % (n + 1) === 0 ? 1 : 0)), [n, n]);
}

/** The parts joined along an axis once `as` has given each a shape. */
function joinedAlong(
  name: string,
  parts: Expression[],
  axis: number,
  as: (shape: Shape) => Shape = (shape) => shape,
): Expression {
  const shown = [`[${parts.map(textOf).join(', ')}]`];
  if (parts.length === 0) throw new LossError('SHAPE', `${name}: expected at least one array`);
  const shapes = parts.map(({ shape }) => as(shape));
  const along = axisOf(shapes[0], axis, `${name}(${shown[0]})`);
  const rest = (shape: Shape): Shape => shape.filter((_, k) => k !== along);
  const odd = shapes.find((shape) => !sameShape(rest(shape), rest(shapes[0])) || shape.length !== shapes[0].length);
  if (odd) {
    const both = `${textOfShape(shapes[0])} and ${textOfShape(odd)}`;
    throw new LossError('SHAPE', `${name}(${shown[0]}): shapes ${both} differ beside axis ${along}`);
  }
  const sizes = shapes.map((shape) => shape[along]);
  const shape = shapes[0].map((size, k) => (k === along ? sizes.reduce((sum, one) => sum + one, 0) : size));
  const begins = parts.map((_, k) => parts.slice(0, k).reduce((sum, part) => sum + entriesOf(part.shape), 0));
  const owner = sizes.flatMap((size, k) => Array.from({ length: size }, (_, at) => [k, at]));
  const strides = shapes.map(stridesOf);
  const entries = indexBy(shape, (at) => {
    const [k, inside] = owner[at[along]];
    return at.reduce((sum, position, m) => sum + (m === along ? inside : position) * strides[k][m], begins[k]);
  });
  return linear(name, parts, shape, gatherMap(entries), shown);
}
