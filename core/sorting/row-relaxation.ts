import { type Batch, copyOf, zeros } from '../batch.js';
import { dense, once } from '../matrices.js';
import { checkSize, evenLength, instantiate, type Kernel, type Softsort } from '../kernels/kernels.js';
import type { Evaluation, Loss } from '../loss.js';
import { rejectRanks } from '../ranking.js';
import { type CrossEntropy, crossEntropyCapabilities } from './cross-entropy.js';

/** What the kernels of all these relaxations export. */
export type RowKernel = Softsort;

/**
 * A soft permutation whose rows are softmaxes of logits L[r, c](x) that are piecewise linear in the sorted scores x,
 * the peak of row r at place r.
 */
export interface RowRelaxation {
  readonly name: string;
  /** Takes one sample at a time through it, without the logits where it can: core/kernels/assembly. */
  readonly kernel: Kernel<RowKernel>;
  /** Fills L with row r of the logits less its peak; x are the n scores over the temperature, ascending. */
  logits(x: Float64Array, r: number, L: Float64Array): void;
  /**
   * (n): sum_rj LBar[r, j] dL[r, j] / dy of scores y in any order, of temperature 1, where rows of LBar (n, n) sum to 0.
   * Equal scores have slope 0 in their difference.
   */
  logitsPullback(y: Float64Array, LBar: Batch): Float64Array;
}

export interface RowParams {
  temperature: number;
  crossEntropy: CrossEntropy;
}

/**
 * The loss between the relaxation's soft permutation and the true one, for n >= 2 scores a sample; value and gradient
 * of some hundred thousand, in O(n^2), the Hessian of some six thousand, UNSUPPORTED with the limit beyond.
 */
export function rowRelaxationLoss(relaxation: RowRelaxation, { temperature, crossEntropy }: RowParams): Loss<number[]> {
  return {
    capabilities: crossEntropyCapabilities(crossEntropy),
    reject: rejectRanks,
    evaluate: (y, targets) => evaluate(relaxation, passes[crossEntropy], 1 / temperature, y, targets),
  };
}

/** The soft permutation of one vector of scores: (n, n), P[rank, item], rows summing to 1. */
export function rowRelaxationPermutation(relaxation: RowRelaxation, temperature: number, scores: Float64Array): Batch {
  const n = scores.length;
  checkSize(`${relaxation.name}, soft permutation`, n, (size) => 8 * size * size);
  const { kernel, order, ...sample } = rowSample(relaxation, n);
  const P = zeros(n, n);
  sample.scores.set(scores);
  kernel.begin(1 / temperature);
  for (let first = 0, last = 0; first < n; first = last) {
    last = kernel.forward();
    for (let r = first; r < last; r++) {
      for (let c = 0; c < n; c++) P.data[r * n + order[c]] = sample.P[(r - first) * evenLength(n) + c];
    }
  }
  return P;
}

/** The functions of a kernel for one cross-entropy; scale = 1 / temperature. */
interface RowPasses {
  /** The value of the sample whose scores and ranks are set; its gradient goes to `gradient`. */
  gradient(scale: number): number;
  /** Its Hessian, to `blocks`. */
  hessian(scale: number): void;
}

const passes: Record<CrossEntropy, (kernel: RowKernel) => RowPasses> = {
  binary: ({ binaryGradient, binaryHessian }) => ({ gradient: binaryGradient, hessian: binaryHessian }),
  float32: ({ float32Gradient, float32Hessian }) => ({ gradient: float32Gradient, hessian: float32Hessian }),
  row: ({ rowGradient, rowHessian }) => ({ gradient: rowGradient, hessian: rowHessian }),
};

function evaluate(
  relaxation: RowRelaxation,
  passesOf: (kernel: RowKernel) => RowPasses,
  scale: number,
  y: Batch,
  targets: readonly number[][],
): Evaluation {
  const n = y.cols;
  const load = ({ scores, ranks }: RowSample, i: number): void => {
    const target = targets[i];
    for (let j = 0, k = i * n; j < n; j++, k++) {
      scores[j] = y.data[k];
      ranks[j] = target[j];
    }
  };
  const value = new Float64Array(y.rows);
  const gradients = zeros(y.rows, n);
  const sample = rowSample(relaxation, n);
  const { gradient } = passesOf(sample.kernel);
  for (let i = 0; i < y.rows; i++) {
    load(sample, i);
    value[i] = gradient(scale);
    gradients.data.set(sample.gradient, i * n);
  }
  const hessians = (): Batch => {
    const curved = curvedSample(relaxation, n);
    const { hessian } = passesOf(curved.kernel);
    const H = zeros(y.rows, n * n);
    for (let i = 0; i < y.rows; i++) {
      load(curved, i);
      hessian(scale);
      H.data.set(curved.blocks, i * n * n);
    }
    return H;
  };
  return { value, gradient: () => copyOf(gradients), hessian: once(() => dense(hessians())) };
}

/** The kernel for samples of n scores, and its arrays, which the next sample overwrites. */
interface RowSample {
  readonly kernel: RowKernel;
  readonly scores: Float64Array;
  readonly ranks: Int32Array;
  /** The item at each sorted place. */
  readonly order: Int32Array;
  /** (rows of a block, stride): P[rank, place]. */
  readonly P: Float64Array;
  readonly gradient: Float64Array;
  /** (n, n), of a sample for Hessians. */
  readonly blocks: Float64Array;
}

type Samples = WeakMap<RowRelaxation, Map<number, RowSample>>;
const samples: Samples = new WeakMap();
const curvedSamples: Samples = new WeakMap();

/** For value and gradient, which take the rows in blocks where n is large. */
function rowSample(relaxation: RowRelaxation, n: number): RowSample {
  return sampleOf(samples, relaxation, n, () => {
    checkSize(relaxation.name, n, gradientBytes);
    return allocateRows(relaxation, n, rowsOfBlock(n), false);
  });
}

/** For Hessians, which want all rows at once. */
function curvedSample(relaxation: RowRelaxation, n: number): RowSample {
  return sampleOf(curvedSamples, relaxation, n, () => {
    checkSize(`${relaxation.name}, Hessian`, n, hessianBytes);
    return allocateRows(relaxation, n, n, true);
  });
}

function sampleOf(kept: Samples, relaxation: RowRelaxation, n: number, allocate: () => RowSample): RowSample {
  let sizes = kept.get(relaxation);
  if (!sizes) kept.set(relaxation, sizes = new Map());
  let sample = sizes.get(n);
  if (!sample) sizes.set(n, sample = allocate());
  return sample;
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

/** A sample that takes so many rows at once, all for a Hessian; the others have the same bits. */
export function allocateRows(
  relaxation: Pick<RowRelaxation, 'kernel' | 'logits'>,
  n: number,
  rows: number,
  curved: boolean,
): RowSample {
  const logits = (r: number): void => relaxation.logits(x, r, L);
  const { kernel, float64, int32 } = instantiate(
    relaxation.kernel,
    ({ allocate }) => allocate(n, rows, curved),
    { relaxation: { logits } },
  );
  const x = float64(kernel.x, n);
  const L = float64(kernel.logits, n);
  return {
    kernel,
    scores: float64(kernel.scores, n),
    ranks: int32(kernel.ranks, n),
    order: int32(kernel.order, n),
    P: float64(kernel.P, rows * evenLength(n)),
    gradient: float64(kernel.gradient, n),
    blocks: float64(kernel.blocks, curved ? n * n : 0),
  };
}
