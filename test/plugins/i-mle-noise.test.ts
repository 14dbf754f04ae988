import { expect } from 'chai';
import { drawGamma, drawSumOfGamma } from '../../plugins/i-mle/sum-of-gamma.js';
import { createRng } from '../../core/random/rng.js';

const EULER = 0.5772156649015329;

/**
 * The largest distance of the empirical distribution function from F; above 1.95 / sqrt(n) once in 1000 times
 * (Kolmogorov).
 */
function kolmogorov(sample: Float64Array, F: (x: number) => number): number {
  const sorted = sample.toSorted();
  return sorted.reduce((most, x, i) => Math.max(most, Math.abs(F(x) - (i + 0.5) / sorted.length)), 0);
}

describe('sum-of-Gamma noise', () => {
  it('has Gamma draws of the right distribution: exponential for shape 1, chi squared for 1/2, and moments for less', () => {
    const n = 20_000;
    const drawn = (a: number): Float64Array => {
      const rng = createRng(3);
      return Float64Array.from({ length: n }, () => drawGamma(() => rng.uniform(), a));
    };
    expect(kolmogorov(drawn(1), (x) => 1 - Math.exp(-x))).to.be.below(1.95 / Math.sqrt(n));
    // 2 g of shape 1/2 is the square of a normal: g <= x where |normal| <= sqrt(2 x); its median is 0.2275.
    expect(drawn(0.5).filter((g) => g < 0.227468).length / n).to.be.closeTo(0.5, 3.3 * Math.sqrt(0.25 / n));
    for (const a of [0.5, 0.1, 0.02]) {
      const moment = (power: number): number => drawn(a).reduce((sum, g) => sum + g ** power, 0) / n;
      // E g^p = a (a + 1) ... (a + p - 1); the standard error of a mean of g^p is sqrt(E g^2p / n) at most
      expect(moment(1)).to.be.closeTo(a, 4.5 * Math.sqrt((a * (a + 1)) / n));
      expect(moment(2)).to.be.closeTo(a * (a + 1), 4.5 * Math.sqrt((a * (a + 1) * (a + 2) * (a + 3)) / n));
    }
  });

  it('has mean 0 and the variance of its terms', () => {
    const { data } = drawSumOfGamma(createRng(1), [4], 1, 40_000, 10);
    const mean = data.reduce((sum, z) => sum + z, 0) / data.length;
    const variance = data.reduce((sum, z) => sum + z * z, 0) / data.length;
    const exact = Array.from({ length: 10 }, (_, i) => 1 / (4 * (i + 1) ** 2)).reduce((sum, x) => sum + x, 0);
    const fourth = data.reduce((sum, z) => sum + z ** 4, 0) / data.length;
    expect(mean).to.be.closeTo(0, 4.5 * Math.sqrt(exact / data.length));
    expect(variance).to.be.closeTo(exact, 4.5 * Math.sqrt(fourth / data.length));
  });

  it('sums, k independent ones, to a Gumbel variable of mean 0', () => {
    // The terms left out have variance sum_{i > 200} 1 / i^2 = 0.005 beside pi^2 / 6, which moves the distribution by
    // less than 0.002.
    for (const k of [1, 3]) {
      const n = 2000;
      const { data } = drawSumOfGamma(createRng(2), [k], n, k, 200);
      const sums = Float64Array.from(
        { length: n },
        (_, s) => data.subarray(s * k, (s + 1) * k).reduce((sum, z) => sum + z, 0),
      );
      expect(kolmogorov(sums, (x) => Math.exp(-Math.exp(-x - EULER)))).to.be.below(0.002 + 1.95 / Math.sqrt(n));
    }
  });

  it('gives each sample noise of its own stream and size', () => {
    const both = drawSumOfGamma(createRng(5), [2, 7], 3, 4, 5).data;
    const first = drawSumOfGamma(createRng(5), [2], 3, 4, 5).data;
    expect(both.subarray(0, 12)).to.deep.equal(first);
    expect(both.subarray(12)).to.not.deep.equal(drawSumOfGamma(createRng(5), [2, 2], 3, 4, 5).data.subarray(12));
  });
});
