import { LossError } from '../../core/errors.js';
import type { DigitImages } from '../data/mnist.js';

/** Average-pooled digit images, one a row, in [0, 1]: what batches are gathered from. */
export interface DigitTable {
  readonly count: number;
  readonly height: number;
  readonly width: number;
  /** (count, height * width). */
  readonly pixels: Float32Array;
  readonly labels: Uint8Array;
}

/**
 * Averages squares of pool x pool pixels and scales bytes to [0, 1]. PARAMS where the squares do not tile the images.
 */
export function poolDigits({ count, height, width, pixels, labels }: DigitImages, pool: number): DigitTable {
  if (height % pool !== 0 || width % pool !== 0) {
    throw new LossError('PARAMS', `mnist-sort: pool should divide the image size, ${height} x ${width}, got ${pool}`);
  }
  const [h, w] = [height / pool, width / pool];
  const scale = 1 / (255 * pool * pool);
  const pooled = new Float32Array(count * h * w);
  for (let row = 0, at = 0; row < count * height; row++) {
    const to = Math.floor(row / pool) * w;
    for (let c = 0; c < w; c++) {
      let sum = 0;
      for (let k = 0; k < pool; k++) sum += pixels[at++];
      pooled[to + c] += sum;
    }
  }
  for (let k = 0; k < pooled.length; k++) pooled[k] *= scale;
  return { count, height: h, width: w, pixels: pooled, labels };
}

/** Rows `first` up to `end`, sharing memory. */
export function sliceTable(table: DigitTable, first: number, end: number): DigitTable {
  const size = table.height * table.width;
  return {
    ...table,
    count: end - first,
    pixels: table.pixels.subarray(first * size, end * size),
    labels: table.labels.subarray(first, end),
  };
}

/**
 * The images of whole numbers, `digits` rows of the table each: with layout 'digits' one digit after the other,
 * (numbers, digits, height * width); with layout 'image' side by side as one picture, (numbers, height, digits *
 * width).
 */
export function gatherNumbers(
  table: DigitTable,
  rows: Int32Array,
  digits: number,
  layout: 'digits' | 'image',
): Float32Array {
  const { height, width, pixels } = table;
  const size = height * width;
  const out = new Float32Array(rows.length * size);
  const [lines, length, stride] = layout === 'digits' ? [1, size, 0] : [height, width, digits * width];
  for (let k = 0; k < rows.length; k++) {
    const from = rows[k] * size;
    const to = layout === 'digits' ? k * size : Math.floor(k / digits) * digits * size + (k % digits) * width;
    for (let r = 0; r < lines; r++) {
      out.set(pixels.subarray(from + r * length, from + (r + 1) * length), to + r * stride);
    }
  }
  return out;
}
