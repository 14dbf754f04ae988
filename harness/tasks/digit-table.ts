import { LossError } from '../../core/errors.js';
import { instantiate, pictures as kernelOfPictures } from '../../core/kernels/kernels.js';
import type { DigitImages } from '../data/mnist.js';

/** Average-pooled digit images, one a row, in [0, 1]: what batches are gathered from. */
export interface DigitTable {
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly labels: Uint8Array;
  readonly pictures: Pictures;
  /** The picture of row 0. */
  readonly first: number;
}

/** Entries that are summed or gathered at a time: they and the pictures they come from stay in cache. */
const WINDOW = 2 ** 16;
/** Pictures at a time where they are large; numbers have fewer digits. */
const FEWEST = 16;

type Pictures = ReturnType<typeof createPictures>;

/**
 * Memory for pictures of `size` pixels (core/kernels/assembly/pictures.ts): of each the sum of pool x pool bytes, in the
 * narrowest integers that hold such sums.
 */
function createPictures(count: number, size: number, pool: number) {
  const divisor = 255 * pool ** 2;
  const pixels = size * pool ** 2;
  const pixelsAtOnce = pixels * Math.ceil(WINDOW / pixels);
  const bytes = divisor < 2 ** 8 ? 1 : divisor < 2 ** 16 ? 2 : 4;
  const most = Math.max(FEWEST, Math.floor(WINDOW / size));
  const { kernel, uint8, int32, float32 } = instantiate(
    kernelOfPictures,
    ({ allocate }) => allocate(count, size, bytes, pixelsAtOnce, most),
  );
  return {
    ...{ kernel, divisor },
    pixels: uint8(kernel.pixels, pixelsAtOnce),
    chosen: int32(kernel.chosen, most),
    gathered: float32(kernel.gathered, most * size),
  };
}

/**
 * Averages squares of pool x pool pixels and scales bytes to [0, 1]. PARAMS where the squares do not tile the images,
 * UNSUPPORTED without the memory.
 */
export function poolDigits({ count, height, width, pixels, labels }: DigitImages, pool: number): DigitTable {
  if (height % pool !== 0 || width % pool !== 0) {
    throw new LossError('PARAMS', `mnist-sort: pool should divide the image size, ${height} x ${width}, got ${pool}`);
  }
  const [h, w] = [height / pool, width / pool];
  const pictures = createPictures(count, h * w, pool);
  const { kernel, pixels: window } = pictures;
  for (let from = 0; from < pixels.length; from += window.length) {
    const some = pixels.subarray(from, from + window.length);
    window.set(some);
    kernel.sum(from / pool ** 2, some.length / (width * pool), w, pool);
  }
  return { count, height: h, width: w, labels, pictures, first: 0 };
}

/** Rows `first` up to `end`, sharing memory. */
export function sliceTable(table: DigitTable, first: number, end: number): DigitTable {
  return { ...table, count: end - first, labels: table.labels.subarray(first, end), first: table.first + first };
}

/**
 * The images of whole numbers, `digits` rows of the table each, to `out`: with layout 'digits' one digit after the
 * other, (numbers, digits, height * width); with layout 'image' side by side as one picture, (numbers, height, digits *
 * width).
 */
export function gatherNumbers(
  { height, width, pictures, first }: DigitTable,
  rows: Int32Array,
  digits: number,
  layout: 'digits' | 'image',
  out: Float32Array,
): void {
  const { kernel, divisor, chosen, gathered } = pictures;
  const size = height * width;
  const [lines, length] = layout === 'digits' ? [1, size] : [height, width];
  const most = chosen.length - (chosen.length % digits);
  for (let from = 0; from < rows.length; from += most) {
    const count = Math.min(most, rows.length - from);
    for (let k = 0; k < count; k++) chosen[k] = first + rows[from + k];
    kernel.gather(count / digits, digits, lines, length, divisor);
    out.set(gathered.subarray(0, count * size), from * size);
  }
}
