import { isAlgorithm } from '../core/algorithms/algorithm-parameter.js';
import { resolveParams } from '../core/algorithms/checked-algorithm.js';
import { type Batch, copyOf } from '../core/batch.js';
import { checked } from '../core/checked.js';
import type { Evaluation } from '../core/loss.js';
import { attempt } from '../core/messages.js';
import { createRng } from '../core/random/rng.js';
import { type Check, defineCheck } from './check.js';
import { firstDifference, firstNonFinite, type Method, METHODS, resultOf, resultsOf } from './results.js';
import type { Sample, Subject } from './subject.js';
import { directions } from './vectors.js';

/** What holds for every call of evaluate and of the methods it returns. */
export const calls: readonly Check[] = [
  defineCheck({
    name: 'methods-declared',
    law: 'hessian is there exactly when it is declared.',
    needs: ['capabilities', 'sample-valid'],
    test({ raw, capabilities, seeds, sample }, fail) {
      const { y, targets } = sample(seeds[0]);
      const e = raw.evaluate(y, targets, createRng(seeds[0]));
      const declared = capabilities.hessian !== 'none';
      if (declared === (typeof e.hessian === 'function')) return;
      const expected = declared ? 'a method, as declared' : 'no method, as declared';
      fail({ what: 'hessian', expected, got: typeof e.hessian });
    },
  }),
  defineCheck({
    name: 'shapes',
    law: 'value is (N), gradient and products are (N, m), hessian and gaussNewton (N, m * m), in float64.',
    needs: ['methods-declared'],
    test(subject, fail) {
      for (const rows of [1, 7]) {
        const { y, e } = evaluated(subject, rows);
        const widths = { value: 1, gradient: y.cols, hessian: y.cols ** 2, hvp: y.cols, gaussNewton: y.cols ** 2 };
        for (const what of METHODS) {
          const result = resultOf(e, what, directions(rows, y.cols));
          if (!result) continue;
          const got = [result.rows, result.cols, result.data.length];
          const expected = [rows, widths[what], rows * widths[what]];
          if (!(result.data instanceof Float64Array)) {
            fail({ what, expected: 'a Float64Array', got: typeof result.data });
          }
          if (got.some((size, k) => size !== expected[k])) {
            fail({ what: `${what} (rows, cols, entries)`, expected, got });
          }
        }
      }
    },
  }),
  defineCheck({
    name: 'finite',
    law: 'Every result is finite at the samples.',
    needs: ['shapes'],
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
    needs: ['finite'],
    test(subject, fail) {
      const { y, targets, e } = evaluated(subject);
      const original = subject.sample(subject.seeds[0]);
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
        if (k >= 0) {
          fail({
            what,
            sample: Math.floor(k / y.cols),
            index: k % y.cols,
            expected: before.data[k],
            got: after.data[k],
          });
        }
      }
    },
  }),
  defineCheck({
    name: 'same-seed',
    law: 'The same seed gives the same bits.',
    needs: ['inputs-untouched'],
    test({ seeds, sample, loss }, fail) {
      for (const seed of seeds) {
        const [first, again] = [0, 1].map(() => {
          const { y, targets } = sample(seed);
          return resultsOf(loss.evaluate(y, targets, createRng(seed)), directions(y.rows, y.cols));
        });
        const finding = firstDifference(again, first);
        if (finding) fail(finding);
      }
    },
  }),
  defineCheck({
    name: 'call-order',
    law: 'Results do not depend on which methods are called, nor in which order.',
    needs: ['same-seed'],
    test(subject, fail) {
      const expected = resultsOf(evaluated(subject).e, directions(7, subject.sample(subject.seeds[0]).y.cols));
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
    name: 'results-distinct',
    law: 'A method called twice gives equal results in arrays of their own, so that a caller may write to them.',
    needs: ['call-order'],
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
        if (shared) {
          fail({ what, expected: 'an array of its own', got: 'an array shared with another result or an input' });
        }
      }
      const finding = firstDifference(resultsOf(e, v), before);
      if (finding) fail({ ...finding, what: `${finding.what}, called again` });
    },
  }),
  defineCheck({
    name: 'evaluations-independent',
    law: 'An evaluation does not depend on earlier ones, not even on those that overflowed, nor change them.',
    needs: ['results-distinct'],
    test({ seeds, sample, fresh, raw }, fail) {
      const at = (loss: ReturnType<typeof fresh>, { y, targets }: Sample): [Evaluation, Batch] => [
        loss.evaluate(y, targets, createRng(seeds[0])),
        directions(y.rows, y.cols),
      ];
      const [a, b] = [sample(seeds[0]), sample(seeds[1])];
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
      for (const factor of [1e30, 1e100, 1e300]) {
        attempt(() => {
          const e = raw.evaluate({ ...b.y, data: b.y.data.map((x) => factor * x) }, b.targets, createRng(seeds[0]));
          resultsOf(e, directions(b.y.rows, b.y.cols));
        });
        const again = resultsOf(raw.evaluate(b.y, b.targets, createRng(seeds[0])), directions(b.y.rows, b.y.cols));
        const after = firstDifference(again, alone) ?? firstDifference(resultsOf(...at(fresh(), b)), alone);
        if (after) fail({ ...after, what: `${after.what}, after an evaluation at ${factor} times y` });
      }
    },
  }),
  defineCheck({
    name: 'views',
    law: 'y may be a view of a larger array.',
    needs: ['evaluations-independent'],
    test({ seeds, sample, raw }, fail) {
      const { y, targets } = sample(seeds[0]);
      const v = directions(y.rows, y.cols);
      const larger = new Float64Array(y.data.length + 6).fill(NaN);
      larger.set(y.data, 3);
      const view = { ...y, data: larger.subarray(3, 3 + y.data.length) };
      const expected = resultsOf(raw.evaluate(y, targets, createRng(seeds[0])), v);
      const finding = firstDifference(resultsOf(raw.evaluate(view, targets, createRng(seeds[0])), v), expected);
      if (finding) fail(finding);
    },
  }),
  defineCheck({
    name: 'inputs-copied',
    law: 'What was given may be changed after it was evaluated: results stay, and it can be evaluated again.',
    needs: ['views'],
    test(subject, fail) {
      const seed = subject.seeds[0];
      const { y, targets } = subject.sample(seed);
      const other = subject.sample(seed + 1);
      const v = directions(y.rows, y.cols);
      const evaluate = (): Evaluation => subject.loss.evaluate(copyOf(y), structuredClone(targets), createRng(seed));
      const expected = resultsOf(evaluate(), v);
      const given = { y: copyOf(y), targets: structuredClone(targets) };
      const e = subject.loss.evaluate(given.y, given.targets, createRng(seed));
      given.y.data.set(other.y.data);
      given.targets.forEach((t, i) => overwrite(t, other.targets[i]));
      given.targets.splice(0, given.targets.length, ...other.targets);
      const changed = firstDifference(resultsOf(e, v), expected);
      if (changed) fail({ ...changed, what: `${changed.what}, after y and the targets were changed` });
      const again = resultsOf(subject.loss.evaluate(given.y, given.targets, createRng(seed)), v);
      const anew = resultsOf(
        subject.loss.evaluate(copyOf(given.y), structuredClone(given.targets), createRng(seed)),
        v,
      );
      const stale = firstDifference(again, anew);
      if (stale) {
        fail({ ...stale, what: `${stale.what} of y and targets that were evaluated before they were changed` });
      }
      const params = { ...resolveParams(subject.plugin, subject.params).made };
      const loss = checked(subject.plugin, params);
      overwrite(params, {});
      const later = firstDifference(
        resultsOf(loss.evaluate(copyOf(y), structuredClone(targets), createRng(seed)), v),
        expected,
      );
      if (later) fail({ ...later, what: `${later.what}, after the parameters were changed` });
    },
  }),
];

/** Makes an object or array that was given have other contents, all the way down. */
function overwrite(target: unknown, source: unknown): void {
  if (typeof target !== 'object' || target === null || isAlgorithm(target)) return;
  for (const key of Object.keys(target)) {
    overwrite((target as Record<string, unknown>)[key], (source as Record<string, unknown> | undefined)?.[key]);
    (target as Record<string, unknown>)[key] = (source as Record<string, unknown> | undefined)?.[key];
  }
}

function evaluated({ raw, seeds, sample }: Subject, rows = 7, seed = seeds[0]): Sample & { e: Evaluation } {
  const { y, targets } = sample(seed, rows);
  return { y, targets, e: raw.evaluate(y, targets, createRng(seed)) };
}
