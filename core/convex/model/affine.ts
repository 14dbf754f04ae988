import { LossError } from '../../errors.js';
import type { Expression, Operand } from './expression.js';
import { expressionOf } from './leaves.js';
import { linear, product } from './nodes.js';
import { pairMap, rowMap } from './row-map.js';
import {
  axisOf,
  broadcast,
  broadcastIndex,
  checkCount,
  entriesOf,
  type Shape,
  stridesOf,
  textOfShape,
} from './shape.js';
import { textOf } from './text.js';

/** a + b + ..., entry by entry; axes of size 1 and numbers are stretched. */
export function add(first: Operand, ...others: Operand[]): Expression {
  return weightedSum('add', [first, ...others].map(expressionOf), () => 1);
}

/** a - b, entry by entry */
export function subtract(a: Operand, b: Operand): Expression {
  return weightedSum('subtract', [expressionOf(a), expressionOf(b)], (k) => (k === 0 ? 1 : -1));
}

/** -a */
export function negate(a: Operand): Expression {
  return weightedSum('negate', [expressionOf(a)], () => -1);
}

function weightedSum(name: string, terms: Expression[], weight: (term: number) => number): Expression {
  const shape = terms.slice(1).reduce((all, { shape: one }) => commonShape(name, all, one), terms[0].shape);
  const entries = terms.map((term) => broadcastIndex(term.shape, shape));
  const map = rowMap(entriesOf(shape), (row, put) => {
    let offset = 0;
    terms.forEach((term, k) => {
      put(offset + entries[k][row], weight(k));
      offset += entriesOf(term.shape);
    });
  });
  return linear(name, terms, shape, map);
}

/** a b, entry by entry; axes of size 1 and numbers are stretched. One factor has to be free of variables. */
export function multiply(a: Operand, b: Operand): Expression {
  const [left, right] = [expressionOf(a), expressionOf(b)];
  const shape = commonShape('multiply', left.shape, right.shape);
  const [i, j] = [broadcastIndex(left.shape, shape), broadcastIndex(right.shape, shape)];
  return product('multiply', left, right, shape, pairMap(entriesOf(shape), (row, put) => put(i[row], j[row])));
}

/**
 * The matrix product; a vector is a row on the left and a column on the right. One factor has to be free of variables.
 */
export function matmul(a: Operand, b: Operand): Expression {
  const [left, right] = [expressionOf(a), expressionOf(b)];
  const [m, inner] = left.shape.length === 1 ? [1, left.shape[0]] : left.shape;
  const [rows, n] = right.shape.length === 1 ? [right.shape[0], 1] : right.shape;
  const ranks = [left.shape.length, right.shape.length];
  if (inner !== rows || ranks.some((rank) => rank < 1 || rank > 2)) {
    const shapes = `${textOfShape(left.shape)} and ${textOfShape(right.shape)}`;
    const allowed = 'matmul takes [m, k] or [k] with [k, n] or [k]; multiply scales';
    throw new LossError('SHAPE', `matmul(${textOf(left)}, ${textOf(right)}): shapes ${shapes}; ${allowed}`);
  }
  const shape = [...left.shape.slice(0, -1), ...right.shape.slice(1)];
  checkCount(m * inner * n, `matmul(${textOf(left)}, ${textOf(right)})`);
  const pairs = pairMap(m * n, (row, put) => {
    const [i, j] = [Math.floor(row / n), row % n];
    for (let k = 0; k < inner; k++) put(i * inner + k, k * n + j);
  });
  return product('matmul', left, right, shape, pairs);
}

/** sum_k a_k b_k over all entries of two arrays of one shape. */
export function dot(a: Operand, b: Operand): Expression {
  const [left, right] = [expressionOf(a), expressionOf(b)];
  const [m, n] = [entriesOf(left.shape), entriesOf(right.shape)];
  if (m !== n) throw mismatch('dot', left.shape, right.shape);
  const pairs = pairMap(1, (_, put) => {
    for (let k = 0; k < m; k++) put(k, k);
  });
  return product('dot', left, right, [], pairs);
}

/** The Kronecker product of two matrices: block (i, j) is a_ij b. */
export function kron(a: Operand, b: Operand): Expression {
  const [left, right] = [expressionOf(a), expressionOf(b)];
  if (left.shape.length !== 2 || right.shape.length !== 2) throw mismatch('kron', left.shape, right.shape);
  const [[m, n], [p, q]] = [left.shape, right.shape];
  checkCount(m * p * n * q, `kron(${textOf(left)}, ${textOf(right)})`);
  const pairs = pairMap(m * p * n * q, (entry, put) => {
    const [row, column] = [Math.floor(entry / (n * q)), entry % (n * q)];
    put(Math.floor(row / p) * n + Math.floor(column / q), (row % p) * q + (column % q));
  });
  return product('kron', left, right, [m * p, n * q], pairs);
}

/** The sum of all entries, or along one axis, which goes. */
export function sum(a: Operand, axis?: number): Expression {
  const x = expressionOf(a);
  if (axis === undefined) {
    const map = rowMap(1, (_, put) => {
      for (let k = 0; k < entriesOf(x.shape); k++) put(k, 1);
    });
    return linear('sum', [x], [], map);
  }
  const along = axisOf(x.shape, axis, `sum(${textOf(x)})`);
  const { shape, first, stride } = linesOf(x.shape, along);
  const map = rowMap(entriesOf(shape), (row, put) => {
    for (let k = 0; k < x.shape[along]; k++) put(first(row) + k * stride, 1);
  });
  return linear('sum', [x], shape, map, [x, String(axis)]);
}

/** The mean of all entries, or along one axis, which goes. */
export function mean(a: Operand, axis?: number): Expression {
  const x = expressionOf(a);
  const count = axis === undefined ? entriesOf(x.shape) : x.shape[axisOf(x.shape, axis, `mean(${textOf(x)})`)];
  return multiply(1 / count, sum(x, axis));
}

/** The sum of the diagonal of a square matrix. */
export function trace(a: Operand): Expression {
  const x = squareMatrix('trace', a);
  const n = x.shape[0];
  const map = rowMap(1, (_, put) => {
    for (let k = 0; k < n; k++) put(k * n + k, 1);
  });
  return linear('trace', [x], [], map);
}

/** The sums of the first entries along an axis: out_k = x_0 + ... + x_k. */
export function cumsum(a: Operand, axis = 0): Expression {
  const x = expressionOf(a);
  const along = axisOf(x.shape, axis, `cumsum(${textOf(x)})`);
  const stride = stridesOf(x.shape)[along];
  const map = rowMap(entriesOf(x.shape), (entry, put) => {
    const position = Math.floor(entry / stride) % x.shape[along];
    for (let k = position; k >= 0; k--) put(entry - k * stride, 1);
  });
  return linear('cumsum', [x], x.shape, map);
}

/** Differences of neighbours along an axis, out_k = x_{k+1} - x_k, taken `order` times. */
export function diff(a: Operand, order = 1, axis = 0): Expression {
  const x = expressionOf(a);
  const along = axisOf(x.shape, axis, `diff(${textOf(x)})`);
  if (!(Number.isInteger(order) && order > 0 && order < x.shape[along])) {
    throw new LossError(
      'SHAPE',
      `diff(${textOf(x)}): order ${order}, expected 1 to ${x.shape[along] - 1} on an axis of ${x.shape[along]}`,
    );
  }
  const weights = [1];
  for (let k = 0; k < order; k++) weights.push((-weights[k] * (order - k)) / (k + 1));
  const shape = x.shape.map((size, k) => (k === along ? size - order : size));
  const stride = stridesOf(x.shape)[along];
  const [inner, outer] = [stride * shape[along], stride * x.shape[along]];
  const map = rowMap(entriesOf(shape), (entry, put) => {
    const first = Math.floor(entry / inner) * outer + (entry % inner);
    for (let k = 0; k <= order; k++) put(first + k * stride, weights[order - k]);
  });
  return linear('diff', [x], shape, map);
}

/** A square matrix, or an error that names the function which wants one. */
export function squareMatrix(name: string, a: Operand): Expression {
  const x = expressionOf(a);
  if (x.shape.length === 2 && x.shape[0] === x.shape[1]) return x;
  throw new LossError('SHAPE', `${name}(${textOf(x)}): expected a square matrix, got shape ${textOfShape(x.shape)}`);
}

export function commonShape(name: string, a: Shape, b: Shape): Shape {
  const shape = broadcast(a, b);
  if (!shape) throw mismatch(name, a, b);
  return shape;
}

function mismatch(name: string, a: Shape, b: Shape): LossError {
  return new LossError('SHAPE', `${name}: shapes ${textOfShape(a)} and ${textOfShape(b)} do not go together`);
}

/** The lines of an array along an axis: where line i begins, and how far apart its entries are. */
function linesOf(shape: Shape, axis: number): { shape: Shape; first: (line: number) => number; stride: number } {
  const stride = stridesOf(shape)[axis];
  const first = (line: number): number => Math.floor(line / stride) * stride * shape[axis] + (line % stride);
  return { shape: shape.filter((_, k) => k !== axis), first, stride };
}
