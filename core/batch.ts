import { LossError } from './errors.js';

/** A row-major float64 matrix, one sample a row. */
export interface Batch {
  readonly rows: number;
  readonly cols: number;
  /** rows * cols entries; entry (i, j) is `data[i * cols + j]`. */
  readonly data: Float64Array;
}

export function zeros(rows: number, cols: number): Batch {
  return { rows, cols, data: new Float64Array(rows * cols) };
}

/** A batch from nested arrays: `batchOf([[1, 2], [3, 4]])`. Rows of unequal length are a SHAPE error. */
export function batchOf(rows: readonly ArrayLike<number>[]): Batch {
  const cols = rows[0]?.length ?? 0;
  const batch = zeros(rows.length, cols);
  rows.forEach((values, i) => {
    if (values.length !== cols) {
      throw new LossError('SHAPE', `batchOf: row ${i} should have ${cols} entries like row 0, got ${values.length}`);
    }
    batch.data.set(values, i * cols);
  });
  return batch;
}

/** Row i as a view: writing to it writes to the batch. */
export function row(batch: Batch, i: number): Float64Array {
  return batch.data.subarray(i * batch.cols, (i + 1) * batch.cols);
}

export function copyOf(batch: Batch): Batch {
  return { rows: batch.rows, cols: batch.cols, data: batch.data.slice() };
}

/** The rows named by `indices`, in that order, as a new batch. */
export function takeRows(batch: Batch, indices: ArrayLike<number>): Batch {
  const out = zeros(indices.length, batch.cols);
  for (let i = 0; i < indices.length; i++) out.data.set(row(batch, indices[i]!), i * batch.cols);
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
      for (let b = 0, k = (i * m + a) * m; b < m; b++, k++) sum += blocks.data[k]! * v.data[i * m + b]!;
      out.data[i * m + a] = sum;
    }
  }
  return out;
}
