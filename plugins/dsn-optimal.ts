import { ALGEBRAIC_LEAST, defineNetworkLoss, logarithmOfF, type Sigmoid } from '../core/sorting/index.js';

const { fround } = Math;

/**
 * Differentiable sorting network with the monotonic sigmoid of least error, v = s D, s = steepness:
 *
 *     F(D) = 1/2 + v            |v| <= 1/4         F' = s                 F'' = 0
 *            1 - 1 / (16 v)      v  >  1/4              s / (16 v^2)           -s^2 / (8 v^3)
 *            1 / (16 |v|)        v  < -1/4              s / (16 v^2)            s^2 / (8 |v|^3)
 *
 * In the left tail (log F)' = 1 / |D| and (log F)'' = 1 / D^2. Once continuously differentiable: F'' jumps at |v| =
 * 1/4.
 */
const { plugin, operators } = defineNetworkLoss({
  name: 'dsn-optimal',
  title: 'Differentiable sorting network, error-optimal',
  source: 'Petersen et al., Monotonic Differentiable Sorting Networks, ICLR 2022, sigmoid f_O',
  sigmoid: (s: number): Sigmoid => ({
    F(D: number) {
      const v = s * D;
      return Math.abs(v) <= 0.25 ? 0.5 + v : v > 0 ? 1 - 1 / (16 * v) : -1 / (16 * v);
    },
    first: (D: number) => (Math.abs(s * D) <= 0.25 ? s : s / (16 * (s * D) ** 2)),
    second: (D: number) => (Math.abs(s * D) <= 0.25 ? 0 : (-s * s) / (8 * (s * D) ** 3)),
    logarithm(D: number, out: Float64Array) {
      if (s * D >= -0.25) return logarithmOfF(this, D, out);
      out[0] = -Math.log(-16 * s * D);
      out[1] = -1 / D;
      out[2] = 1 / (D * D);
    },
    least: ALGEBRAIC_LEAST,
    float32(D: number) {
      const v = fround(fround(s) * D);
      if (Math.abs(v) <= 0.25) return fround(v + 0.5);
      const tail = fround(0.25 - fround(0.0625 / fround(Math.abs(v) + 1e-10)));
      return v > 0 ? fround(0.75 + tail) : fround(0.25 - tail);
    },
  }),
});

export default plugin;

export const { softPermutation, softSort, softRank } = operators;
