import { type Batch, row, zeros } from '../core/batch.js';
import { LossError } from '../core/errors.js';
import type { CheckedEvaluation } from '../core/checked-evaluation.js';
import { createRng } from '../core/random/rng.js';
import { type Check, defineCheck, type Evidence, type Fail } from './check.js';
import { gradientClaim } from './derivatives.js';
import { compareAt, curvatureClaims } from './far-out.js';
import { firstNonFinite, METHODS, resultOf, resultsOf } from './results.js';
import { rerouted } from './streams.js';
import type { Sample, Subject } from './subject.js';
import { sampleOfSize } from './settings.js';
import { directions, largestOf } from './vectors.js';

/** Numbers of outputs that the samples do not have. */
export const sizes: readonly Check[] = [
  defineCheck({
    name: 'other-sizes',
    law: 'Other numbers of outputs are SHAPE or TARGET errors, or give finite results that are right.',
    needs: ['refuses-targets', 'tied-outputs', 'gradient-differences', 'hessian-differences', 'hvp-differences'],
    test(subject, fail) {
      const own = subject.sample(subject.seeds[0]).y.cols;
      const others = [...new Set([1, 2, 3, own - 1, own + 1, 2 * own])].filter((m) => m > 0 && m !== own);
      let [told, tried] = [0, 0];
      for (const m of others) {
        for (const sample of samplesOfSize(subject, m)) {
          const e = evaluated(subject, sample, fail);
          if (!e) continue;
          const evidence = right(subject, sample, fail);
          told += 1 + evidence.told;
          tried += 1 + evidence.tried;
        }
      }
      return { told, tried: Math.max(tried, told) };
    },
  }),
];

/** A few: the plugin's own of that size, and its usual ones with outputs and targets cut down or joined. */
function samplesOfSize({ loss, sample, seeds }: Subject, m: number): Sample[] {
  const own = sampleOfSize(loss, seeds[0], 3, m);
  return [...(own ? [own] : []), resized(sample(seeds[0], 3), sample(seeds[0] + 1, 3), m)];
}

/**
 * The first m outputs of each sample, with those of another after them where there are fewer; array targets likewise.
 */
function resized({ y, targets }: Sample, more: Sample, m: number): Sample {
  const out: Batch = zeros(y.rows, m);
  for (let i = 0; i < y.rows; i++) {
    const both = [...row(y, i), ...row(more.y, i)];
    row(out, i).set(Float64Array.from({ length: m }, (_, j) => both[j % both.length]));
  }
  return {
    y: out,
    targets: targets.map((t, i) =>
      Array.isArray(t) ? [...(t as unknown[]), ...(more.targets[i] as unknown[])].slice(0, m) : t
    ),
  };
}

/** The evaluation, if the loss takes this number of outputs; a refusal has to have a code that says so. */
function evaluated({ loss }: Subject, { y, targets }: Sample, fail: Fail): CheckedEvaluation | undefined {
  const what = `with ${y.cols} outputs`;
  try {
    const e = loss.evaluate(y, targets, createRng(1));
    const results = resultsOf(e, directions(y.rows, y.cols));
    const finding = firstNonFinite(results);
    if (finding) fail({ ...finding, what: `${finding.what} ${what}` });
    for (const method of METHODS) resultOf(e, method, directions(y.rows, y.cols));
    return e;
  } catch (error) {
    if (error instanceof LossError && (error.code === 'SHAPE' || error.code === 'TARGET')) return undefined;
    if (!(error instanceof LossError)) throw error;
    return fail({ what: `results ${what}`, expected: 'SHAPE or TARGET, or finite results', got: error });
  }
}

/** Derivatives against differences, where these can tell. */
function right({ loss, capabilities }: Subject, { y, targets }: Sample, fail: Fail): Evidence {
  if (capabilities.gradient !== 'exact') return { told: 0, tried: 0 };
  const curvature = curvatureClaims(capabilities);
  let [told, tried] = [0, 0];
  for (let i = 0; i < y.rows; i++) {
    const own = row(y, i).slice();
    const place = {
      where: `a sample with ${y.cols} outputs`,
      sample: i,
      y: own,
      unit: largestOf(own) || 1,
      scales: [largestOf(own) || 1],
      evaluate: (points: Batch) =>
        loss.evaluate(
          points,
          new Array<unknown>(points.rows).fill(targets[i]),
          rerouted(createRng(1), () => i),
        ),
      rng: createRng(i),
    };
    for (const claims of [[gradientClaim], ...(curvature.length > 0 ? [curvature] : [])]) {
      const evidence = compareAt(place, claims, fail);
      told += evidence.told;
      tried += evidence.tried;
    }
  }
  return { told, tried };
}
