/**
 * What a network is for: its value and gradient, in blocks of items where it is large, or also the Hessian, in one
 * block.
 */
export type Purpose = 'gradient' | 'hessian';

/** Bytes that the differences of a block of items may take, if there is more than one. */
const BLOCK = 2 ** 28;

/** Items of a block, a multiple of `lanes`, for numbers of so many bytes; `stride` where all are in one. */
export function blockWidth(purpose: Purpose, size: number, stride: number, bytes: number, lanes: number): number {
  if (purpose === 'hessian') return stride;
  const items = Math.floor(BLOCK / (bytes * Math.max(1, size)));
  return Math.min(stride, Math.max(lanes, items - (items % lanes)));
}

/** Soft permutations X (n, stride) of a network, their derivatives XBar, and the kernels that run blocks of items. */
interface Rows {
  readonly n: number;
  readonly stride: number;
  readonly width: number;
  readonly X: Float64Array | Float32Array;
  readonly XBar: Float64Array | Float32Array;
  /**
   * Kernels. Each takes its words, then the first item of the block and the one after its last; `reverse` also whether
   * it is the last block.
   */
  readonly forward: (...words: number[]) => void;
  readonly reverse: (...words: number[]) => void;
  readonly forwardWords: readonly number[];
  readonly reverseWords: readonly number[];
}

/**
 * Runs all items through a network, a block of at most `width` after the other. Where there is more than one, `reverse`
 * makes the differences of each block again.
 */
export interface BlockSweeps {
  forward(): void;
  reverse(): void;
}

/** Sweeps from and over the arrays of `rows`; nothing is allocated later. */
export function blockSweeps({ n, stride, width, X, XBar, ...kernels }: Rows): BlockSweeps {
  const blocks = Array.from({ length: Math.ceil(stride / width) }, (_, index) => {
    const begin = index * width;
    const end = Math.min(stride, begin + width);
    return {
      ...{ begin, end, forwardWords: [...kernels.forwardWords, begin, end] },
      reverseWords: [...kernels.reverseWords, begin, end, Number(end === stride)],
    };
  });
  const forwardBlock = ({ begin, end, forwardWords }: (typeof blocks)[number]): void => {
    if (blocks.length === 1) X.fill(0);
    else for (let lane = 0; lane < n; lane++) X.fill(0, lane * stride + begin, lane * stride + end);
    for (let lane = begin; lane < Math.min(end, n); lane++) X[lane * stride + lane] = 1;
    kernels.forward(...forwardWords);
  };
  return {
    forward() {
      for (const block of blocks) forwardBlock(block);
    },
    reverse() {
      clearPadding(XBar, n, stride);
      for (const block of blocks) {
        if (blocks.length > 1) forwardBlock(block);
        kernels.reverse(...block.reverseWords);
      }
    },
  };
}

/** Padding takes what a NaN or infinite alpha makes of it, and would keep it. */
function clearPadding(rows: Float64Array | Float32Array, n: number, stride: number): void {
  for (let end = stride; end <= rows.length; end += stride) for (let k = end - stride + n; k < end; k++) rows[k] = 0;
}

/** Where the kernels find arrays. */
export function offsets(...list: (Float64Array | Float32Array | Int32Array)[]): number[] {
  return list.map((array) => array.byteOffset);
}
