/** A sparse matrix by rows: row i has `value[k]` in column `index[k]` for k from `start[i]` below `start[i + 1]`. */
export interface RowMap {
  readonly start: Int32Array;
  readonly index: Int32Array;
  readonly value: Float64Array;
}

/** The matrix whose row i has the entries that `fill(i, put)` puts, zeros left out. */
export function rowMap(rows: number, fill: (row: number, put: (index: number, value: number) => void) => void): RowMap {
  const start = new Int32Array(rows + 1);
  const index: number[] = [];
  const value: number[] = [];
  const put = (column: number, x: number): void => {
    if (x === 0) return;
    index.push(column);
    value.push(x);
  };
  for (let row = 0; row < rows; row++) {
    fill(row, put);
    start[row + 1] = index.length;
  }
  return { start, index: Int32Array.from(index), value: Float64Array.from(value) };
}

/** out_i = in_index[i] */
export function gatherMap(index: Int32Array): RowMap {
  return {
    start: Int32Array.from({ length: index.length + 1 }, (_, i) => i),
    index,
    value: new Float64Array(index.length).fill(1),
  };
}

/** M x */
export function timesRows({ start, index, value }: RowMap, x: Float64Array): Float64Array {
  const out = new Float64Array(start.length - 1);
  for (let i = 0; i < out.length; i++) for (let k = start[i]; k < start[i + 1]; k++) out[i] += value[k] * x[index[k]];
  return out;
}

/** M^T, for M of this many columns. */
export function transposeRows({ start, index, value }: RowMap, columns: number): RowMap {
  const starts = new Int32Array(columns + 1);
  for (const j of index) starts[j + 1]++;
  for (let j = 0; j < columns; j++) starts[j + 1] += starts[j];
  const next = starts.slice();
  const [rows, values] = [new Int32Array(index.length), new Float64Array(index.length)];
  for (let i = 0; i + 1 < start.length; i++) {
    for (let k = start[i]; k < start[i + 1]; k++) {
      const at = next[index[k]]++;
      rows[at] = i;
      values[at] = value[k];
    }
  }
  return { start: starts, index: rows, value: values };
}

/** A bilinear map: out_i is the sum of left_{left[k]} right_{right[k]} for k from `start[i]` below `start[i + 1]`. */
export interface PairMap {
  readonly start: Int32Array;
  readonly left: Int32Array;
  readonly right: Int32Array;
}

export function pairMap(
  rows: number,
  fill: (row: number, put: (left: number, right: number) => void) => void,
): PairMap {
  const start = new Int32Array(rows + 1);
  const [left, right]: [number[], number[]] = [[], []];
  const put = (a: number, b: number): void => {
    left.push(a);
    right.push(b);
  };
  for (let row = 0; row < rows; row++) {
    fill(row, put);
    start[row + 1] = left.length;
  }
  return { start, left: Int32Array.from(left), right: Int32Array.from(right) };
}

export function timesPairs({ start, left, right }: PairMap, a: Float64Array, b: Float64Array): Float64Array {
  const out = new Float64Array(start.length - 1);
  for (let i = 0; i < out.length; i++) for (let k = start[i]; k < start[i + 1]; k++) out[i] += a[left[k]] * b[right[k]];
  return out;
}

/** The linear map that is left where one factor, `values`, is known. */
export function fixFactor({ start, left, right }: PairMap, known: 'left' | 'right', values: Float64Array): RowMap {
  const [fixed, free] = known === 'left' ? [left, right] : [right, left];
  return rowMap(start.length - 1, (i, put) => {
    for (let k = start[i]; k < start[i + 1]; k++) put(free[k], values[fixed[k]]);
  });
}
