import { type Batch } from '../../core/batch.js';
import { type Evaluation } from '../../core/loss.js';
import { createRng } from '../../core/rng.js';
import { type Check, defineCheck } from './check.js';
import { firstDifference, firstNonFinite, type Method, METHODS, resultOf, resultsOf } from './results.js';
import { type Sample, type Subject } from './subject.js';
import { directions } from './vectors.js';

/** What holds for every call of evaluate and of the methods it returns. */
export const calls: readonly Check[] = [
  defineCheck({
    name: 'methods-declared',
    law: 'hessian and hvp are there exactly when they are declared.',
    test({ raw, capabilities, seeds, sample }, fail) {
      const { y, targets } = sample(seeds[0]!);
      const e = raw.evaluate(y, targets, createRng(seeds[0]!));
      for (const [what, declared] of [['hessian', capabilities.hessian !== 'none'], ['hvp', capabilities.hvp]] as const) {
        if (declared !== (typeof e[what] === 'function')) {
          fail({ what, expected: declared ? 'a method, as declared' : 'no method, as declared', got: typeof e[what] });
        }
      }
    },
  }),
  defineCheck({
    name: 'shapes',
    law: 'value is (N), gradient and hvp are (N, m), hessian and gaussNewton (N, m * m), in float64.',
    test(subject, fail) {
      for (const rows of [1, 7]) {
        const { y, e } = evaluated(subject, rows);
        const widths = { value: 1, gradient: y.cols, hessian: y.cols ** 2, hvp: y.cols, gaussNewton: y.cols ** 2 };
        for (const what of METHODS) {
          const result = resultOf(e, what, directions(rows, y.cols));
          if (!result) continue;
          const got = [result.rows, result.cols, result.data.length];
          const expected = [rows, widths[what], rows * widths[what]];
          if (!(result.data instanceof Float64Array)) fail({ what, expected: 'a Float64Array', got: typeof result.data });
          if (got.some((size, k) => size !== expected[k])) fail({ what: `${what} (rows, cols, entries)`, expected, got });
        }
      }
    },
  }),
  defineCheck({
    name: 'finite',
    law: 'Every result is finite at the samples.',
    test(subject, fail) {
      for (const seed of subject.seeds) {
        const { y, e } = evaluated(subject, 7, seed);
        const finding = firstNonFinite(resultsOf(e, directions(y.rows, y.cols)));
        if (finding) fail(finding);
      }
    },
  }),
  defineCheck({
    name: 'inputs-untouched',
    law: 'No method changes y, the targets or v.',
    test(subject, fail) {
      const { y, targets, e } = evaluated(subject);
      const original = subject.sample(subject.seeds[0]!);
      const v = directions(y.rows, y.cols);
      for (const what of METHODS) {
        resultOf(e, what, v);
        changed(`y after ${what}`, original.y, y);
        changed(`v after ${what}`, directions(y.rows, y.cols), v);
        targets.forEach((t, i) => {
          const [expected, got] = [JSON.stringify(original.targets[i]), JSON.stringify(t)];
          if (expected !== got) fail({ what: `target after ${what}`, sample: i, expected, got });
        });
      }
      function changed(what: string, before: Batch, after: Batch): void {
        const k = after.data.findIndex((x, at) => x !== before.data[at]);
        if (k >= 0) fail({ what, sample: Math.floor(k / y.cols), index: k % y.cols, expected: before.data[k], got: after.data[k] });
      }
    },
  }),
  defineCheck({
    name: 'results-distinct',
    law: 'A method called twice gives equal results in arrays of their own, so that a caller may write to them.',
    test(subject, fail) {
      const { y, e } = evaluated(subject);
      const v = directions(y.rows, y.cols);
      const before = resultsOf(e, v);
      for (const what of METHODS.slice(1)) {
        const first = resultOf(e, what, v);
        const second = resultOf(e, what, v);
        if (!first || !second) continue;
        first.data.fill(NaN);
        const shared = [second.data, e.value, y.data, v.data].some((data) => data.includes(NaN));
        if (shared) fail({ what, expected: 'an array of its own', got: 'an array shared with another result or an input' });
      }
      const finding = firstDifference(resultsOf(e, v), before);
      if (finding) fail({ ...finding, what: `${finding.what}, called again` });
    },
  }),
  defineCheck({
    name: 'call-order',
    law: 'Results do not depend on which methods are called, nor in which order.',
    test(subject, fail) {
      const expected = resultsOf(evaluated(subject).e, directions(7, subject.sample(subject.seeds[0]!).y.cols));
      for (const first of METHODS) {
        const { y, e } = evaluated(subject);
        const order = [first, ...[...METHODS].reverse().filter((method) => method !== first)];
        const finding = firstDifference(resultsOf(e, directions(y.rows, y.cols), order), expected);
        if (!finding) continue;
        const before = order.slice(0, order.indexOf(finding.what as Method)).join(', ');
        fail({ ...finding, what: `${finding.what}, after ${before || 'nothing'}` });
      }
    },
  }),
  defineCheck({
    name: 'evaluations-independent',
    law: 'An evaluation does not depend on earlier ones, nor change them.',
    test({ seeds, sample, fresh }, fail) {
      const at = (loss: ReturnType<typeof fresh>, { y, targets }: Sample): [Evaluation, Batch] => [
        loss.evaluate(y, targets, createRng(seeds[0]!)),
        directions(y.rows, y.cols),
      ];
      const [a, b] = [sample(seeds[0]!), sample(seeds[1]!)];
      const alone = resultsOf(...at(fresh(), b));
      const before = resultsOf(...at(fresh(), a));
      const used = fresh();
      const [first, v] = at(used, a);
      resultsOf(first, v);
      const unused = at(used, a);
      const later = firstDifference(resultsOf(...at(used, b)), alone);
      if (later) fail({ ...later, what: `${later.what}, after an evaluation elsewhere` });
      const earlier = firstDifference(resultsOf(first, v), before) ?? firstDifference(resultsOf(...unused), before);
      if (earlier) fail({ ...earlier, what: `${earlier.what} of an evaluation, after a later one` });
    },
  }),
  defineCheck({
    name: 'same-seed',
    law: 'The same seed gives the same bits.',
    test({ seeds, sample, loss }, fail) {
      for (const seed of seeds) {
        const [first, again] = [0, 1].map(() => {
          const { y, targets } = sample(seed);
          return resultsOf(loss.evaluate(y, targets, createRng(seed)), directions(y.rows, y.cols));
        });
        const finding = firstDifference(again!, first!);
        if (finding) fail(finding);
      }
    },
  }),
  defineCheck({
    name: 'views',
    law: 'y may be a view of a larger array.',
    test({ seeds, sample, loss }, fail) {
      const { y, targets } = sample(seeds[0]!);
      const v = directions(y.rows, y.cols);
      const larger = new Float64Array(y.data.length + 6).fill(NaN);
      larger.set(y.data, 3);
      const view = { ...y, data: larger.subarray(3, 3 + y.data.length) };
      const expected = resultsOf(loss.evaluate(y, targets, createRng(seeds[0]!)), v);
      const finding = firstDifference(resultsOf(loss.evaluate(view, targets, createRng(seeds[0]!)), v), expected);
      if (finding) fail(finding);
    },
  }),
];

function evaluated({ raw, seeds, sample }: Subject, rows = 7, seed = seeds[0]!): Sample & { e: Evaluation } {
  const { y, targets } = sample(seed, rows);
  return { y, targets, e: raw.evaluate(y, targets, createRng(seed)) };
}
