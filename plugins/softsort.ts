import { defineLoss, parameters } from '../core/index.js';
import {
  crossEntropySchema,
  ranksSchema,
  rowRelaxationLoss,
  rowRelaxationPermutation,
  sampleRankings,
  softmaxPermutation,
  softOperators,
  softSortLogitsPullback,
  sortingCapabilities,
} from '../core/sorting/index.js';

/**
 * SoftSort: the distribution over items at rank r falls off with the distance to the r-th smallest score.
 *
 *     P[r, :] = softmax_j( -|sort(y)_r - y_j| / tau )            sort ascending, tau = temperature
 *     value   = cross-entropy of P and the true permutation
 *
 * In sorted places x the logits are L[r, c] = -|x_r - x_c| / tau, so their Jacobian is a matrix of signs and exp(L) a
 * product of the exponentials of neighbouring gaps. Equal scores have slope 0 in their difference. Value and gradient
 * O(n^2), Hessian O(n^3) with one product.
 */
const plugin = defineLoss({
  name: 'softsort',
  title: 'SoftSort',
  source:
    'Prillo and Eisenschlos, SoftSort: A Continuous Relaxation for the argsort Operator, ICML 2020, with d(x, y) = |x - y|',
  params: parameters({
    temperature: { type: 'number', exclusiveMinimum: 0, default: 0.1 },
    crossEntropy: crossEntropySchema,
  }),
  target: ranksSchema,
  capabilities: sortingCapabilities,
  create: (params) => rowRelaxationLoss('softsort', params),
  sample: (_params, rng, rows, m = 5) => sampleRankings(rng, rows, m, 0.2),
});

export default plugin;

export const { softPermutation, softSort, softRank } = softOperators(
  plugin,
  (scores, { temperature }) =>
    softmaxPermutation(
      rowRelaxationPermutation('softsort', temperature, scores),
      temperature,
      (LBar) => softSortLogitsPullback(scores, LBar),
    ),
);
