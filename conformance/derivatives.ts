import { type Batch, row, takeRows, timesBlocks, zeros } from '../core/batch.js';
import type { CheckedEvaluation } from '../core/checked-evaluation.js';
import type { Capabilities } from '../core/loss.js';
import { createRng, type Rng } from '../core/random/rng.js';
import { type Check, defineCheck, type Evidence, type Fail } from './check.js';
import { derivativeAlong } from './differences.js';
import { rerouted } from './streams.js';
import type { Sample, Subject } from './subject.js';
import { dots, largestOf } from './vectors.js';

/**
 * Samples that must have been compared for a check to pass, fewer at settings that were drawn, and batches that may be
 * searched for them.
 */
const TESTED = 8;
const TESTED_DRAWN = 3;
const BATCHES = 6;
/** A sample counts where the differences know every entry to this share of the largest. */
const RESOLUTION = 1e-6;
/** Entries of derivatives below this share of |field| / |y| count as flat: there only the error bar is asked for. */
const FLAT = 1e-3;
/**
 * The tolerance is this many error bars, and the rounding of the plugin's own result as a share of the largest entry.
 */
const BARS = 8;
const ROUNDING = 1e-10;
/**
 * Axes that are compared one by one; with more outputs, this many at random. Every sample also gets one direction
 * across all.
 */
const AXES = 16;

/** A derivative that a plugin claims, along the rows of d, and the field that it should be the derivative of. */
export interface Claim {
  readonly what: string;
  along(e: CheckedEvaluation, d: Batch): Batch;
  field(e: CheckedEvaluation): Batch;
}

export const gradientClaim: Claim = {
  what: 'gradient',
  along: (e, d) => dots(e.gradient(), d),
  field: (e) => ({ rows: e.value.length, cols: 1, data: e.value }),
};

export const hessianClaim: Claim = {
  what: 'hessian',
  along: (e, d) => timesBlocks(e.hessian!().blocks(), d),
  field: (e) => e.gradient(),
};

export const hvpClaim: Claim = { what: 'hvp', along: (e, d) => e.hessian!().times(d), field: (e) => e.gradient() };

/** Whether a Hessian is the derivative of the gradient, by blocks or by products alone. */
export function isExact(hessian: Capabilities['hessian']): boolean {
  return hessian === 'exact' || hessian === 'products';
}

/** Derivatives against finite differences in float64, the noise held fixed. */
export const derivatives: readonly Check[] = [
  defineCheck({
    name: 'gradient-differences',
    law: 'An exact gradient is the derivative of the value.',
    applies: (c) => c.gradient === 'exact',
    test: (subject, fail) => compare(subject, fail, gradientClaim),
  }),
  defineCheck({
    name: 'hessian-differences',
    law: 'An exact Hessian is the derivative of the gradient, entry by entry.',
    needs: ['gradient-differences', 'hessian-symmetric'],
    applies: (c) => c.hessian === 'exact',
    test: (subject, fail) => compare(subject, fail, hessianClaim),
  }),
  defineCheck({
    name: 'hvp-differences',
    law: 'The Hessian times v is the derivative of the gradient along v.',
    needs: ['hessian-differences', 'hvp-hessian'],
    applies: (c) => isExact(c.hessian),
    test: (subject, fail) => compare(subject, fail, hvpClaim),
  }),
];

function compare(subject: Subject, fail: Fail, claim: Claim): Evidence {
  const wanted = subject.setting === undefined ? TESTED : TESTED_DRAWN;
  let tested = 0;
  for (let seed = 1; seed <= BATCHES && tested < wanted; seed++) {
    const batch = subject.sample(seed);
    for (let sample = 0; sample < batch.y.rows && tested < wanted; sample++) {
      if (compareSample(subject, fail, claim, { ...batch, sample, rng: createRng(seed) })) tested++;
    }
  }
  if (tested < wanted && subject.setting === undefined) {
    const field = claim.what === 'gradient' ? 'value' : 'gradient';
    fail({
      what: `samples where differences of the ${field} are accurate to ${RESOLUTION}`,
      expected: `at least ${TESTED}`,
      got: tested,
    });
  }
  return { told: tested, tried: wanted };
}

/** A sample in its batch. */
interface Place extends Sample {
  readonly sample: number;
  readonly rng: Rng;
}

/** Whether the differences were accurate enough for every entry to be compared. */
function compareSample(
  { loss }: Subject,
  fail: Fail,
  { what, along, field }: Claim,
  { y: batch, targets, sample, rng }: Place,
): boolean {
  const y = row(batch, sample).slice();
  const m = y.length;
  const scale = largestOf(y) || 1;
  const e = loss.evaluate(batch, targets, rng);
  const fieldAt = (points: Batch): Batch => {
    return field(
      loss.evaluate(points, new Array<unknown>(points.rows).fill(targets[sample]), rerouted(rng, () => sample)),
    );
  };
  const compared = probes(m, rng.split(sample)).map(({ axis, d }) => ({
    axis,
    claimed: row(along(e, takeRows(d, new Uint8Array(batch.rows))), sample),
    ...derivativeAlong(fieldAt, y, d.data, scale),
  }));
  const largest = Math.max(...compared.map(({ value }) => largestOf(value)));
  const limit = RESOLUTION * Math.max(largest, (FLAT * largestOf(row(field(e), sample))) / scale);
  let resolved = true;
  for (const { axis, claimed, value, bar } of compared) {
    for (let c = 0; c < value.length; c++) {
      if (!(bar[c] <= limit)) resolved = false;
      else if (!(Math.abs(claimed[c] - value[c]) <= BARS * bar[c] + ROUNDING * largest)) {
        fail({
          what: axis === undefined ? `${what} along a random direction` : what,
          sample,
          index: value.length === 1 ? axis : axis === undefined || what === 'hvp' ? c : c * m + axis,
          expected: `${value[c]} (error bar ${bar[c].toExponential(1)})`,
          got: claimed[c],
        });
      }
    }
  }
  return resolved;
}

/** Unit vectors (all, or AXES of them at random), and one direction across all outputs. */
function probes(m: number, rng: Rng): { axis?: number; d: Batch }[] {
  const across = zeros(1, m);
  for (let j = 0; j < m; j++) across.data[j] = rng.normal();
  const axes = [...rng.permutation(m).subarray(0, AXES).sort()].map((axis) => {
    const d = zeros(1, m);
    d.data[axis] = 1;
    return { axis, d };
  });
  return [...axes, { d: across }];
}
