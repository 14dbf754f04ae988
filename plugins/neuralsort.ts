import { defineLoss, parameters } from '../core/index.js';
import {
  crossEntropySchema,
  neuralSortLogitsPullback,
  ranksSchema,
  rowRelaxationLoss,
  rowRelaxationPermutation,
  sampleRankings,
  softmaxPermutation,
  softOperators,
  sortingCapabilities,
} from '../core/sorting/index.js';

/**
 * NeuralSort: the distribution over items at rank r is a softmax whose leader is the r-th smallest score, for every
 * temperature.
 *
 *     P[r, :] = softmax_j( ((2 r + 1 - n) y_j - sum_l |y_j - y_l|) / tau )          r = 0 .. n - 1 ascending
 *     value   = cross-entropy of P and the true permutation
 *
 * (The paper's k counts from the largest, k = n - r.) In sorted places x neighbouring logits of row r differ by
 * L[r, c + 1] - L[r, c] = (2 (r - c) - 1) (x_{c+1} - x_c) / tau, so exp(L) is a product of odd powers of the
 * exponentials of neighbouring gaps, and the Jacobian is diag(2 r + 1 - n - kappa) + W with W[c, l] = sign(x_c - x_l)
 * and kappa its row sums. Equal scores have slope 0 in their difference. Value and gradient O(n^2), Hessian O(n^3) with
 * one product.
 */
const plugin = defineLoss({
  name: 'neuralsort',
  title: 'NeuralSort',
  source:
    'Grover et al., Stochastic Optimization of Sorting Networks via Continuous Relaxations, ICLR 2019, the relaxation of the argsort of a vector',
  params: parameters({
    temperature: { type: 'number', exclusiveMinimum: 0, default: 1 },
    crossEntropy: crossEntropySchema,
  }),
  target: ranksSchema,
  capabilities: sortingCapabilities,
  create: (params) => rowRelaxationLoss('neuralsort', params),
  sample: (_params, rng, rows, m = 5) => sampleRankings(rng, rows, m, 0.5),
});

export default plugin;

export const { softPermutation, softSort, softRank } = softOperators(
  plugin,
  (scores, { temperature }) =>
    softmaxPermutation(
      rowRelaxationPermutation('neuralsort', temperature, scores),
      temperature,
      (LBar) => neuralSortLogitsPullback(scores, LBar),
    ),
);
