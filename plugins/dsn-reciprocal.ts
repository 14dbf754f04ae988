import { ALGEBRAIC_LEAST, defineNetworkLoss, logarithmOfF, type Sigmoid } from '../core/sorting/index.js';

const { fround } = Math;

/**
 * Differentiable sorting network with the reciprocal sigmoid, v = s D, s = steepness:
 *
 *     F(D) = 1/2 (1 + v / (2 + |v|)),     F' = s / (2 + |v|)^2,     F'' = -2 s^2 sign(v) / (2 + |v|)^3
 *
 * Monotonic. In the left tail (log F)' = h = s / (2 + |v|) and (log F)'' = h^2. Once continuously differentiable: F''
 * jumps at D = 0, where it is taken as 0.
 */
const { plugin, operators } = defineNetworkLoss({
  name: 'dsn-reciprocal',
  title: 'Differentiable sorting network, reciprocal',
  source: 'Petersen et al., Monotonic Differentiable Sorting Networks, ICLR 2022, sigmoid f_R',
  sigmoid: (s: number): Sigmoid => ({
    F: (D: number) => (D < 0 ? 1 / (2 - s * D) : (1 + s * D) / (2 + s * D)),
    first: (D: number) => s / (2 + s * Math.abs(D)) ** 2,
    second: (D: number) => (-2 * s * s * Math.sign(D)) / (2 + s * Math.abs(D)) ** 3,
    logarithm(D: number, out: Float64Array) {
      if (D >= 0) return logarithmOfF(this, D, out);
      const hazard = s / (2 - s * D);
      out[0] = -Math.log(2 - s * D);
      out[1] = hazard;
      out[2] = hazard * hazard;
    },
    least: ALGEBRAIC_LEAST,
    float32(D: number) {
      const v = fround(fround(s) * D);
      return fround(0.5 * fround(fround(v / fround(2 + Math.abs(v))) + 1));
    },
  }),
});

export default plugin;

export const { softPermutation, softSort, softRank } = operators;
