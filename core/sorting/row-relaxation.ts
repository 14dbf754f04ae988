import { type Batch, copyOf, zeros } from '../batch.js';
import { dense, once } from '../matrices.js';
import { checkSize, evenLength, instantiateKernels, type Kernels } from '../kernels/kernels.js';
import type { Evaluation, Loss } from '../loss.js';
import { rejectRanks } from '../ranking.js';
import { type CrossEntropy, crossEntropyCapabilities } from './cross-entropy-options.js';

/**
 * A soft permutation whose rows are softmaxes of logits L[r, c](x) that are piecewise linear in the sorted scores x,
 * the peak of row r at place r. The kernels (core/kernels/assembly/row-passes.ts) take one sample at a time through it.
 */
export type RowRelaxation = 'softsort' | 'neuralsort';

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
    evaluate: (y, targets) => evaluate(relaxation, crossEntropy, 1 / temperature, y, targets),
  };
}

/** The soft permutation of one vector of scores: (n, n), P[rank, item], rows summing to 1. */
export function rowRelaxationPermutation(name: RowRelaxation, temperature: number, scores: Float64Array): Batch {
  const n = scores.length;
  checkSize(`${name}, soft permutation`, n, (size) => 8 * size * size);
  const sample = rowSample(name, n);
  const { kernels, order } = sample;
  const relaxation = relaxationOf(kernels, name);
  const P = zeros(n, n);
  sample.scores.set(scores);
  kernels.rowsStart(relaxation, 1 / temperature);
  for (let first = 0, last = 0; first < n; first = last) {
    last = kernels.rowsForward(relaxation);
    for (let r = first; r < last; r++) {
      for (let c = 0; c < n; c++) P.data[r * n + order[c]] = sample.P[(r - first) * evenLength(n) + c];
    }
  }
  return P;
}

function evaluate(
  name: RowRelaxation,
  entropy: CrossEntropy,
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
  const sample = rowSample(name, n);
  const relaxation = relaxationOf(sample.kernels, name);
  const crossEntropy = crossEntropyOf(sample.kernels, entropy);
  for (let i = 0; i < y.rows; i++) {
    load(sample, i);
    value[i] = sample.kernels.rowsGradient(relaxation, crossEntropy, scale);
    gradients.data.set(sample.gradient, i * n);
  }
  const hessian = (): Batch => {
    const curved = curvedSample(name, n);
    const H = zeros(y.rows, n * n);
    for (let i = 0; i < y.rows; i++) {
      load(curved, i);
      curved.kernels.rowsHessian(relaxation, crossEntropy, scale);
      H.data.set(curved.blocks, i * n * n);
    }
    return H;
  };
  return { value, gradient: () => copyOf(gradients), hessian: once(() => dense(hessian())) };
}

function relaxationOf({ SOFTSORT, NEURALSORT }: Kernels, name: RowRelaxation): number {
  return (name === 'softsort' ? SOFTSORT : NEURALSORT).value;
}

function crossEntropyOf({ BINARY, FLOAT32, CATEGORICAL }: Kernels, name: CrossEntropy): number {
  return { binary: BINARY, float32: FLOAT32, row: CATEGORICAL }[name].value;
}

/** The arrays of the kernels for samples of n scores; the next sample overwrites them. */
interface RowSample {
  readonly kernels: Kernels;
  readonly scores: Float64Array;
  readonly ranks: Int32Array;
  /** The item at each sorted place. */
  readonly order: Int32Array;
  /** (rows of a block, stride): P[rank, place]. */
  readonly P: Float64Array;
  readonly gradient: Float64Array;
}

interface CurvedSample extends RowSample {
  readonly blocks: Float64Array;
}

const samples = new Map<number, RowSample>();
const curvedSamples = new Map<number, CurvedSample>();

/** For value and gradient, which take the rows in blocks where n is large. */
function rowSample(name: string, n: number): RowSample {
  let sample = samples.get(n);
  if (!sample) {
    checkSize(name, n, gradientBytes);
    samples.set(n, sample = allocate(n, rowsOfBlock(n), gradientBytes(n), false));
  }
  return sample;
}

/** For Hessians, which want all rows at once. */
function curvedSample(name: string, n: number): CurvedSample {
  let sample = curvedSamples.get(n);
  if (!sample) {
    checkSize(`${name}, Hessian`, n, hessianBytes);
    const { kernels, ...arrays } = allocate(n, n, hessianBytes(n), true);
    curvedSamples.set(n, sample = { kernels, ...arrays, blocks: kernels.float64At(kernels.blocks, n * n) });
  }
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

function allocate(n: number, rows: number, bytes: number, curvature: boolean): RowSample {
  const kernels = instantiateKernels(bytes);
  kernels.allocateRows(n, rows, curvature);
  return {
    kernels,
    scores: kernels.float64At(kernels.scores, n),
    ranks: kernels.int32At(kernels.ranks, n),
    order: kernels.int32At(kernels.order, n),
    P: kernels.float64At(kernels.P, rows * evenLength(n)),
    gradient: kernels.float64At(kernels.gradient, n),
  };
}
