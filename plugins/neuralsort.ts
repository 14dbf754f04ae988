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
    const [totals, base] = s.scratch;
    totals.fill(0);
    g.fill(0);
    for (let c = 0; c < n; c++) base[c] = slope(s, 0, c);
    for (let r = 0, k = 0; r < n; r++) {
      for (let c = 0; c < n; c++, k++) {
        totals[c]! += G[k]!;
        g[c]! += (2 * r + base[c]!) * G[k]!;
      }
    }
    addSignedSums(s, totals, 0, g);
  },

  pullRow(s, r, V, out) {
    const o = r * s.n;
    for (let c = 0; c < s.n; c++) out[o + c] = slope(s, r, c) * V[o + c]!;
    addSignedSums(s, V, o, out);
  },

  pullDiagonals(s, D, H) {
    const { n, end } = s;
    const [totals, sloped, base] = s.scratch;
    totals.fill(0);
    sloped.fill(0);
    for (let c = 0; c < n; c++) base[c] = slope(s, 0, c);
    for (let r = 0, k = 0; r < n; r++) {
      for (let c = 0; c < n; c++, k++) {
        const f = 2 * r + base[c]!;
        totals[c]! += D[k]!;
        sloped[c]! += f * D[k]!;
        H[c * n + c]! += f * f * D[k]!;
      }
    }
    for (let a = 0; a < n; a++) {
      for (let b = end[a]!; b < n; b++) {
        const entry = sloped[b]! - sloped[a]!;
        H[a * n + b]! += entry;
        H[b * n + a]! += entry;
      }
    }
    addSignProduct(s, totals, H);
  },
};

/** out += W^T v, both at offset o: the sum over larger scores less the sum over smaller ones. */
function addSignedSums({ n, start, end, prefix }: SortedScores, v: Float64Array, o: number, out: Float64Array): void {
  let total = 0;
  for (let c = 0; c < n; c++) prefix[c + 1] = total += v[o + c]!;
  for (let c = 0; c < n; c++) out[o + c]! += total - prefix[end[c]!]! - prefix[start[c]!]!;
}

/** H += W^T diag(d) W: entry (a, b) is the sum of d below both and above both less the sum strictly between. */
function addSignProduct({ n, start, end, prefix }: SortedScores, d: Float64Array, H: Float64Array): void {
  let total = 0;
  for (let c = 0; c < n; c++) prefix[c + 1] = total += d[c]!;
  for (let a = 0; a < n; a++) {
    const outside = total + prefix[start[a]!]!; // and less what is not above b
    for (let b = start[a]!; b < end[a]!; b++) H[a * n + b]! += outside - prefix[end[a]!]!;
    for (let b = end[a]!; b < n; b++) {
      const entry = outside - prefix[end[b]!]! - prefix[start[b]!]! + prefix[end[a]!]!;
      H[a * n + b]! += entry;
      H[b * n + a]! += entry;
    }
  }
}
