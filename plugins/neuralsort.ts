import { type Batch } from '../core/batch.js';
import { defineLoss } from '../core/define.js';
import { type CrossEntropy, crossEntropySchema, ranksSchema, sortingCapabilities } from '../core/numerics/cross-entropy/options.js';
import { type RowRelaxation, rowRelaxationLoss, rowRelaxationPermutation } from '../core/numerics/row-relaxation.js';
import { sampleRankings } from '../core/numerics/sample-rankings.js';
import { type SortedScores } from '../core/numerics/sorted.js';

interface Params {
  temperature: number;
  crossEntropy: CrossEntropy;
}

/**
 * NeuralSort: the distribution over items at rank r is a softmax whose leader is the r-th smallest score, for every temperature.
 *
 *     P[r, :] = softmax_j( ((2 r + 1 - n) y_j - sum_l |y_j - y_l|) / tau )          r = 0 .. n - 1 ascending
 *     value   = cross-entropy of P and the true permutation
 *
 * (The paper's k counts from the largest, k = n - r.) In sorted places x neighbouring logits of row r differ by
 * L[r, c + 1] - L[r, c] = (2 (r - c) - 1) (x_{c+1} - x_c) / tau, so exp(L) is a product of odd powers of the exponentials of neighbouring gaps,
 * and the Jacobian is diag(2 r + 1 - n - kappa) + W with W[c, l] = sign(x_c - x_l) and kappa its row sums. Equal scores have slope 0 in their difference.
 * Value and gradient O(n^2), Hessian O(n^3) with one product.
 */
export default defineLoss<number[], Params>({
  name: 'neuralsort',
  title: 'NeuralSort',
  source: 'Grover et al., Stochastic Optimization of Sorting Networks via Continuous Relaxations, ICLR 2019, equation 5',
  params: {
    type: 'object',
    properties: { temperature: { type: 'number', exclusiveMinimum: 0, default: 1 }, crossEntropy: crossEntropySchema },
    required: ['temperature', 'crossEntropy'],
    additionalProperties: false,
  },
  target: ranksSchema,
  capabilities: sortingCapabilities,
  create: (params) => rowRelaxationLoss(relaxation, params),
  sample: (_params, rng, rows) => sampleRankings(rng, rows, 5, 0.5),
});

/** The soft permutation matrix of a vector of scores: (n, n), P[rank, item], ascending. */
export function softPermutation(scores: ArrayLike<number>, { temperature = 1 }: { temperature?: number } = {}): Batch {
  return rowRelaxationPermutation(relaxation, temperature, scores);
}

/** 2 r + 1 - n - kappa_c, kappa_c the number of smaller less the number of larger scores: 2 (r - c) where no scores are equal. */
const slope = ({ start, end }: SortedScores, r: number, c: number): number => 2 * r + 1 - start[c]! - end[c]!;

const relaxation: RowRelaxation = {
  weights({ n, x }, E) {
    for (let r = 0; r < n; r++) E[r * n + r] = 1;
    for (let c = 0; c + 1 < n; c++) {
      const e = Math.exp(x[c]! - x[c + 1]!);
      const e2 = e * e;
      for (let r = c, power = e; r >= 0; r--, power *= e2) E[r * n + c + 1] = E[r * n + c]! * power;
    }
    for (let c = n - 2; c >= 0; c--) {
      const e = Math.exp(x[c]! - x[c + 1]!);
      const e2 = e * e;
      for (let r = c + 1, power = e; r < n; r++, power *= e2) E[r * n + c] = E[r * n + c + 1]! * power;
    }
  },

  logit({ x }, r, c) {
    const step = c < r ? -1 : 1;
    let L = 0;
    for (let k = r, odd = 1; k !== c; k += step, odd += 2) L -= odd * Math.abs(x[k + step]! - x[k]!);
    return L;
  },

  pullback(s, G, g) {
    const { n } = s;
    const totals = new Float64Array(n);
    for (let k = 0; k < n * n; k++) totals[k % n]! += G[k]!;
    signedSums(s, totals, 0, g);
    for (let r = 0, k = 0; r < n; r++) for (let c = 0; c < n; c++, k++) g[c]! += slope(s, r, c) * G[k]!;
  },

  pullRow(s, r, V, out) {
    const o = r * s.n;
    signedSums(s, V, o, out);
    for (let c = 0; c < s.n; c++) out[o + c]! += slope(s, r, c) * V[o + c]!;
  },

  pullDiagonals(s, D, H) {
    const { n } = s;
    const totals = new Float64Array(n);
    const sloped = new Float64Array(n);
    for (let r = 0, k = 0; r < n; r++) {
      for (let c = 0; c < n; c++, k++) {
        const f = slope(s, r, c);
        totals[c]! += D[k]!;
        sloped[c]! += f * D[k]!;
        H[c * n + c]! += f * f * D[k]!;
      }
    }
    addSignProduct(s, totals, H);
    for (let a = 0; a < n; a++) {
      for (let b = s.end[a]!; b < n; b++) {
        H[a * n + b]! += sloped[b]! - sloped[a]!;
        H[b * n + a]! += sloped[b]! - sloped[a]!;
      }
    }
  },
};

/** W^T v for v at offset o: the sum over larger scores less the sum over smaller ones. */
function signedSums({ n, start, end }: SortedScores, v: Float64Array, o: number, out: Float64Array): void {
  for (let c = 0, sum = 0, below = 0; c < n; c++) {
    if (start[c] === c) below = sum;
    out[o + c] = -below;
    sum += v[o + c]!;
  }
  for (let c = n - 1, sum = 0, above = 0; c >= 0; c--) {
    if (end[c] === c + 1) above = sum;
    out[o + c]! += above;
    sum += v[o + c]!;
  }
}

/** H += W^T diag(d) W: entry (a, b) is the sum of d below both and above both less the sum strictly between. */
function addSignProduct({ n, start, end }: SortedScores, d: Float64Array, H: Float64Array): void {
  const below = new Float64Array(n + 1);
  const above = new Float64Array(n + 1);
  for (let c = 0; c < n; c++) below[c + 1] = below[c]! + d[c]!;
  for (let c = n - 1; c >= 0; c--) above[c] = above[c + 1]! + d[c]!;
  for (let a = 0; a < n; a++) {
    for (let b = start[a]!; b < end[a]!; b++) H[a * n + b]! += below[start[a]!]! + above[end[a]!]!;
    for (let b = end[a]!, between = 0; b < n; b++) {
      if (b === start[b]) between = below[b]! - below[end[a]!]!;
      const entry = below[start[a]!]! + above[end[b]!]! - between;
      H[a * n + b]! += entry;
      H[b * n + a]! += entry;
    }
  }
}
