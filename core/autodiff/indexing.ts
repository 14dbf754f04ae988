import { LossError } from '../errors.js';
import { rowStep, toVars, type Operand } from './operand.js';
import { linear, type Shape, shapeError, type Var } from './recording.js';

/**
 * Columns by number: the same for all samples, or one row of them a sample. Constant: derivatives do not see how they
 * were found.
 */
export type Indices = ArrayLike<number> | readonly ArrayLike<number>[] | IndexBatch;

export interface IndexBatch extends Shape {
  readonly data: Int32Array;
}

/** y[:, j] = x[:, indices[j]] */
export function gather(x: Operand, indices: Indices): Var {
  const [X] = toVars('gather', x);
  const from = toIndices('gather', X, indices, X.cols);
  return X.recording.record(gathering, [X], { rows: Math.max(X.rows, from.rows), cols: from.cols }, from);
}

/** y[:, indices[j]] = x[:, j] in `cols` columns, the others 0; what meets in one column is added. */
export function scatter(x: Operand, indices: Indices, cols: number): Var {
  const [X] = toVars('scatter', x);
  const to = toIndices('scatter', X, indices, cols);
  if (to.cols !== X.cols) throw shapeError('scatter', `${X.cols} indices, one a column`, to);
  return X.recording.record(scattering, [X], { rows: Math.max(X.rows, to.rows), cols }, to);
}

/** For each sample the columns in ascending order of their values; equal values keep their order. */
export function argsort(x: Var): IndexBatch {
  const { rows, cols, value } = x;
  const data = x.recording.arena.int32(rows * cols);
  for (let i = 0; i < rows; i++) {
    const order = data.subarray(i * cols, (i + 1) * cols);
    for (let j = 0; j < cols; j++) order[j] = j;
    order.sort((a, b) => value[i * cols + a] - value[i * cols + b] || a - b);
  }
  return { rows, cols, data };
}

/** Each sample's entries in ascending order; piecewise linear, the order detached. */
export function sort(x: Var): Var {
  return gather(x, argsort(x));
}

const gathering = linear<IndexBatch>({
  name: 'gather',
  apply: (y, _i, x, out) => gatherInto(y, x, y.inputs[0], y.detail, out),
  transpose: (y, _i, yBar, out) => scatterInto(y, yBar, y, y.detail, out, y.inputs[0]),
});

const scattering = linear<IndexBatch>({
  name: 'scatter',
  apply: (y, _i, x, out) => scatterInto(y, x, y.inputs[0], y.detail, out, y),
  transpose: (y, _i, yBar, out) => gatherInto({ rows: y.rows, cols: y.detail.cols }, yBar, y, y.detail, out),
});

function gatherInto(grid: Shape, x: Float64Array, xShape: Shape, indices: IndexBatch, out: Float64Array): void {
  for (let i = 0, o = 0; i < grid.rows; i++) {
    const ix = i * rowStep(xShape);
    for (let j = 0, k = i * rowStep(indices); j < indices.cols; j++, k++, o++) out[o] += x[ix + indices.data[k]];
  }
}

function scatterInto(
  { rows }: Shape,
  x: Float64Array,
  xShape: Shape,
  indices: IndexBatch,
  out: Float64Array,
  outShape: Shape,
): void {
  for (let i = 0; i < rows; i++) {
    const o = i * rowStep(outShape);
    for (let j = 0, k = i * rowStep(indices), ix = i * rowStep(xShape); j < indices.cols; j++, k++, ix++) {
      out[o + indices.data[k]] += x[ix];
    }
  }
}

function toIndices(name: string, { recording }: Var, given: Indices, cols: number): IndexBatch {
  const indices = 'data' in given ? given : copyIndices(name, recording.arena.int32, nested(given) ? given : [given]);
  if (indices.rows !== 1 && indices.rows !== recording.rows) {
    throw shapeError(name, `indices with ${recording.rows} rows, one a sample, or 1`, indices);
  }
  const wrong = indices.data.findIndex((index) => index < 0 || index >= cols);
  if (wrong >= 0) {
    throw new LossError(
      'SHAPE',
      `${name}: expected indices of ${cols} columns, got ${indices.data[wrong]} at ${wrong}`,
    );
  }
  return indices;
}

function nested(indices: ArrayLike<number> | readonly ArrayLike<number>[]): indices is readonly ArrayLike<number>[] {
  return typeof indices[0] === 'object';
}

function copyIndices(
  name: string,
  take: (length: number) => Int32Array,
  lists: readonly ArrayLike<number>[],
): IndexBatch {
  const rows = lists.length;
  const cols = lists[0].length;
  const data = take(rows * cols);
  lists.forEach((list, i) => {
    if (list.length !== cols) {
      throw shapeError(name, `${cols} indices in row ${i} as in row 0`, { rows: 1, cols: list.length });
    }
    for (let j = 0; j < cols; j++) {
      if (!Number.isInteger(list[j])) {
        throw new LossError('SHAPE', `${name}: expected integer indices, got ${list[j]} in row ${i}`);
      }
      data[i * cols + j] = list[j];
    }
  });
  return { rows, cols, data };
}
