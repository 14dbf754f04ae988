import { ALGEBRAIC_LEAST, defineNetworkLoss, logarithmOfF, type Sigmoid } from '../core/sorting/index.js';

const { fround } = Math;

/**
 * Differentiable sorting network with the distribution function of the Cauchy distribution, v = s D, s = steepness:
 *
 *     F(D) = 1/2 + atan(v) / pi,     F' = s / (pi (1 + v^2)),     F'' = -2 s^2 v / (pi (1 + v^2)^2)
 *
 * Infinitely smooth and monotonic: sorting a larger score never lowers an output. Its tail, 1 / (pi |v|), is taken
 * without cancellation: with w = 1 / |v|, F = atan(w) / pi, (log F)' = h = s w^2 / ((1 + w^2) atan w) and (log F)'' =
 * h^2 (2 atan(w) / w - 1).
 */
const { plugin, operators } = defineNetworkLoss({
  name: 'dsn-cauchy',
  title: 'Differentiable sorting network, Cauchy',
  source: 'Petersen et al., Monotonic Differentiable Sorting Networks, ICLR 2022, sigmoid f_C',
  sigmoid: (s: number): Sigmoid => ({
    F: (D: number) => (D < 0 ? Math.atan(-1 / (s * D)) / Math.PI : 0.5 + Math.atan(s * D) / Math.PI),
    first: (D: number) => s / (Math.PI * (1 + (s * D) ** 2)),
    second(D: number) {
      const square = 1 + (s * D) ** 2;
      // The fourth power of v would overflow long before the third, of which F'' is, underflows.
      return square < 1e150 ? (-2 * s * s * s * D) / (Math.PI * square ** 2) : (-2 * s) / (Math.PI * square * D);
    },
    logarithm(D: number, out: Float64Array) {
      const v = s * D;
      if (v > -1) return logarithmOfF(this, D, out);
      const w = -1 / v;
      const angle = Math.atan(w); // pi F
      const ratio = w / angle;
      const hazard = (s * w * ratio) / (1 + w * w);
      out[0] = Math.log(angle / Math.PI);
      out[1] = hazard;
      out[2] = hazard * hazard * (2 / ratio - 1);
    },
    least: ALGEBRAIC_LEAST,
    float32: (D: number) => fround(fround(fround(1 / Math.PI) * fround(Math.atan(fround(fround(s) * D)))) + 0.5),
  }),
});

export default plugin;

export const { softPermutation, softSort, softRank } = operators;
