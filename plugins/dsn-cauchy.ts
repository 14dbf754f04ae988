import { defineNetworkLoss } from '../core/numerics/define-network-loss.js';

/**
 * Differentiable sorting network with the distribution function of the Cauchy distribution, v = s D, s = steepness:
 *
 *     F(D) = 1/2 + atan(v) / pi,     F' = s / (pi (1 + v^2)),     F'' = -2 s^2 v / (pi (1 + v^2)^2)
 *
 * Infinitely smooth and monotonic: sorting a larger score never lowers an output. Its tail, 1 / (pi v), is taken without cancellation.
 */
const { plugin, operators } = defineNetworkLoss({
  name: 'dsn-cauchy',
  title: 'Differentiable sorting network, Cauchy',
  source: 'Petersen et al., Monotonic Differentiable Sorting Networks, ICLR 2022, sigmoid f_C',
  sigmoid: (s: number) => ({
    F: (D: number) => (D < 0 ? Math.atan(-1 / (s * D)) / Math.PI : 0.5 + Math.atan(s * D) / Math.PI),
    first: (D: number) => s / (Math.PI * (1 + (s * D) ** 2)),
    second: (D: number) => (-2 * s * s * s * D) / (Math.PI * (1 + (s * D) ** 2) ** 2),
  }),
});

export default plugin;

export const { softPermutation, softSort, softRank } = operators;
