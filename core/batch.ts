import { LossError } from './errors.js';
import { allocated } from './memory.js';
import { attempt, textOf } from './messages.js';

/** A row-major float64 matrix, one sample a row. */
export interface Batch {
  readonly rows: number;
  readonly cols: number;
  /** rows * cols entries; entry (i, j) is `data[i * cols + j]`. */
  readonly data: Float64Array;
}

/** SHAPE unless both are whole numbers of at least 0, UNSUPPORTED where there is not the memory. */
export function zeros(rows: number, cols: number): Batch {
  if (!isSize(rows) || !isSize(cols)) {
    throw new LossError(
      'SHAPE',
      `zeros: rows and columns should be whole numbers, got (${textOf(rows)}, ${textOf(cols)})`,
    );
  }
  return { rows, cols, data: allocated(() => `a batch of (${rows}, ${cols})`, () => new Float64Array(rows * cols)) };
}

/**
 * A batch from nested arrays: `batchOf([[1, 2], [3, 4]])`. Rows of unequal length, or of anything but numbers, are a
 * SHAPE error.
 */
export function batchOf(rows: readonly ArrayLike<number>[]): Batch {
  const length = attempt(() => Array.isArray(rows) && rows.length);
  if (!isSize(length)) throw new LossError('SHAPE', `batchOf: expected an array of rows, got ${textOf(rows)}`);
  const first: unknown = attempt(() => rows[0]?.length);
  const batch = zeros(length, isSize(first) ? first : 0);
  for (let i = 0; i < length; i++) setRow(batch, i, rows[i]);
  return batch;
}

function setRow({ cols, data }: Batch, i: number, values: ArrayLike<unknown>): void {
  const length: unknown = typeof values === 'object' ? attempt(() => values.length) : undefined;
  if (!isSize(length)) {
    throw new LossError('SHAPE', `batchOf: row ${i} should be an array of numbers, got ${textOf(values)}`);
  }
  if (length !== cols) {
    throw new LossError('SHAPE', `batchOf: row ${i} should have ${cols} entries like row 0, got ${length}`);
  }
  if (ArrayBuffer.isView(values) && (values instanceof Float64Array || values instanceof Float32Array)) {
    return data.set(values, i * cols);
  }
  for (let j = 0, k = i * cols; j < cols; j++, k++) {
    const value = values[j];
    if (typeof value !== 'number') {
      throw new LossError('SHAPE', `batchOf: row ${i} should hold numbers, got ${textOf(value)} at index ${j}`);
    }
    data[k] = value;
  }
}

/** Whether it can be a number of rows, columns or entries. */
export function isSize(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

export function isFloat64Array(value: unknown): value is Float64Array {
  return ArrayBuffer.isView(value) && value instanceof Float64Array; // of a proxy, `instanceof` alone may throw
}

/** Row i as a view: writing to it writes to the batch. */
export function row(batch: Batch, i: number): Float64Array {
  return batch.data.subarray(i * batch.cols, (i + 1) * batch.cols);
}

export function copyOf(batch: Batch): Batch {
  return { rows: batch.rows, cols: batch.cols, data: batch.data.slice() };
}

/** The rows named by `indices`, in that order, as a new batch. SHAPE where there is no such row. */
export function takeRows(batch: Batch, indices: ArrayLike<number>): Batch {
  const out = zeros(indices.length, batch.cols);
  for (let i = 0; i < indices.length; i++) {
    const index = indices[i];
    if (!isSize(index) || index >= batch.rows) {
      throw new LossError('SHAPE', `takeRows: indices/${i} should be a row of ${batch.rows}, got ${textOf(index)}`);
    }
    out.data.set(row(batch, index), i * batch.cols);
  }
  return out;
}

/** The rows of both, of equal length, one after another. */
export function stacked(above: Batch, below: Batch): Batch {
  const both = zeros(above.rows + below.rows, above.cols);
  both.data.set(above.data);
  both.data.set(below.data, above.data.length);
  return both;
}

/** (N, m * m) blocks times the rows of v (N, m), each its own. */
export function timesBlocks(blocks: Batch, v: Batch): Batch {
  const m = v.cols;
  const out = zeros(v.rows, m);
  for (let i = 0; i < v.rows; i++) {
    for (let a = 0; a < m; a++) {
      let sum = 0;
      for (let b = 0, k = (i * m + a) * m; b < m; b++, k++) sum += blocks.data[k] * v.data[i * m + b];
      out.data[i * m + a] = sum;
    }
  }
  return out;
}
