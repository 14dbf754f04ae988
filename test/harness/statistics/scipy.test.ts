import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { createRng } from '../../../core/random/rng.js';
import { holm, pairedDifference, pairedPower, pairsNeeded } from '../../../harness/statistics/index.js';
import { bcaInterval, bootstrapInterval } from '../../../harness/statistics/bootstrap.js';
import { noncentralStudentTail, studentCdf } from '../../../harness/statistics/student.js';
import { packageRoot } from '../../../node/package-root.js';

interface Statistics {
  readonly paired: readonly {
    readonly values: number[];
    readonly baseline: number[];
    readonly mean: number;
    readonly deviation: number;
    readonly interval: readonly [number, number];
    readonly student: number;
    readonly signFlip: number | null;
    readonly signedRank: number;
    readonly d: number;
    readonly hedges: number | null;
    readonly pairsNeeded: number;
  }[];
  readonly bootstrap: readonly { readonly values: number[]; readonly low: number; readonly high: number }[];
  readonly student: readonly { readonly t: number; readonly degrees: number; readonly cdf: number }[];
  readonly tails: readonly {
    readonly t: number;
    readonly degrees: number;
    readonly delta: number;
    readonly tail: number;
  }[];
  readonly power: readonly {
    readonly effect: number;
    readonly pairs: number;
    readonly alpha: number;
    readonly power: number;
  }[];
  readonly needed: Statistics['power'];
  readonly holm: readonly { readonly p: number[]; readonly adjusted: number[] }[];
}

const fixtures = JSON.parse(
  readFileSync(path.join(packageRoot(), 'test/fixtures/statistics.json'), 'utf8'),
) as Statistics;

describe('agreement with SciPy and statsmodels (test/fixtures/make_statistics.py)', () => {
  const close = (found: number | undefined, expected: number, what: string): void => {
    expect(found, what).to.be.closeTo(expected, 1e-10 * Math.max(1, Math.abs(expected)));
  };

  it('of paired differences', () => {
    for (const { values, baseline, ...expected } of fixtures.paired) {
      const found = pairedDifference(values, baseline);
      const what = JSON.stringify(values);
      close(found.mean, expected.mean, what);
      close(found.deviation, expected.deviation, what);
      expected.interval.forEach((end, k) => close(found.interval![k], end, what));
      close(found.p.student, expected.student, what);
      if (expected.signFlip !== null) close(found.p.signFlip, expected.signFlip, what);
      close(found.p.signedRank, expected.signedRank, what);
      close(found.effect!.d, expected.d, what);
      if (expected.hedges === null) expect(found.effect).not.to.have.property('hedges');
      else close(found.effect!.hedges, expected.hedges, what);
      expect(found.pairsNeeded, what).to.equal(expected.pairsNeeded);
    }
  });

  it("of Student's t, central and not", () => {
    for (const { t, degrees, cdf } of fixtures.student) close(studentCdf(t, degrees), cdf, `${t}, ${degrees}`);
    for (const { t, degrees, delta, tail } of fixtures.tails) {
      close(noncentralStudentTail(t, degrees, delta), tail, `${t}, ${degrees}, ${delta}`);
    }
  });

  it('of power, and of the pairs that it takes', () => {
    for (const { effect, pairs, alpha, power } of fixtures.power) {
      close(pairedPower(effect, pairs, alpha), power, `${effect}, ${pairs}, ${alpha}`);
    }
    for (const { effect, alpha, power, pairs } of fixtures.needed) {
      expect(pairsNeeded(effect, { alpha, power }), `${effect}, ${alpha}, ${power}`).to.equal(pairs);
    }
  });

  it('of bootstrap intervals from all resamples, which 10,000 come near', () => {
    for (const { values, low, high } of fixtures.bootstrap) {
      const everything = Float64Array.from({ length: values.length ** values.length }, (_, k) => resample(values, k));
      const found = bcaInterval(values, everything);
      close(found[0], low, `${values}`);
      close(found[1], high, `${values}`);
      bootstrapInterval(values, createRng(3)).forEach((end, k) => {
        expect(end, `${values}`).to.be.closeTo(found[k], 0.1 * (high - low));
      });
    }
  });

  it("of Holm's correction", () => {
    for (const { p, adjusted } of fixtures.holm) holm(p).forEach((value, k) => close(value, adjusted[k], `${p}`));
  });
});

/** The mean of the k-th of all n^n resamples. */
function resample(values: readonly number[], k: number): number {
  const n = values.length;
  return values.reduce((sum, _, i) => sum + values[Math.floor(k / n ** i) % n], 0) / n;
}
