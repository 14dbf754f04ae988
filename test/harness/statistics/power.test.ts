import { expect } from 'chai';
import { createRng } from '../../../core/random/rng.js';
import { detectableEffect, pairedDifference, pairedPower, pairsNeeded } from '../../../harness/statistics/index.js';

describe('power of paired tests', () => {
  it('is alpha where there is nothing to find, and the same for both signs', () => {
    for (const pairs of [2, 3, 17]) {
      expect(pairedPower(0, pairs)).to.be.closeTo(0.05, 1e-12);
      expect(pairedPower(-0.7, pairs)).to.equal(pairedPower(0.7, pairs));
    }
  });

  it('is the share of comparisons that come out significant', () => {
    const rng = createRng(11);
    const four = (shift: number): number[] => Array.from({ length: 4 }, () => shift + rng.normal());
    let found = 0;
    for (let k = 0; k < 2000; k++) if (pairedDifference(four(2), four(0)).p.student! < 0.05) found++;
    const power = pairedPower(2 / Math.SQRT2, 4);
    expect(found / 2000).to.be.closeTo(power, 4 * Math.sqrt((power * (1 - power)) / 2000));
  });

  it('inverts: pairs for an effect, an effect for pairs', () => {
    for (const effect of [0.1, 0.45, 1, 2.5]) {
      const pairs = pairsNeeded(effect)!;
      expect(pairedPower(effect, pairs)).to.be.at.least(0.8);
      expect(pairedPower(effect, pairs - 1)).to.be.below(0.8);
    }
    for (const pairs of [2, 3, 10, 200]) {
      expect(pairedPower(detectableEffect(pairs), pairs)).to.be.closeTo(0.8, 1e-9);
    }
    expect(pairsNeeded(100)).to.equal(2);
    expect(pairsNeeded(0.01)).to.equal(undefined);
    expect(pairsNeeded(0)).to.equal(undefined);
    expect(detectableEffect(5, { alpha: 0.05, power: 0.05 })).to.equal(0);
  });

  it('refuses what is no number of pairs, and an alpha below a thousandth', () => {
    for (const pairs of [1, 2.5, 10_001, NaN]) expect(() => pairedPower(1, pairs)).to.throw(RangeError);
    for (const alpha of [0, 1e-4, 1, NaN]) expect(() => pairedPower(1, 3, alpha)).to.throw(RangeError);
  });
});
