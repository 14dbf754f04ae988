import { expect } from 'chai';
import {
  type DistributionName,
  distributionNames,
  distributions,
} from '../../../../core/algorithm-losses/noise/distributions.js';

const EULER = 0.5772156649015329;

/** log p and the distribution function, as textbooks have them. */
const textbook: Record<
  Exclude<DistributionName, 'gaussian'>,
  { log: (z: number) => number; cdf: (z: number) => number }
> = {
  gumbel: { log: (z) => -(z + EULER) - Math.exp(-(z + EULER)), cdf: (z) => Math.exp(-Math.exp(-(z + EULER))) },
  logistic: { log: (z) => -z - 2 * Math.log1p(Math.exp(-z)), cdf: (z) => 1 / (1 + Math.exp(-z)) },
  cauchy: { log: (z) => -Math.log(Math.PI * (1 + z * z)), cdf: (z) => 0.5 + Math.atan(z) / Math.PI },
  laplace: { log: (z) => -Math.abs(z) - Math.LN2, cdf: (z) => (z < 0 ? Math.exp(z) / 2 : 1 - Math.exp(-z) / 2) },
  triangular: { log: (z) => Math.log(1 - Math.abs(z)), cdf: (z) => (z < 0 ? (1 + z) ** 2 / 2 : 1 - (1 - z) ** 2 / 2) },
};
const logDensity = (name: DistributionName): (z: number) => number =>
  name === 'gaussian' ? (z) => -0.5 * z * z - 0.5 * Math.log(2 * Math.PI) : textbook[name].log;

const slopeOf = (f: (z: number) => number, z: number): number => (f(z + 1e-5) - f(z - 1e-5)) / 2e-5; // error h^2 |f'''| / 6 + 1e-16 |f| / h < 1e-9
const points = [-0.93, -0.4, -0.07, 0.21, 0.6, 0.88];

/**
 * The mean of f over the distribution, of f bounded by u^-1/2: midpoints of a grid that is finer towards 0 and 1, u =
 * (3 - 2 t) t^2.
 */
function meanOf(name: DistributionName, f: (z: number) => number): number {
  const n = 100_000;
  let sum = 0;
  for (let k = 0; k < n; k++) {
    const t = (k + 0.5) / n;
    sum += (f(distributions[name].quantile((3 - 2 * t) * t * t)) * 6 * t * (1 - t)) / n;
  }
  return sum;
}

describe('distributions of noise', () => {
  for (const name of distributionNames) {
    const { quantile, score, scoreSlope } = distributions[name];

    it(`${name}: the score is the derivative of -log p, its slope the second`, () => {
      for (const z of points) {
        expect(score(z)).to.be.closeTo(-slopeOf(logDensity(name), z), 1e-6);
        if (scoreSlope) expect(scoreSlope(z)).to.be.closeTo(slopeOf(score, z), 1e-8);
      }
    });

    it(`${name}: integration by parts, E nu' = 0, E z nu' = 1, E nu'^2 = E nu''`, () => {
      expect(meanOf(name, score)).to.be.closeTo(0, 1e-7);
      expect(meanOf(name, (z) => z * score(z))).to.be.closeTo(1, 1e-4); // error of the midpoints where f has its pole or kink
      if (scoreSlope) expect(meanOf(name, (z) => score(z) ** 2 - scoreSlope(z))).to.be.closeTo(0, 1e-7);
    });

    it(`${name}: finite at the ends of the uniforms`, () => {
      for (const u of [2 ** -54, 1 - 2 ** -53, 0.5]) {
        for (const f of [quantile, score, scoreSlope ?? score]) {
          expect(Number.isFinite(f(f === quantile ? u : quantile(u)))).to.equal(true);
        }
      }
    });
  }

  for (const [name, { cdf }] of Object.entries(textbook)) {
    it(`${name}: the quantile inverts the distribution function`, () => {
      for (const z of points) expect(distributions[name as DistributionName].quantile(cdf(z))).to.be.closeTo(z, 1e-14);
    });
  }

  it('gumbel has mean 0, so that it shifts no cost', () => {
    expect(meanOf('gumbel', (z) => z)).to.be.closeTo(0, 1e-6);
  });

  it("where p jumps in its slope, the missing point masses are missing: E nu'^2 is 1 for laplace, infinite for triangular", () => {
    expect(distributions.laplace.scoreSlope).to.equal(undefined);
    expect(distributions.triangular.scoreSlope).to.equal(undefined);
    expect(meanOf('laplace', (z) => distributions.laplace.score(z) ** 2)).to.be.closeTo(1, 1e-9);
    expect(meanOf('triangular', (z) => distributions.triangular.score(z) ** 2)).to.be.above(10);
  });
});
