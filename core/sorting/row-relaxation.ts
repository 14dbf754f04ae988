import { type Batch, copyOf, zeros } from '../batch.js';
import { checkSize, evenLength } from '../kernels/kernels.js';
import { symmetrise } from '../linear-algebra/gram.js';
import type { Evaluation, Loss } from '../loss.js';
import { lazilyDense, once } from '../matrices.js';
import { rejectRanks } from '../ranking.js';
import { type CrossEntropy, crossEntropyCapabilities } from './cross-entropy.js';
import {
  curvedSamplesFor,
  type RowBatch,
  type RowKernel,
  type RowRelaxation,
  type RowSamples,
  samplesFor,
} from './row-samples.js';

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
  const samples = samplesFor(relaxation, n);
  const { kernel, order } = samples;
  const P = zeros(n, n);
  samples.holds = undefined;
  samples.scores.set(scores);
  kernel.begin(1 / temperature, 0);
  for (let first = 0, last = 0; first < n; first = last) {
    last = kernel.forward();
    for (let r = first; r < last; r++) {
      for (let c = 0; c < n; c++) P.data[r * n + order[c]] = samples.P[(r - first) * evenLength(n) + c];
    }
  }
  return P;
}

/** The functions of a kernel for one cross-entropy; scale = 1 / temperature, and `count` samples are set. */
interface RowPasses {
  /** Their values and gradients. */
  gradients(scale: number, count: number): void;
  /** Their Hessians, or the sum of these, to `blocks`; after the gradients where a call takes more than one sample. */
  hessians(scale: number, count: number, summed: boolean): void;
}

const passes: Record<CrossEntropy, (kernel: RowKernel) => RowPasses> = {
  binary: ({ binaryGradients, binaryHessians }) => ({ gradients: binaryGradients, hessians: binaryHessians }),
  float32: ({ float32Gradients, float32Hessians }) => ({ gradients: float32Gradients, hessians: float32Hessians }),
  row: ({ rowGradients, rowHessians }) => ({ gradients: rowGradients, hessians: rowHessians }),
};

function evaluate(
  relaxation: RowRelaxation,
  passesOf: (kernel: RowKernel) => RowPasses,
  scale: number,
  y: Batch,
  targets: readonly number[][],
): Evaluation {
  const { rows, cols: n } = y;
  const batch = { y, targets };
  const value = new Float64Array(rows);
  const G = zeros(rows, n);
  forEachPart(samplesFor(relaxation, n), batch, ({ kernel, values, gradients }, first, count) => {
    passesOf(kernel).gradients(scale, count);
    value.set(values.subarray(0, count), first);
    G.data.set(gradients.subarray(0, count * n), first * n);
  });
  const hessians = (summed: boolean, use: (blocks: Float64Array, first: number, count: number) => void): void =>
    forEachPart(curvedSamplesFor(relaxation, n), batch, ({ kernel, capacity, blocks }, first, count, known) => {
      const pass = passesOf(kernel);
      if (capacity > 1 && !known) pass.gradients(scale, count);
      pass.hessians(scale, count, summed);
      use(blocks, first, count);
    });
  const blocks = (): Batch => {
    const H = zeros(rows, n * n);
    hessians(false, (part, first, count) => H.data.set(part.subarray(0, count * n * n), first * n * n));
    return H;
  };
  const mean = (): Float64Array => {
    const C = new Float64Array(n * n);
    hessians(true, (sum) => {
      for (let k = 0; k < C.length; k++) C[k] += sum[k];
    });
    for (let k = 0; k < C.length; k++) C[k] /= rows;
    symmetrise(C, n);
    return C;
  };
  return { value, gradient: () => copyOf(G), hessian: once(() => lazilyDense(rows, n, blocks, mean)) };
}

/**
 * Hands the samples of a batch to a kernel, as many at a time as it takes, and says whether it has those of the batch
 * already, all of them, and what their gradients left.
 */
function forEachPart(
  samples: RowSamples,
  batch: RowBatch,
  use: (samples: RowSamples, first: number, count: number, known: boolean) => void,
): void {
  const { rows } = batch.y;
  const known = samples.holds === batch;
  samples.holds = undefined;
  for (let first = 0; first < rows; first += samples.capacity) {
    const count = Math.min(samples.capacity, rows - first);
    if (!known) load(samples, batch, first, count);
    use(samples, first, count, known);
  }
  if (rows <= samples.capacity) samples.holds = batch;
}

function load({ scores, ranks }: RowSamples, { y, targets }: RowBatch, first: number, count: number): void {
  const n = y.cols;
  scores.set(y.data.subarray(first * n, (first + count) * n));
  for (let i = 0, k = 0; i < count; i++) {
    const target = targets[first + i];
    for (let j = 0; j < n; j++, k++) ranks[k] = target[j];
  }
}
