import { type Batch, copyOf, zeros } from '../batch.js';
import { withHessian } from '../define.js';
import { evenLength, instantiateKernels, type Kernels } from '../kernels/kernels.js';
import { type Evaluation, type Loss } from '../loss.js';
import { rejectRanks } from '../ranking.js';
import { type CrossEntropy, crossEntropyCapabilities } from './cross-entropy/options.js';
import { type SortedScores, sortedScores, sortInto, targetInto } from './sorted.js';

/**
 * A soft permutation whose rows are softmaxes of logits L[r, c](x) that are piecewise linear in the sorted scores x, the peak of row r
 * at place r. The kernels (core/kernels/assembly) work on one sample at a time in sorted places, x already divided by the temperature.
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
  const rows = rowSample(n);
  rows.forward(relaxation, scores, 0, 1 / temperature);
  const P = zeros(n, n);
  for (let r = 0; r < n; r++) {
    for (let c = 0; c < n; c++) P.data[r * n + rows.s.order[c]!] = rows.P[r * rows.stride + c]!;
  }
  return P;
}

function evaluate(relaxation: RowRelaxation, crossEntropy: CrossEntropy, scale: number, y: Batch, targets: readonly number[][]): Evaluation {
  const n = y.cols;
  const value = new Float64Array(y.rows);
  const gradients = zeros(y.rows, n);
  const rows = rowSample(n);
  const pass = passes(rows.kernels, relaxation, crossEntropy);
  const forward = (i: number): void => {
    rows.forward(relaxation, y.data, i * n, scale);
    targetInto(rows.T, rows.stride, rows.s, targets[i]!);
  };
  for (let i = 0; i < y.rows; i++) {
    forward(i);
    value[i] = pass.gradient();
    for (let c = 0; c < n; c++) gradients.data[i * n + rows.s.order[c]!] = scale * rows.g[c]!;
  }

  const hessian = (): Batch => {
    const blocks = zeros(y.rows, n * n);
    for (let i = 0; i < y.rows; i++) {
      forward(i);
      pass.hessian();
      scatter(rows, scale * scale, blocks.data, i * n * n);
    }
    return blocks;
  };
  return withHessian({ value, gradient: () => copyOf(gradients) }, hessian);
}

/** The kernels of this loss, after `forward`: value and gradient, and the Hessian. */
function passes(k: Kernels, relaxation: RowRelaxation, crossEntropy: CrossEntropy) {
  const kind = (relaxation === 'softsort' ? k.SOFTSORT : k.NEURALSORT).value;
  const [pullback, curvature] = relaxation === 'softsort' ? [k.softsortPullback, k.softsortCurvature] : [k.neuralsortPullback, k.neuralsortCurvature];
  const [logitGradient, logitHessian] = {
    binary: [k.binaryGradient, k.binaryHessian] as const,
    float32: [k.float32Gradient, k.float32Hessian] as const,
    row: [k.categoricalGradient, k.categoricalHessian] as const,
  }[crossEntropy];
  return {
    gradient(): number {
      const value = logitGradient(kind);
      pullback();
      return value;
    },
    hessian(): void {
      logitHessian(kind);
      curvature();
    },
  };
}

/** One sample of n scores in the arrays of the kernels, which the next sample overwrites. */
interface RowSample {
  readonly n: number;
  readonly stride: number;
  readonly kernels: Kernels;
  readonly s: SortedScores;
  /** (n, stride) soft and true permutation, in sorted places. */
  readonly P: Float64Array;
  readonly T: Float64Array;
  /** (n) gradient and (stride, stride) Hessian in s.x. */
  readonly g: Float64Array;
  readonly H: Float64Array;
  /** Sorts scale * y[offset ...] and fills P. */
  forward(relaxation: RowRelaxation, y: Float64Array, offset: number, scale: number): void;
}

const samples = new Map<number, RowSample>();

function rowSample(n: number): RowSample {
  let sample = samples.get(n);
  if (!sample) samples.set(n, (sample = allocate(n)));
  return sample;
}

function allocate(n: number): RowSample {
  const stride = evenLength(n);
  const kernels = instantiateKernels(8 * (11 * n * stride + stride * stride + 10 * stride) + 64 * 20);
  kernels.allocateRows(n);
  const matrix = (address: { readonly value: number }): Float64Array => kernels.float64At(address, n * stride);
  const s = sortedScores(kernels.float64At(kernels.x, n), kernels.int32At(kernels.start, n), kernels.int32At(kernels.end, n));
  const gaps = kernels.float64At(kernels.gaps, n);
  return {
    ...{ n, stride, kernels, s, P: matrix(kernels.P), T: matrix(kernels.T) },
    g: kernels.float64At(kernels.g, n),
    H: kernels.float64At(kernels.H, stride * stride),
    forward(relaxation, y, offset, scale) {
      sortInto(s, y, offset, scale);
      for (let c = 0; c + 1 < n; c++) gaps[c] = Math.exp(s.x[c]! - s.x[c + 1]!);
      if (relaxation === 'softsort') kernels.softsortWeights();
      else kernels.neuralsortWeights();
      kernels.normalizeRows();
    },
  };
}

/** From sorted places to items, times `scale`. */
function scatter({ n, stride, H, s: { order } }: RowSample, scale: number, out: Float64Array, offset: number): void {
  for (let a = 0; a < n; a++) {
    const o = offset + order[a]! * n;
    for (let b = 0; b < n; b++) out[o + order[b]!] = scale * H[a * stride + b]!;
  }
}
