import { type Batch, takeRows, zeros } from '../../core/batch.js';
import { createRng } from '../../core/rng.js';
import { compileSchema } from '../../core/schema.js';
import { type Check, defineCheck } from './check.js';
import { type Finding } from './failure.js';
import { firstNonFinite, resultsOf } from './results.js';
import { type Sample, type Subject } from './subject.js';
import { directions } from './vectors.js';

/** Where losses overflow or divide by zero: every result should still be finite. */
export const extremes: readonly Check[] = [
  finiteAt('spread-outputs', 'Outputs 1000 times as far apart give finite results.', (y) => [y.map((x) => 1e3 * x)]),
  finiteAt('large-outputs', 'Outputs of 1e6 give finite results: spread to there, and shifted there, to both sides.', (y) => {
    const largest = y.reduce((max, x) => Math.max(max, Math.abs(x)), 0) || 1;
    return [y.map((x) => (1e6 * x) / largest), y.map((x) => x + 1e6), y.map((x) => x - 1e6)];
  }),
  finiteAt('tied-outputs', 'Equal outputs give finite results: all zero, all three, and all zero but one.', (y, m) => [
    y.map(() => 0),
    y.map(() => 3),
    y.map((_, k) => (k % m === 0 ? 1 : 0)),
  ]),
  finiteAt('tied-pairs', 'Samples with two equal outputs give finite results, whichever two.', (y, m) =>
    Array.from({ length: Math.min(m - 1, 16) }, (_, j) => y.map((x, k) => (k % m === j ? y[k + 1]! : x))),
  ),
  defineCheck({
    name: 'fewest-outputs',
    law: 'Where the loss takes any number of outputs, one and two give finite results (with those sample targets that can be cut down).',
    test(subject, fail) {
      if (subject.raw.outputs !== undefined) return;
      for (const m of [1, 2]) {
        const cut = cutTo(subject, m);
        if (cut) finite(subject, cut, (finding) => fail({ ...finding, what: `${finding.what} with ${m} outputs` }));
      }
    },
  }),
  defineCheck({
    name: 'single-row',
    law: 'A batch of one sample gives finite results.',
    test(subject, fail) {
      for (const seed of subject.seeds) finite(subject, subject.sample(seed, 1), fail);
    },
  }),
];

function finiteAt(name: string, law: string, variants: (y: Float64Array, m: number) => Float64Array[]): Check {
  return defineCheck({
    name,
    law,
    test(subject, fail) {
      for (const seed of subject.seeds) {
        const { y, targets } = subject.sample(seed);
        for (const data of variants(y.data, y.cols)) finite(subject, { y: { ...y, data }, targets }, fail);
      }
    },
  });
}

function finite({ raw, seeds }: Subject, { y, targets }: Sample, fail: (finding: Finding) => void): void {
  const e = raw.evaluate(y, targets, createRng(seeds[0]!));
  const finding = firstNonFinite(resultsOf(e, directions(y.rows, y.cols)));
  if (finding) fail(finding);
}

/** Samples cut to their first m outputs, and array targets to their first m entries, as far as the plugin then accepts them. */
function cutTo({ plugin, raw, sample, seeds }: Subject, m: number): Sample | undefined {
  const { y, targets } = sample(seeds[0]!, 200);
  const valid = compileSchema(plugin.target);
  const cut = targets.map((t) => (Array.isArray(t) ? t.slice(0, m) : t));
  const kept = cut.flatMap((t, i) => (y.cols >= m && valid(t) && raw.reject?.(t, m) === undefined ? [i] : [])).slice(0, 7);
  if (kept.length === 0) return undefined;
  const out = zeros(kept.length, m);
  const rows: Batch = takeRows(y, kept);
  for (let k = 0; k < out.data.length; k++) out.data[k] = rows.data[Math.floor(k / m) * y.cols + (k % m)]!;
  return { y: out, targets: kept.map((i) => cut[i]) };
}
