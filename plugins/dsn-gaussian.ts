import { defineNetworkLoss, LEAST, normalCdf, normalDensity, normalLogDerivatives } from '../core/sorting/index.js';

const { fround } = Math;

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
      out[1] *= s;
      out[2] *= s * s;
    },
    least: LEAST,
    float32(D: number) {
      const z = fround(fround(D / fround(1 / s)) / fround(Math.SQRT2));
      return fround(0.5 + 0.5 * fround(2 * normalCdf(z * Math.SQRT2) - 1)); // 1/2 + 1/2 erf z
    },
  }),
});

export default plugin;

export const { softPermutation, softSort, softRank } = operators;
