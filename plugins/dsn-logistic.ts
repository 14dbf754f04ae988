import { defineNetworkLoss, logisticSigmoid } from '../core/sorting/index.js';

/**
 * Differentiable sorting network with the logistic sigmoid, s = steepness:
 *
 *     F(D) = 1 / (1 + exp(-s D)),     F' = s F (1 - F),     F'' = s^2 F (1 - F) (1 - 2 F)
 *
 * Infinitely smooth; neither monotonic nor bounded in its error (see the Cauchy, reciprocal and optimal sigmoids).
 */
const { plugin, operators } = defineNetworkLoss({
  name: 'dsn-logistic',
  title: 'Differentiable sorting network, logistic',
  source:
    'Petersen et al., Differentiable Sorting Networks for Scalable Sorting and Ranking Supervision, ICML 2021, the logistic relaxation',
  sigmoid: logisticSigmoid,
});

export default plugin;

export const { softPermutation, softSort, softRank } = operators;
