import { type Batch, copyOf, zeros } from '../batch.js';
import { withHessian } from '../define.js';
import { evenLength, instantiateKernels, type Kernels } from '../kernels/kernels.js';
import { type Evaluation, type Loss } from '../loss.js';
import { rejectRanks } from '../ranking.js';
import { type CrossEntropy, crossEntropyCapabilities } from './cross-entropy/options.js';

/**
 * A soft permutation whose rows are softmaxes of logits L[r, c](x) that are piecewise linear in the sorted scores x, the peak of row r at
 * place r. The kernels (core/kernels/assembly/row-passes.ts) take one sample at a time through it.
 */
export type RowRelaxation = 'softsort' | 'neuralsort';

export interface RowParams {
  temperature: number;
  crossEntropy: CrossEntropy;
}

/** The loss between the relaxation's soft permutation and the true one, for any number n >= 2 of scores a sample. */
export function rowRelaxationLoss(relaxation: RowRelaxation, { temperature, crossEntropy }: RowParams): Loss<number[]> {
  return {
    capabilities: crossEntropyCapabilities(crossEntropy),
    reject: rejectRanks,
    evaluate: (y, targets) => evaluate(relaxation, crossEntropy, 1 / temperature, y, targets),
  };
}

/** The soft permutation of one vector of scores: (n, n), P[rank, item], rows summing to 1. */
export function rowRelaxationPermutation(relaxation: RowRelaxation, temperature: number, scores: Float64Array): Batch {
  const n = scores.length;
  const sample = rowSample(n);
  const { kernels } = sample;
  sample.scores.set(scores);
  kernels.rowsForward(relaxationOf(kernels, relaxation), 1 / temperature);
  const P = zeros(n, n);
  for (let r = 0; r < n; r++) {
    for (let c = 0; c < n; c++) P.data[r * n + sample.order[c]!] = sample.P[r * evenLength(n) + c]!;
  }
  return P;
}

function evaluate(name: RowRelaxation, entropy: CrossEntropy, scale: number, y: Batch, targets: readonly number[][]): Evaluation {
  const n = y.cols;
  const { kernels, scores, ranks, gradient, blocks } = rowSample(n);
  const relaxation = relaxationOf(kernels, name);
  const crossEntropy = crossEntropyOf(kernels, entropy);
  const load = (i: number): void => {
    const target = targets[i]!;
    for (let j = 0, k = i * n; j < n; j++, k++) {
      scores[j] = y.data[k]!;
      ranks[j] = target[j]!;
    }
  };
  const value = new Float64Array(y.rows);
  const gradients = zeros(y.rows, n);
  for (let i = 0; i < y.rows; i++) {
    load(i);
    value[i] = kernels.rowsGradient(relaxation, crossEntropy, scale);
    gradients.data.set(gradient, i * n);
  }
  const hessian = (): Batch => {
    const H = zeros(y.rows, n * n);
    for (let i = 0; i < y.rows; i++) {
      load(i);
      kernels.rowsHessian(relaxation, crossEntropy, scale);
      H.data.set(blocks, i * n * n);
    }
    return H;
  };
  return withHessian({ value, gradient: () => copyOf(gradients) }, hessian);
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
  /** (n, stride): P[rank, place]. */
  readonly P: Float64Array;
  readonly gradient: Float64Array;
  readonly blocks: Float64Array;
}

const samples = new Map<number, RowSample>();

function rowSample(n: number): RowSample {
  let sample = samples.get(n);
  if (!sample) samples.set(n, (sample = allocate(n)));
  return sample;
}

function allocate(n: number): RowSample {
  const stride = evenLength(n);
  const kernels = instantiateKernels(8 * (13 * n * stride + stride * stride + 14 * stride) + 64 * 26);
  kernels.allocateRows(n);
  return {
    kernels,
    scores: kernels.float64At(kernels.scores, n),
    ranks: kernels.int32At(kernels.ranks, n),
    order: kernels.int32At(kernels.order, n),
    P: kernels.float64At(kernels.P, n * stride),
    gradient: kernels.float64At(kernels.gradient, n),
    blocks: kernels.float64At(kernels.blocks, n * n),
  };
}
