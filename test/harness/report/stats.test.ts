import { expect } from 'chai';
import { createRng } from '../../../core/random/rng.js';
import {
  mean,
  median,
  pairedDifference,
  signFlipP,
  standardDeviation,
  studentCdf,
  studentQuantile,
} from '../../../harness/report/stats.js';

describe('statistics of paired runs', () => {
  it('gives the quantiles of the printed t tables', () => {
    const table: [p: number, degrees: number, t: number][] = [
      [0.975, 1, 12.7062],
      [0.975, 2, 4.3027],
      [0.975, 3, 3.1824],
      [0.975, 4, 2.7764],
      [0.975, 9, 2.2622],
      [0.975, 30, 2.0423],
      [0.95, 5, 2.015],
      [0.995, 7, 3.4995],
      [0.9995, 1, 636.6192],
      [0.9, 10, 1.3722],
      [0.995, 120, 2.6174],
      [0.75, 2, 0.8165],
    ];
    for (const [p, degrees, t] of table) {
      expect(studentQuantile(p, degrees), `p ${p}, ${degrees} degrees`).to.be.closeTo(t, 5.1e-5);
      expect(studentQuantile(1 - p, degrees)).to.be.closeTo(-t, 5.1e-5);
    }
    expect(studentQuantile(0.5, 4)).to.equal(0);
  });

  it('has the closed forms of 1, 2 and 4 degrees, and inverts to rounding', () => {
    for (const t of [-30, -1.5, 0, 0.1, 2, 8]) {
      expect(studentCdf(t, 1)).to.be.closeTo(0.5 + Math.atan(t) / Math.PI, 1e-15);
      expect(studentCdf(t, 2)).to.be.closeTo(0.5 + t / (2 * Math.sqrt(2 + t * t)), 1e-15);
      expect(studentCdf(t, 4)).to.be.closeTo(
        0.5 + (3 / 8) * (t / Math.sqrt(1 + t * t / 4)) * (1 - t * t / (12 + 3 * t * t)),
        1e-15,
      );
    }
    for (const degrees of [1, 2, 3, 8, 25]) {
      for (const p of [0.001, 0.2, 0.7, 0.99]) {
        expect(studentCdf(studentQuantile(p, degrees), degrees)).to.be.closeTo(p, 1e-14);
      }
    }
  });

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
    expect(p).to.equal(0.25);
  });

  it('gives no interval for one seed', () => {
    expect(pairedDifference([3], [1])).to.deep.equal({ mean: 2, pairs: 1 });
  });

  it('refuses values that do not pair', () => {
    expect(() => pairedDifference([1, 2], [1])).to.throw(RangeError);
    expect(() => pairedDifference([], [])).to.throw(RangeError);
    expect(() => studentQuantile(1, 3)).to.throw(RangeError);
    expect(() => studentQuantile(0.9, 0)).to.throw(RangeError);
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
});
