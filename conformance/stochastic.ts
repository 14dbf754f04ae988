import { type Batch, row, takeRows, timesBlocks } from '../core/batch.js';
import type { CheckedLoss } from '../core/checked.js';
import type { CheckedEvaluation } from '../core/checked-evaluation.js';
import { createRng } from '../core/random/rng.js';
import { type Check, defineCheck, type Evidence, type Fail } from './check.js';
import type { Subject } from './subject.js';
import { dots, largestOf } from './vectors.js';

/**
 * Samples that must have been compared for a check to pass, and samples that may be tried to find them; at settings
 * that were drawn one.
 */
const TESTED = 4;
const TRIED = 12;
const TRIED_DRAWN = 1;
/** Noise is drawn for this many rows at a time, until a sample is resolved, at most so often. */
export const DRAWS = 128;
const REPEATS = 128;
/** After so many repeats a sample is given up if the bar, which falls like 1 / sqrt(repeats), will not get there. */
const TRIAL = 12;
/** Standard errors that a mean may be off: exceeded by chance once in 150,000. */
export const STANDARD_ERRORS = 4.5;
/** Central differences with steps scale * 0.4 / 2^k, two neighbours at a time extrapolated. */
const LEVELS = 5;
const COARSEST = 0.4;
/** After so many repeats the best pair of steps is that of now or, as noise falls, the next finer one: others are left out. */
const SETTLED = 6;

/**
 * What a plugin estimates, as one number a row, and the field, also one number a row, of which it should be the mean
 * derivative.
 */
export interface Estimate {
  readonly what: string;
  /** A sample is compared where the bar is this share of the signal. */
  readonly resolution: number;
  /** The mean over draws of what is estimated, (1, m): the direction in which it is compared. */
  pilot(e: CheckedEvaluation, u: Batch): Batch;
  along(e: CheckedEvaluation, u: Batch, v: Batch): Float64Array;
  field(e: CheckedEvaluation, u: Batch): Float64Array;
}

export const gradient: Estimate = {
  what: 'mean of <gradient, v>',
  resolution: 0.1,
  pilot: (e) => e.gradient(),
  along: (e, _u, v) => dots(e.gradient(), v).data,
  field: (e) => e.value,
};

export const hessian: Estimate = {
  what: 'mean of <u, hessian v>',
  resolution: 0.2, // its variance is larger by orders
  pilot: (e, u) => timesBlocks(e.hessian!().blocks(), u),
  along: (e, u, v) => dots(u, timesBlocks(e.hessian!().blocks(), v)).data,
  field: (e, u) => dots(e.gradient(), u).data,
};

/** Estimates against differences of means over noise, each draw used for both (common random numbers). */
export const stochastic: readonly Check[] = [
  defineCheck({
    name: 'gradient-unbiased',
    law: 'The mean of an estimated gradient over its noise is the derivative of the mean value.',
    applies: (c) => c.gradient === 'estimate',
    test: (subject, fail) => compare(subject, subject.loss, fail, gradient),
  }),
  defineCheck({
    name: 'hessian-unbiased',
    law: 'The mean of an estimated Hessian over its noise is the derivative of the mean gradient.',
    needs: ['gradient-unbiased'],
    applies: (c) => c.hessian === 'estimate' && c.gradient !== 'surrogate', // else it estimates the derivative of nothing
    test: (subject, fail) => compare(subject, subject.loss, fail, hessian),
  }),
];

/**
 * Fails where an estimate is not the mean derivative of its field, at some of the loss's own samples; and where too
 * few can be told, but for settings that were drawn, which may have more noise than the plugin was made for.
 */
export function compare(
  { outputs, setting }: Subject,
  loss: CheckedLoss,
  fail: Fail,
  estimate: Estimate,
  tests = TESTED,
): Evidence {
  const { y, targets } = loss.sample(createRng(1), TRIED, outputs);
  const [wanted, available] = setting === undefined ? [tests, TRIED] : [1, TRIED_DRAWN];
  let tested = 0;
  for (let i = 0; i < available && tested < wanted; i++) {
    const means = meansAt(loss, estimate, row(y, i), targets[i], i);
    if (!isResolved(means, estimate)) continue; // rare events: a bar that means little
    tested++;
    const { claimed, difference, bar } = means;
    if (!(Math.abs(claimed - difference) <= bar)) {
      fail({
        what: estimate.what,
        sample: i,
        expected: `${difference} (within ${bar.toExponential(1)})`,
        got: claimed,
      });
    }
  }
  if (tested < wanted && setting === undefined) {
    const what = `samples where ${DRAWS * REPEATS} draws tell the derivative to ${estimate.resolution}`;
    fail({ what, expected: `at least ${wanted} of ${TRIED}`, got: tested });
  }
  return { told: tested, tried: wanted };
}

interface Means {
  readonly claimed: number;
  readonly difference: number;
  readonly bar: number;
}

function meansAt(loss: CheckedLoss, estimate: Estimate, y: Float64Array, target: unknown, sample: number): Means {
  const scale = largestOf(y) || 1;
  const targets = new Array<unknown>(DRAWS).fill(target);
  const rng = createRng(1000 + sample);
  const at = (point: Float64Array, draw: number): CheckedEvaluation =>
    loss.evaluate(repeated(point), targets, rng.split(draw));
  const u = repeated(y.map(() => (rng.uniform() < 0.5 ? -1 : 1)));
  const v = repeated(directionFrom(meanRow(estimate.pilot(at(y, 0), u)), y.map(() => rng.uniform() - 0.5)));
  let steps = Array.from({ length: LEVELS }, (_, k) => (scale * COARSEST) / 2 ** k);
  let moments = steps.slice(1).map(() => new Moments());
  const candidates = (): Means[] => {
    const levels = moments.map((level) => level.means());
    return levels.map((level, k) => withFiner(level, levels[k + 1]));
  };
  for (let draw = 1; draw <= REPEATS; draw++) {
    const claimed = estimate.along(at(y, draw), u, v);
    const quotients = steps.map((h) => {
      const [up, down] = [h, -h].map((t) => estimate.field(at(y.map((x, j) => x + t * v.data[j]), draw), u));
      return up.map((f, r) => (f - down[r]) / (2 * h));
    });
    moments.forEach((level, k) => level.add(claimed, quotients[k], quotients[k + 1]));
    const levels = candidates();
    const best = indexOfBest(levels);
    const expected = { ...levels[best], bar: levels[best].bar * Math.sqrt(draw / REPEATS) };
    if (isResolved(levels[best], estimate) || (draw >= TRIAL && !isResolved(expected, estimate))) break;
    if (draw === SETTLED) [steps, moments] = [steps.slice(best, best + 3), moments.slice(best, best + 2)];
  }
  const levels = candidates();
  return levels[indexOfBest(levels)];
}

/** Of the level whose bar is lowest. */
function indexOfBest(levels: readonly Means[]): number {
  return levels.reduce((best, { bar }, k) => (bar < levels[best].bar ? k : best), 0);
}

/** Where both are 0, as where no draw has changed anything, nothing is known. */
function isResolved({ claimed, difference, bar }: Means, { resolution }: Estimate): boolean {
  const signal = Math.max(Math.abs(claimed), Math.abs(difference));
  return signal > 0 && bar <= resolution * signal;
}

/** Steps too coarse for the noise extrapolate to anything: the bar is also what half the step changes. */
function withFiner(level: Means, finer: Means | undefined): Means {
  return finer ? { ...level, bar: Math.max(level.bar, Math.abs(level.difference - finer.difference)) } : level;
}

/** Running sums over draws, for one pair of steps h and h / 2. */
class Moments {
  private draws = 0;
  private claimed = 0;
  private difference = 0;
  private change = 0;
  private squares = 0;

  add(claimed: Float64Array, coarse: Float64Array, fine: Float64Array): void {
    for (let r = 0; r < claimed.length; r++) {
      const difference = (4 * fine[r] - coarse[r]) / 3;
      this.draws++;
      this.claimed += claimed[r];
      this.difference += difference;
      this.change += fine[r] - coarse[r];
      this.squares += (claimed[r] - difference) ** 2;
    }
  }

  /** The bar is STANDARD_ERRORS of the mean of claimed - difference, and what the extrapolation changed. */
  means(): Means {
    const [claimed, difference] = [this.claimed / this.draws, this.difference / this.draws];
    const variance = Math.max(0, this.squares / this.draws - (claimed - difference) ** 2);
    const rounding = 1e-9 * (Math.abs(claimed) + Math.abs(difference));
    const bar = STANDARD_ERRORS * Math.sqrt(variance / this.draws) + Math.abs(this.change / this.draws) / 3 + rounding;
    return { claimed, difference, bar };
  }
}

/** The pilot with largest entry 1, and half as much chance, so that an entry that the pilot lacks is seen too. */
function directionFrom(pilot: Float64Array, chance: Float64Array): Float64Array {
  const largest = largestOf(pilot);
  return chance.map((x, j) => (largest > 0 ? pilot[j] / largest : 0) + x);
}

export function repeated(values: Float64Array): Batch {
  return takeRows({ rows: 1, cols: values.length, data: values }, new Uint8Array(DRAWS));
}

function meanRow(batch: Batch): Float64Array {
  const mean = new Float64Array(batch.cols);
  for (let k = 0; k < batch.data.length; k++) mean[k % batch.cols] += batch.data[k] / batch.rows;
  return mean;
}
