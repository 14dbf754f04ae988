import { LossError } from '../../errors.js';

/** Sizes of the axes of a row-major array: [] is a number, [n] a vector, [m, n] a matrix. */
export type Shape = readonly number[];

/** The most entries of an array, and products of entries in a function, that are taken on. */
const LARGEST = 2 ** 24;

/** Refuses what would not fit in memory. */
export function checkCount(count: number, subject: string): void {
  if (count <= LARGEST) return;
  throw new LossError('UNSUPPORTED', `${subject}: too large, ${count} entries or products of them; at most ${LARGEST}`);
}

/** The number of entries. */
export function entriesOf(shape: Shape): number {
  return shape.reduce((product, size) => product * size, 1);
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}

export function textOfShape(shape: Shape): string {
  return `[${shape.join(', ')}]`;
}

/** Refuses what is no shape: axes of whole, positive sizes. */
export function checkedShape(shape: Shape, subject: string): Shape {
  if (!Array.isArray(shape) || !shape.every((size) => Number.isInteger(size) && size > 0)) {
    const got = JSON.stringify(shape);
    throw new LossError('SHAPE', `${subject}: a shape is an array of positive whole numbers, got ${got}`);
  }
  checkCount(entriesOf(shape), subject);
  return [...shape];
}

/** How far apart in the data neighbours along each axis are. */
export function stridesOf(shape: Shape): number[] {
  const strides = shape.map(() => 1);
  for (let axis = shape.length - 2; axis >= 0; axis--) strides[axis] = strides[axis + 1] * shape[axis + 1];
  return strides;
}

/** The shape that both stretch to: axes are matched from the last, and one of size 1 or absent repeats. */
export function broadcast(a: Shape, b: Shape): Shape | undefined {
  const rank = Math.max(a.length, b.length);
  const shape: number[] = [];
  for (let axis = 0; axis < rank; axis++) {
    const [m, n] = [a[axis - rank + a.length] ?? 1, b[axis - rank + b.length] ?? 1];
    if (m !== n && m !== 1 && n !== 1) return undefined;
    shape.push(Math.max(m, n));
  }
  return shape;
}

/** For each entry of an array of shape `to`, which entry of one of shape `from` is stretched to it. */
export function broadcastIndex(from: Shape, to: Shape): Int32Array {
  const strides = stridesOf(from).map((stride, axis) => (from[axis] === 1 ? 0 : stride));
  const skipped = to.length - from.length;
  return indexBy(to, (at) => strides.reduce((sum, stride, axis) => sum + stride * at[skipped + axis], 0));
}

/** For each entry of an array of this shape, in order, what `of` makes of its position. */
export function indexBy(shape: Shape, of: (at: readonly number[]) => number): Int32Array {
  const index = new Int32Array(entriesOf(shape));
  const at = shape.map(() => 0);
  for (let k = 0; k < index.length; k++) {
    index[k] = of(at);
    for (let axis = shape.length - 1; axis >= 0 && ++at[axis] === shape[axis]; axis--) at[axis] = 0;
  }
  return index;
}

/** The axis counted from the first; negative ones count from the last. */
export function axisOf(shape: Shape, axis: number, subject: string): number {
  const counted = axis < 0 ? axis + shape.length : axis;
  if (Number.isInteger(counted) && counted >= 0 && counted < shape.length) return counted;
  throw new LossError('SHAPE', `${subject}: axis ${axis} of shape ${textOfShape(shape)}, which has ${shape.length}`);
}
