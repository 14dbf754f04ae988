import { defineNetworkLoss, logisticSigmoid, type Sigmoid } from '../core/sorting/index.js';

const { fround } = Math;
const EXPONENT = 0.25;
const FLOOR = 1e-10;

/**
 * Differentiable sorting network with the logistic sigmoid after the activation replacement trick, s = steepness:
 *
 *     F(D) = sigma(phi(D)),     phi(D) = s D / (|D| + 1e-10)^(1/4)
 *     phi' = s (|D| + 1e-10)^(-1/4) (1 - u / 4),     u = |D| / (|D| + 1e-10)
 *     phi'' = -s sign(D) (|D| + 1e-10)^(-5/4) (1/2 - 5/16 u)
 *
 * The trick moves differences away from 0, where comparators are least sure. Near a tie the slope is s 10^(5/2) / 4,
 * about 79 s, and the curvature of the order of its square: expect large Newton matrices there.
 */
const { plugin, operators } = defineNetworkLoss({
  name: 'dsn-logistic-art',
  title: 'Differentiable sorting network, logistic with activation replacement',
  source:
    'Petersen et al., Differentiable Sorting Networks for Scalable Sorting and Ranking Supervision, ICML 2021, the activation replacement trick',
  sigmoid: (s: number): Sigmoid => activationReplacement(logisticSigmoid(1), s),
});

export default plugin;

export const { softPermutation, softSort, softRank } = operators;

function activationReplacement(sigmoid: Sigmoid, s: number): Sigmoid {
  const size = (D: number): number => Math.abs(D) + FLOOR;
  const phi = (D: number): number => s * D * size(D) ** -EXPONENT;
  const phi1 = (D: number): number => s * size(D) ** -EXPONENT * (1 - (EXPONENT * Math.abs(D)) / size(D));
  const phi2 = (D: number): number =>
    -s * Math.sign(D) * EXPONENT * size(D) ** (-EXPONENT - 1) * (2 - ((1 + EXPONENT) * Math.abs(D)) / size(D));
  return {
    F: (D) => sigmoid.F(phi(D)),
    first: (D, F, complement) => sigmoid.first(phi(D), F, complement) * phi1(D),
    second: (D, F, complement) =>
      sigmoid.second(phi(D), F, complement) * phi1(D) ** 2 + sigmoid.first(phi(D), F, complement) * phi2(D),
    logarithm(D, out) {
      sigmoid.logarithm(phi(D), out);
      out[2] = out[2] * phi1(D) ** 2 + out[1] * phi2(D);
      out[1] *= phi1(D);
    },
    least: sigmoid.least,
    float32: (D) => sigmoid.float32(fround(fround(fround(s) * D) / fround(fround(size(D)) ** EXPONENT))),
  };
}
