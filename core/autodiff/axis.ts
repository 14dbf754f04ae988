import { LossError } from '../errors.js';
import type { Shape } from './recording.js';

/**
 * The k columns of a Var as an array of this shape, row-major, and the axis of it that an operation runs along. Absent:
 * all k columns.
 */
export interface Axis {
  readonly shape: readonly number[];
  readonly axis: number;
}

/** An axis with the axes before and after it multiplied out: entry (o, l, i) is column (o * length + l) * inner + i. */
export interface Lanes {
  readonly outer: number;
  readonly length: number;
  readonly inner: number;
}

/** SHAPE where the axis is none of the shape, or the shape does not have as many entries as there are columns. */
export function lanesOf(name: string, { cols }: Shape, along: Axis | undefined): Lanes {
  if (!along) return { outer: 1, length: cols, inner: 1 };
  const lanes = split(name, along);
  if (entries(lanes) !== cols) {
    throw new LossError('SHAPE', `${name}: expected ${cols} columns in the shape, got (${along.shape.join(', ')})`);
  }
  return lanes;
}

export function split(name: string, { shape, axis }: Axis): Lanes {
  const length = shape[axis];
  if (length === undefined) {
    throw new LossError('SHAPE', `${name}: expected an axis of (${shape.join(', ')}), got ${axis}`);
  }
  return { outer: size(shape.slice(0, axis)), length, inner: size(shape.slice(axis + 1)) };
}

export function entries({ outer, length, inner }: Lanes): number {
  return outer * length * inner;
}

/**
 * Visits every lane of `rows` rows: the place of its first entry among all rows * k, the next ones `inner` apart;
 * `lane` counts them in the order of the columns that remain when the axis is gone.
 */
export function eachLane(
  rows: number,
  { outer, length, inner }: Lanes,
  visit: (start: number, lane: number) => void,
): void {
  for (let o = 0, lane = 0; o < rows * outer; o++) {
    for (let i = 0; i < inner; i++, lane++) visit(o * length * inner + i, lane);
  }
}

function size(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}
