import { expect } from 'chai';
import { createRng } from '../../../core/random/rng.js';
import { mean, median, pairedDifference, standardDeviation } from '../../../harness/statistics/index.js';
import { signFlipP } from '../../../harness/statistics/sign-flips.js';
import { signedRankP } from '../../../harness/statistics/signed-ranks.js';

describe('statistics of paired runs', () => {
  it('computes mean, sample standard deviation and median', () => {
    expect(mean([2, 4, 9])).to.equal(5);
    expect(standardDeviation([2, 4, 9])).to.be.closeTo(Math.sqrt((9 + 1 + 16) / 2), 1e-15);
    expect(standardDeviation([2])).to.equal(undefined);
    expect(median([9, 2, 4])).to.equal(4);
    expect(median([9, 2, 4, 5])).to.equal(4.5);
  });

  it('pairs by seed: the shared part of the spread does not widen the interval', () => {
    // Differences 1, 2, 3: mean 2, sd 1, half-width t_{0.975, 2} / sqrt(3) = 4.302653 / 1.732051 = 2.484138.
    const { mean: centre, interval, pairs, p } = pairedDifference([11, 52, 93], [10, 50, 90]);
    expect(centre).to.equal(2);
    expect(pairs).to.equal(3);
    expect(interval![0]).to.be.closeTo(2 - 2.484138, 1e-6);
    expect(interval![1]).to.be.closeTo(2 + 2.484138, 1e-6);
    expect(p.signFlip).to.equal(0.25);
  });

  it('gives no interval for one seed', () => {
    expect(pairedDifference([3], [1])).to.deep.equal({ mean: 2, pairs: 1, p: {} });
  });

  it('refuses values that do not pair', () => {
    expect(() => pairedDifference([1, 2], [1])).to.throw(RangeError);
    expect(() => pairedDifference([], [])).to.throw(RangeError);
  });

  it('counts sign patterns exactly', () => {
    // |+-1 +-2 +-4| >= 3 for sums 7, 5, 3 and their negatives: six of eight.
    expect(signFlipP([1, -2, 4])).to.equal(6 / 8);
    expect(signFlipP([0.1, 0.2, 0.3])).to.equal(2 / 8);
    expect(signFlipP([0, 0])).to.equal(1);
  });

  it('covers the true difference as often as it says', () => {
    const rng = createRng(5);
    const three = (): number[] => [rng.normal(), rng.normal(), rng.normal()];
    let covered = 0;
    for (let k = 0; k < 4000; k++) {
      const [low, high] = pairedDifference(three(), three()).interval!;
      if (low <= 0 && high >= 0) covered++;
    }
    expect(covered / 4000).to.be.closeTo(0.95, 4 * Math.sqrt((0.95 * 0.05) / 4000));
  });

  it('has nothing to say of a spread where all differences are the same, up to rounding', () => {
    for (const [values, baseline] of [[[0.3, 0.4, 0.5], [0.1, 0.2, 0.3]], [[2, 2, 2], [1, 1, 1]]]) {
      const { mean: centre, ...rest } = pairedDifference(values, baseline);
      expect(centre).to.be.closeTo(values[0] - baseline[0], 1e-15);
      expect(rest).to.deep.equal({ pairs: 3, deviation: 0, p: { signFlip: 0.25, signedRank: 0.25 } });
    }
    const none = pairedDifference([0.3, 0.4], [0.3, 0.4]);
    expect(none).to.deep.equal({ mean: 0, pairs: 2, deviation: 0, p: { signFlip: 1 } });
  });

  it('never gives a number that is none', () => {
    const rng = createRng(6);
    for (let pairs = 1; pairs <= 24; pairs++) {
      const values = (): number[] => Array.from({ length: pairs }, () => Math.round(4 * rng.uniform()) / 4);
      const text = JSON.stringify(pairedDifference(values(), values()), (_, value: unknown) => {
        if (typeof value === 'number') expect(value, `${pairs} pairs`).to.satisfy(Number.isFinite);
        return value;
      });
      expect(text).not.to.contain('null');
    }
  });

  it('leaves out of a bootstrap what has too few resamples, and gives the same interval each time', () => {
    const values = [0.2, 0.25, 0.31, 0.22, 0.4];
    const baseline = [0.1, 0.2, 0.22, 0.24, 0.2];
    expect(pairedDifference(values.slice(1), baseline.slice(1))).not.to.have.property('bootstrap');
    const [low, high] = pairedDifference(values, baseline).bootstrap!;
    expect(pairedDifference(values, baseline).bootstrap).to.deep.equal([low, high]);
    expect(low).to.be.within(0, 0.09);
    expect(high).to.be.within(0.09, 0.2);
  });

  it('ranks ties and zeros as Wilcoxon does', () => {
    expect(signedRankP([1, 2, 3])).to.equal(0.25); // 1 of 8 patterns on either side
    expect(signedRankP([0, 0, 1, 2, 3])).to.equal(0.25);
    expect(signedRankP([1, 1, -1])).to.equal(1); // ranks 2, 2, 2: sums 0, 2, 4, 6 with 1, 3, 3, 1 of 8
    expect(signedRankP([0, 0])).to.equal(undefined);
  });
});
