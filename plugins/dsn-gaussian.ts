import { defineNetworkLoss } from '../core/numerics/define-network-loss.js';
import { normalCdf, normalDensity, normalLogDerivatives } from '../core/numerics/normal.js';

/**
 * Differentiable sorting network with the distribution function of the normal distribution, v = s D, s = steepness:
 *
 *     F(D) = Phi(v),     F' = s phi(v),     F'' = -s^2 v phi(v)
 */
const { plugin, operators } = defineNetworkLoss({
  name: 'dsn-gaussian',
  title: 'Differentiable sorting network, Gaussian',
  source: 'Petersen et al., Monotonic Differentiable Sorting Networks, ICLR 2022, among the sigmoids compared',
  sigmoid: (s: number) => ({
    F: (D: number) => normalCdf(s * D),
    first: (D: number) => s * normalDensity(s * D),
    second: (D: number) => -s * s * s * D * normalDensity(s * D),
    logarithm(D: number, out: Float64Array) {
      normalLogDerivatives(s * D, out);
      out[1]! *= s;
      out[2]! *= s * s;
    },
  }),
});

export default plugin;

export const { softPermutation, softSort, softRank } = operators;
