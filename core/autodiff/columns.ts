import { LossError } from '../errors.js';
import { type Operand, rowStep, toVars } from './operand.js';
import { linear, type Var } from './recording.js';

/** The columns of all operands side by side. */
export function concat(...operands: readonly Operand[]): Var {
  const parts = toVars('concat', ...operands);
  const offsets: number[] = [];
  let cols = 0;
  for (const part of parts) {
    offsets.push(cols);
    cols += part.cols;
  }
  const rows = parts.reduce((most, part) => Math.max(most, part.rows), 1);
  return parts[0].recording.record(concatenation, parts, { rows, cols }, offsets);
}

/** Columns start, ..., end - 1. */
export function slice(x: Operand, start: number, end: number): Var {
  const [X] = toVars('slice', x);
  if (!(Number.isInteger(start) && Number.isInteger(end) && start >= 0 && start < end && end <= X.cols)) {
    throw new LossError(
      'SHAPE',
      `slice: expected 0 <= start < end <= ${X.cols}, the number of columns, got ${start} and ${end}`,
    );
  }
  return X.recording.record(slicing, [X], { rows: X.rows, cols: end - start }, start);
}

const concatenation = linear<readonly number[]>({
  name: 'concat',
  apply(y, i, x, out) {
    const part = y.inputs[i];
    for (let r = 0; r < y.rows; r++) addRun(part.cols, x, r * rowStep(part), out, r * y.cols + y.detail[i]);
  },
  transpose(y, i, yBar, out) {
    const part = y.inputs[i];
    for (let r = 0; r < y.rows; r++) addRun(part.cols, yBar, r * y.cols + y.detail[i], out, r * part.cols);
  },
});

const slicing = linear<number>({
  name: 'slice',
  apply(y, _i, x, out) {
    for (let r = 0; r < y.rows; r++) addRun(y.cols, x, r * y.inputs[0].cols + y.detail, out, r * y.cols);
  },
  transpose(y, _i, yBar, out) {
    for (let r = 0; r < y.rows; r++) addRun(y.cols, yBar, r * y.cols, out, r * y.inputs[0].cols + y.detail);
  },
});

function addRun(length: number, x: Float64Array, ix: number, out: Float64Array, o: number): void {
  for (let j = 0; j < length; j++) out[o + j] += x[ix + j];
}
