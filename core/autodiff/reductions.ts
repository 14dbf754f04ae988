import { LossError } from '../errors.js';
import { multiply } from './arithmetic.js';
import { type Axis, eachLane, entries, type Lanes, lanesOf, split } from './axis.js';
import { type Operand, toVars } from './operand.js';
import { linear, type Var } from './recording.js';

/**
 * The sum along an axis, which is gone from the result: of all columns (N, 1), of `{ shape: [a, b], axis: 1 }` (N, a).
 */
export function sum(x: Operand, along?: Axis): Var {
  const [X] = toVars('sum', x);
  const lanes = lanesOf('sum', X, along);
  return X.recording.record(summing, [X], { rows: X.rows, cols: lanes.outer * lanes.inner }, lanes);
}

/** The mean along an axis, like `sum`. */
export function mean(x: Operand, along?: Axis): Var {
  const [X] = toVars('mean', x);
  return multiply(sum(X, along), 1 / lanesOf('mean', X, along).length);
}

/** sum(a * b): the scalar product of each sample's rows, or along an axis. */
export function dot(a: Operand, b: Operand, along?: Axis): Var {
  return sum(multiply(a, b), along);
}

/**
 * Repeats x along a new axis of the shape that the result is to have: x (N, a) along `{ shape: [a, b], axis: 1 }` gives
 * (N, a * b).
 */
export function expand(x: Operand, along: Axis): Var {
  const [X] = toVars('expand', x);
  const lanes = split('expand', along);
  const cols = lanes.outer * lanes.inner;
  if (X.cols !== cols) {
    throw new LossError(
      'SHAPE',
      `expand: expected ${cols} columns, (${along.shape.join(', ')}) without axis ${along.axis}, got ${X.cols}`,
    );
  }
  return X.recording.record(expansion, [X], { rows: X.rows, cols: entries(lanes) }, lanes);
}

const summing = linear<Lanes>({
  name: 'sum',
  apply: (y, _i, x, out) => sumInto(y.rows, y.detail, x, out),
  transpose: (y, _i, yBar, out) => expandInto(y.rows, y.detail, yBar, out),
});

const expansion = linear<Lanes>({
  name: 'expand',
  apply: (y, _i, x, out) => expandInto(y.rows, y.detail, x, out),
  transpose: (y, _i, yBar, out) => sumInto(y.rows, y.detail, yBar, out),
});

function sumInto(rows: number, lanes: Lanes, x: Float64Array, out: Float64Array): void {
  const { length, inner } = lanes;
  eachLane(rows, lanes, (start, lane) => {
    let total = 0;
    for (let l = 0, k = start; l < length; l++, k += inner) total += x[k];
    out[lane] += total;
  });
}

function expandInto(rows: number, lanes: Lanes, x: Float64Array, out: Float64Array): void {
  const { length, inner } = lanes;
  eachLane(rows, lanes, (start, lane) => {
    for (let l = 0, k = start; l < length; l++, k += inner) out[k] += x[lane];
  });
}
