import { LossError } from '../errors.js';
import { broadcast, colStep, type Operand, rowStep, toVars } from './operand.js';
import { linear, type Shape, type Var } from './recording.js';

/**
 * Row i of a where chosen[i] is not 0, of b where it is; the choice is constant for derivatives. Entries are copied,
 * not weighted, so that what is not chosen may be infinite. The operations that made it still receive a derivative of
 * 0, which times an infinite slope is NaN: where that may happen, select their operand, too.
 */
export function select(chosen: ArrayLike<number>, a: Operand, b: Operand): Var {
  const [A, B] = toVars('select', a, b);
  const { rows } = A.recording;
  if (chosen.length !== rows) {
    throw new LossError('SHAPE', `select: expected ${rows} choices, one a sample, got ${chosen.length}`);
  }
  return A.recording.record(
    selection,
    [A, B],
    { rows, cols: broadcast('select', A, B).cols },
    Uint8Array.from(chosen, Number),
  );
}

const selection = linear<Uint8Array>({
  name: 'select',
  apply: (y, i, x, out) => addChosen(y, i, x, y.inputs[i], out, y),
  transpose: (y, i, yBar, out) => addChosen(y, i, yBar, y, out, y.inputs[i]),
});

function addChosen(
  y: Var<Uint8Array>,
  input: number,
  x: Float64Array,
  xShape: Shape,
  out: Float64Array,
  outShape: Shape,
): void {
  const dx = colStep(xShape);
  const dOut = colStep(outShape);
  for (let i = 0; i < y.rows; i++) {
    if ((y.detail[i] === 0) === (input === 0)) continue;
    for (let j = 0, ix = i * rowStep(xShape), o = i * rowStep(outShape); j < y.cols; j++, ix += dx, o += dOut) {
      out[o] += x[ix];
    }
  }
}
