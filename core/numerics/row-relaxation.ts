import { type Batch, copyOf, zeros } from '../batch.js';
import { withHessian } from '../define.js';
import { type Evaluation, type Loss } from '../loss.js';
import { rejectRanks } from '../ranking.js';
import { type CrossEntropy, crossEntropyCapabilities } from './cross-entropy/options.js';
import { binaryRows } from './cross-entropy/binary-rows.js';
import { categoricalRows } from './cross-entropy/categorical-rows.js';
import { float32Rows } from './cross-entropy/float32-rows.js';
import { type RowCrossEntropy, rowFactors, type RowFactors, type SoftmaxRows } from './cross-entropy/rows.js';
import { symmetricRankSum } from './rank-sums.js';
import { sortedScores, type SortedScores, sortInto, targetInto } from './sorted.js';

/**
 * A soft permutation whose rows are softmaxes of logits L[r, c](x) that are piecewise linear in the sorted scores x, the peak of row r
 * at place r. NeuralSort and SoftSort are of this kind; x is already divided by the temperature.
 */
export interface RowRelaxation {
  /** E[r, c] = exp(L[r, c] - L[r, r]), n x n; so E[r, r] = 1 and all are at most 1. */
  weights(s: SortedScores, E: Float64Array): void;
  /** L[r, c] - L[r, r]. */
  logit(s: SortedScores, r: number, c: number): number;
  /** g = sum_r J_r^T G[r, :] with J_r = d L[r, :] / d x. */
  pullback(s: SortedScores, G: Float64Array, g: Float64Array): void;
  /** Row r of `out` = J_r^T V[r, :]. */
  pullRow(s: SortedScores, r: number, V: Float64Array, out: Float64Array): void;
  /** H += sum_r J_r^T diag(D[r, :]) J_r, n x n. */
  pullDiagonals(s: SortedScores, D: Float64Array, H: Float64Array): void;
}

const rowLosses: Record<CrossEntropy, RowCrossEntropy> = { binary: binaryRows, float32: float32Rows, row: categoricalRows };

/** The loss between the relaxation's soft permutation and the true one, for any number n >= 2 of scores a sample. */
export function rowRelaxationLoss(
  relaxation: RowRelaxation,
  { temperature, crossEntropy }: { temperature: number; crossEntropy: CrossEntropy },
): Loss<number[]> {
  const rowLoss = rowLosses[crossEntropy];
  return {
    capabilities: crossEntropyCapabilities(crossEntropy),
    reject: rejectRanks,
    evaluate: (y, targets) => evaluate(relaxation, rowLoss, 1 / temperature, y, targets),
  };
}

/** The soft permutation of one vector of scores: (n, n), P[rank, item], rows summing to 1. */
export function rowRelaxationPermutation(relaxation: RowRelaxation, temperature: number, scores: ArrayLike<number>): Batch {
  const n = scores.length;
  const forward = forwardPass(relaxation, n);
  forward.run(Float64Array.from(scores), 0, 1 / temperature);
  const out = zeros(n, n);
  for (let r = 0; r < n; r++) {
    for (let c = 0; c < n; c++) out.data[r * n + forward.s.order[c]!] = forward.P[r * n + c]!;
  }
  return out;
}

function evaluate(relaxation: RowRelaxation, rowLoss: RowCrossEntropy, scale: number, y: Batch, targets: readonly number[][]): Evaluation {
  const n = y.cols;
  const { s, rows, run } = forwardPass(relaxation, n);
  const value = new Float64Array(y.rows);
  const gradients = zeros(y.rows, n);
  const G = new Float64Array(n * n);
  const g = new Float64Array(n);
  for (let i = 0; i < y.rows; i++) {
    run(y.data, i * n, scale);
    targetInto(rows.T, s, targets[i]!);
    value[i] = rowLoss.gradient(rows, G);
    relaxation.pullback(s, G, g);
    for (let c = 0; c < n; c++) gradients.data[i * n + s.order[c]!] = scale * g[c]!;
  }

  const hessian = (): Batch => {
    const blocks = zeros(y.rows, n * n);
    const factors = rowFactors(n);
    const H = new Float64Array(n * n);
    const pull = curvaturePull(relaxation, n);
    for (let i = 0; i < y.rows; i++) {
      run(y.data, i * n, scale);
      targetInto(rows.T, s, targets[i]!);
      rowLoss.hessian(rows, factors);
      pull(s, rows.P, factors, H);
      scatter(H, s, scale * scale, blocks.data, i * n * n);
    }
    return blocks;
  };
  return withHessian({ value, gradient: () => copyOf(gradients) }, hessian);
}

/** Sorting and softmax of one sample at a time, in arrays that are used again for the next. */
function forwardPass(relaxation: RowRelaxation, n: number) {
  const s = sortedScores(n);
  const P = new Float64Array(n * n);
  const rest = new Float64Array(n);
  const rows: SoftmaxRows = { n, P, rest, T: new Float64Array(n * n), logit: (r, c) => relaxation.logit(s, r, c) };
  const run = (y: Float64Array, offset: number, scale: number): void => {
    sortInto(s, y, offset, scale);
    relaxation.weights(s, P);
    for (let r = 0; r < n; r++) {
      P[r * n + r] = 0;
      let others = 0;
      for (let k = r * n; k < (r + 1) * n; k++) others += P[k]!;
      const inverse = 1 / (1 + others);
      for (let k = r * n; k < (r + 1) * n; k++) P[k]! *= inverse;
      P[r * n + r] = inverse;
      rest[r] = others * inverse;
    }
  };
  return { s, P, rows, run };
}

/**
 * H = sum_r J_r^T (diag(d) + p w^T + w p^T + gamma q q^T) J_r, with p, w, q the factors of row r: the low-rank terms of all rows are one
 * sum of outer products of pulled-back vectors.
 */
function curvaturePull(relaxation: RowRelaxation, n: number) {
  const left = new Float64Array(2 * n * n); // J_r^T p of every row, then J_r^T q of the rows that have one
  const right = new Float64Array(2 * n * n); // J_r^T w, then gamma / 2 J_r^T q
  const pulled = new Float64Array(n * n);
  return (s: SortedScores, P: Float64Array, { d, w, q, gamma }: RowFactors, H: Float64Array): void => {
    let count = n;
    for (let r = 0; r < n; r++) {
      relaxation.pullRow(s, r, P, left);
      relaxation.pullRow(s, r, w, right);
      if (gamma[r] === 0) continue;
      relaxation.pullRow(s, r, q, pulled);
      for (let c = 0; c < n; c++) {
        left[count * n + c] = pulled[r * n + c]!;
        right[count * n + c] = 0.5 * gamma[r]! * pulled[r * n + c]!;
      }
      count++;
    }
    H.fill(0);
    relaxation.pullDiagonals(s, d, H);
    symmetricRankSum(left, right, count, n, H);
  };
}

/** From sorted places to items, times `scale`. */
function scatter(H: Float64Array, { n, order }: SortedScores, scale: number, out: Float64Array, offset: number): void {
  for (let a = 0; a < n; a++) {
    const o = offset + order[a]! * n;
    for (let b = 0; b < n; b++) out[o + order[b]!] = scale * H[a * n + b]!;
  }
}
