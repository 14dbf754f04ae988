import { defineNetworkLoss } from '../core/numerics/define-network-loss.js';

/**
 * Differentiable sorting network with the reciprocal sigmoid, v = s D, s = steepness:
 *
 *     F(D) = 1/2 (1 + v / (2 + |v|)),     F' = s / (2 + |v|)^2,     F'' = -2 s^2 sign(v) / (2 + |v|)^3
 *
 * Monotonic. Once continuously differentiable: F'' jumps at D = 0, where it is taken as 0.
 */
const { plugin, operators } = defineNetworkLoss({
  name: 'dsn-reciprocal',
  title: 'Differentiable sorting network, reciprocal',
  source: 'Petersen et al., Monotonic Differentiable Sorting Networks, ICLR 2022, sigmoid f_R',
  sigmoid: (s: number) => ({
    F: (D: number) => (D < 0 ? 1 / (2 - s * D) : (1 + s * D) / (2 + s * D)),
    first: (D: number) => s / (2 + s * Math.abs(D)) ** 2,
    second: (D: number) => (-2 * s * s * Math.sign(D)) / (2 + s * Math.abs(D)) ** 3,
  }),
});

export default plugin;

export const { softPermutation, softSort, softRank } = operators;
