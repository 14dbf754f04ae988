import { type Batch } from '../core/batch.js';
import { defineLoss } from '../core/define.js';
import { type CrossEntropy, crossEntropySchema, ranksSchema, sortingCapabilities } from '../core/numerics/cross-entropy/options.js';
import { type RowRelaxation, rowRelaxationLoss, rowRelaxationPermutation } from '../core/numerics/row-relaxation.js';
import { sampleRankings } from '../core/numerics/sample-rankings.js';

interface Params {
  temperature: number;
  crossEntropy: CrossEntropy;
}

/**
 * SoftSort: the distribution over items at rank r falls off with the distance to the r-th smallest score.
 *
 *     P[r, :] = softmax_j( -|sort(y)_r - y_j| / tau )            sort ascending, tau = temperature
 *     value   = cross-entropy of P and the true permutation
 *
 * In sorted places x the logits are L[r, c] = -|x_r - x_c| / tau, so their Jacobian is a matrix of signs and exp(L) a product of the
 * exponentials of neighbouring gaps. Equal scores have slope 0 in their difference. Value and gradient O(n^2), Hessian O(n^3) with one product.
 */
export default defineLoss<number[], Params>({
  name: 'softsort',
  title: 'SoftSort',
  source: 'Prillo and Eisenschlos, SoftSort: A Continuous Relaxation for the argsort Operator, ICML 2020, equation 3',
  params: {
    type: 'object',
    properties: { temperature: { type: 'number', exclusiveMinimum: 0, default: 0.1 }, crossEntropy: crossEntropySchema },
    required: ['temperature', 'crossEntropy'],
    additionalProperties: false,
  },
  target: ranksSchema,
  capabilities: sortingCapabilities,
  create: (params) => rowRelaxationLoss(relaxation, params),
  sample: (_params, rng, rows) => sampleRankings(rng, rows, 5, 0.2),
});

/** The soft permutation matrix of a vector of scores: (n, n), P[rank, item], ascending. */
export function softPermutation(scores: ArrayLike<number>, { temperature = 0.1 }: { temperature?: number } = {}): Batch {
  return rowRelaxationPermutation(relaxation, temperature, scores);
}

const relaxation: RowRelaxation = {
  weights({ n, x }, E) {
    for (let r = 0; r < n; r++) E[r * n + r] = 1;
    for (let c = 0; c + 1 < n; c++) {
      const e = Math.exp(x[c]! - x[c + 1]!);
      for (let r = 0; r <= c; r++) E[r * n + c + 1] = E[r * n + c]! * e;
    }
    for (let r = 0; r < n; r++) for (let c = 0; c < r; c++) E[r * n + c] = E[c * n + r]!;
  },

  logit: ({ x }, r, c) => -Math.abs(x[r]! - x[c]!),

  pullback({ n, start, end }, G, g) {
    g.fill(0);
    for (let r = 0; r < n; r++) {
      let own = 0;
      for (let c = 0; c < start[r]!; c++) {
        g[c]! += G[r * n + c]!;
        own -= G[r * n + c]!;
      }
      for (let c = end[r]!; c < n; c++) {
        g[c]! -= G[r * n + c]!;
        own += G[r * n + c]!;
      }
      g[r]! += own;
    }
  },

  pullRow({ n, start, end }, r, V, out) {
    const o = r * n;
    let own = 0;
    for (let c = 0; c < start[r]!; c++) own -= out[o + c] = V[o + c]!;
    for (let c = start[r]!; c < end[r]!; c++) out[o + c] = 0;
    for (let c = end[r]!; c < n; c++) own -= out[o + c] = -V[o + c]!;
    out[o + r] = own;
  },

  pullDiagonals({ n, start, end }, D, H) {
    for (let r = 0; r < n; r++) {
      let own = 0;
      for (let c = 0; c < n; c++) {
        if (c >= start[r]! && c < end[r]!) continue;
        const d = D[r * n + c]!;
        H[c * n + c]! += d;
        H[c * n + r]! -= d;
        H[r * n + c]! -= d;
        own += d;
      }
      H[r * n + r]! += own;
    }
  },
};
