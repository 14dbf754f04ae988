import { createRng } from '../core/random/rng.js';
import { type Check, defineCheck } from './check.js';
import type { Finding } from './failure.js';
import { firstNonFinite, resultsOf } from './results.js';
import type { Sample, Subject } from './subject.js';
import { directions } from './vectors.js';

/** Where losses overflow or divide by zero: every result should still be finite. */
export const extremes: readonly Check[] = [
  finiteAt('spread-outputs', 'Outputs 1000 times as far apart give finite results.', [], (y) => [
    y.map((x) => 1e3 * x),
  ]),
  finiteAt(
    'large-outputs',
    'Outputs of 1e6 give finite results: spread to there, and shifted there, to both sides.',
    ['spread-outputs'],
    (y) => {
      const largest = y.reduce((max, x) => Math.max(max, Math.abs(x)), 0) || 1;
      return [y.map((x) => (1e6 * x) / largest), y.map((x) => x + 1e6), y.map((x) => x - 1e6)];
    },
  ),
  finiteAt(
    'tied-outputs',
    'Equal outputs give finite results: all zero, all three, and all zero but one.',
    [],
    (y, m) => [y.map(() => 0), y.map(() => 3), y.map((_, k) => (k % m === 0 ? 1 : 0))],
  ),
  finiteAt(
    'tied-pairs',
    'Samples with two equal outputs give finite results, whichever two.',
    ['tied-outputs'],
    (y, m) => Array.from({ length: Math.min(m - 1, 16) }, (_, j) => y.map((x, k) => (k % m === j ? y[k + 1] : x))),
  ),
];

function finiteAt(
  name: string,
  law: string,
  needs: readonly string[],
  variants: (y: Float64Array, m: number) => Float64Array[],
): Check {
  return defineCheck({
    name,
    law,
    needs,
    test(subject, fail) {
      for (const seed of subject.seeds) {
        const { y, targets } = subject.sample(seed);
        for (const data of variants(y.data, y.cols)) finite(subject, { y: { ...y, data }, targets }, fail);
      }
    },
  });
}

function finite({ raw, seeds }: Subject, { y, targets }: Sample, fail: (finding: Finding) => void): void {
  const e = raw.evaluate(y, targets, createRng(seeds[0]));
  const finding = firstNonFinite(resultsOf(e, directions(y.rows, y.cols)));
  if (finding) fail(finding);
}
