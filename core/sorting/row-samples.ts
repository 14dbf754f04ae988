import type { Batch } from '../batch.js';
import { checkSize, evenLength, instantiate, type Kernel, type Softsort } from '../kernels/kernels.js';

/** What the kernels of all these relaxations export. */
export type RowKernel = Softsort;

/**
 * A soft permutation whose rows are softmaxes of logits L[r, c](x) that are piecewise linear in the sorted scores x,
 * the peak of row r at place r.
 */
export interface RowRelaxation {
  readonly name: string;
  /** Takes samples through it, without the logits where it can: core/kernels/assembly. */
  readonly kernel: Kernel<RowKernel>;
  /** Fills L with row r of the logits less its peak; x are the n scores over the temperature, ascending. */
  logits(x: Float64Array, r: number, L: Float64Array): void;
  /**
   * (n): sum_rj LBar[r, j] dL[r, j] / dy of scores y in any order, of temperature 1, where rows of LBar (n, n) sum to 0.
   * Equal scores have slope 0 in their difference.
   */
  logitsPullback(y: Float64Array, LBar: Batch): Float64Array;
}

/** Samples, each with the ranks of its items. */
export interface RowBatch {
  readonly y: Batch;
  readonly targets: readonly number[][];
}

/** The kernel for samples of n scores, and its arrays, which the next samples overwrite. */
export interface RowSamples {
  readonly kernel: RowKernel;
  /** Samples a call. */
  readonly capacity: number;
  /** The batch whose scores and ranks are set, all of them, and its gradients taken, if one is. */
  holds: RowBatch | undefined;
  /** (capacity, n) */
  readonly scores: Float64Array;
  readonly ranks: Int32Array;
  /** The item at each sorted place of the sample that has been by itself. */
  readonly order: Int32Array;
  /** (rows of a block, stride): its P[rank, place]. */
  readonly P: Float64Array;
  readonly values: Float64Array;
  readonly gradients: Float64Array;
  /** (capacity, n, n), where there are Hessians. */
  readonly blocks: Float64Array;
}

type Samples = WeakMap<RowRelaxation, Map<number, RowSamples>>;
const samples: Samples = new WeakMap();
const curvedSamples: Samples = new WeakMap();

/** Up to so many scores, samples are done by twos, side by side, many a call, which leaves what Hessians are made of. */
const PAIRED = 32;
/** Bytes that a call may leave, and samples that it takes at most. */
const LEFT = 2 ** 21;
const MOST = 1024;

/** Samples of n scores a call. */
function capacityFor(n: number): number {
  return n > PAIRED ? 1 : 2 * Math.min(MOST / 2, Math.floor(LEFT / pairBytes(n)));
}

/** That a call leaves of two samples. */
function pairBytes(n: number): number {
  return 16 * (2 * n + 1) * n;
}

/** For value and gradient, which take the rows of large samples in blocks. */
export function samplesFor(relaxation: RowRelaxation, n: number): RowSamples {
  if (n <= PAIRED) return curvedSamplesFor(relaxation, n);
  return keptIn(samples, relaxation, n, () => {
    checkSize(relaxation.name, n, gradientBytes);
    return allocateRows(relaxation, n, rowsOfBlock(n), false, 1);
  });
}

/** For Hessians, which want all rows at once. */
export function curvedSamplesFor(relaxation: RowRelaxation, n: number): RowSamples {
  return keptIn(curvedSamples, relaxation, n, () => {
    checkSize(`${relaxation.name}, Hessian`, n, hessianBytes);
    return allocateRows(relaxation, n, n, true, capacityFor(n));
  });
}

function keptIn(kept: Samples, relaxation: RowRelaxation, n: number, allocate: () => RowSamples): RowSamples {
  let sizes = kept.get(relaxation);
  if (!sizes) kept.set(relaxation, sizes = new Map());
  let found = sizes.get(n);
  if (!found) sizes.set(n, found = allocate());
  return found;
}

/** Bytes for the matrices of a block of rows, if there are more rows. */
const BLOCK = 2 ** 28;

/**
 * So many that three matrices fill a block, or, for very large n, that they take as much as the two rows that are kept
 * of each block.
 */
function rowsOfBlock(n: number): number {
  return Math.min(n, Math.max(Math.floor(BLOCK / (24 * n)), Math.ceil(Math.sqrt((2 / 3) * n))));
}

/** Vectors and the rows kept between blocks, and the alignment of all arrays. */
function vectorBytes(n: number, rows: number): number {
  return 8 * (20 + 2 * Math.floor((n - 1) / rows)) * evenLength(n) + 64 * 40;
}

function gradientBytes(n: number): number {
  const rows = rowsOfBlock(n);
  return 24 * rows * evenLength(n) + vectorBytes(n, rows);
}

function hessianBytes(n: number): number {
  return 96 * evenLength(n) ** 2 + vectorBytes(n, n);
}

/**
 * Samples that take so many rows at once, all for a Hessian, and so many of them a call: the bits do not depend on
 * rows, and of one sample a call are those of every sample that is not done by twos.
 */
export function allocateRows(
  relaxation: Pick<RowRelaxation, 'kernel' | 'logits'>,
  n: number,
  rows: number,
  curved: boolean,
  capacity: number,
): RowSamples {
  const logits = (r: number): void => relaxation.logits(x, r, L);
  const { kernel, float64, int32 } = instantiate(
    relaxation.kernel,
    ({ allocate }) => allocate(n, rows, curved, capacity),
    { relaxation: { logits } },
  );
  const x = float64(kernel.x, n);
  const L = float64(kernel.logits, n);
  return {
    kernel,
    capacity,
    holds: undefined,
    scores: float64(kernel.scores, capacity * n),
    ranks: int32(kernel.ranks, capacity * n),
    order: int32(kernel.order, n),
    P: float64(kernel.P, rows * evenLength(n)),
    values: float64(kernel.values, capacity),
    gradients: float64(kernel.gradients, capacity * n),
    blocks: float64(kernel.blocks, curved ? capacity * n * n : 0),
  };
}
