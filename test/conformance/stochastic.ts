import { type Batch, row, takeRows, timesBlocks } from '../../core/batch.js';
import { type Evaluation } from '../../core/loss.js';
import { createRng } from '../../core/rng.js';
import { type Check, defineCheck, type Fail } from './check.js';
import { type Subject } from './subject.js';
import { dots, largestOf } from './vectors.js';

/** Samples that must have been compared for a check to pass, and samples that may be tried to find them. */
const TESTED = 4;
const TRIED = 12;
/** Noise is drawn for this many rows at a time, until the bar is this share of the signal, at most so often. */
const DRAWS = 128;
const REPEATS = 128;
const RESOLUTION = 0.1;
/** After so many repeats a sample is given up if the bar, which falls like 1 / sqrt(repeats), will not get there. */
const TRIAL = 12;
/** Standard errors that a mean may be off: exceeded by chance once in 150,000. */
const STANDARD_ERRORS = 4.5;
/** Central differences with steps scale * 0.4 / 2^k, two neighbours at a time extrapolated. */
const LEVELS = 5;
const COARSEST = 0.4;

/** What a plugin estimates, as one number a row, and the field, also one number a row, of which it should be the mean derivative. */
interface Estimate {
  readonly what: string;
  /** The mean over draws of what is estimated, (1, m): the direction in which it is compared. */
  pilot(e: Evaluation, u: Batch): Batch;
  along(e: Evaluation, u: Batch, v: Batch): Float64Array;
  field(e: Evaluation, u: Batch): Float64Array;
}

const gradient: Estimate = {
  what: 'mean of <gradient, v>',
  pilot: (e) => e.gradient(),
  along: (e, _u, v) => dots(e.gradient(), v).data,
  field: (e) => e.value,
};

const hessian: Estimate = {
  what: 'mean of <u, hessian v>',
  pilot: (e, u) => timesBlocks(e.hessian!(), u),
  along: (e, u, v) => dots(u, timesBlocks(e.hessian!(), v)).data,
  field: (e, u) => dots(e.gradient(), u).data,
};

/** Estimates against differences of means over noise, each draw used for both (common random numbers). */
export const stochastic: readonly Check[] = [
  defineCheck({
    name: 'gradient-unbiased',
    law: 'The mean of an estimated gradient over its noise is the derivative of the mean value.',
    applies: (c) => c.gradient === 'estimate',
    test: (subject, fail) => compare(subject, fail, gradient),
  }),
  defineCheck({
    name: 'hessian-unbiased',
    law: 'The mean of an estimated Hessian over its noise is the derivative of the mean gradient.',
    applies: (c) => c.hessian === 'estimate' && c.gradient !== 'surrogate', // else it estimates the derivative of nothing
    test: (subject, fail) => compare(subject, fail, hessian),
  }),
];

function compare(subject: Subject, fail: Fail, estimate: Estimate): void {
  const { y, targets } = subject.sample(subject.seeds[0]!, TRIED);
  let tested = 0;
  for (let i = 0; i < TRIED && tested < TESTED; i++) {
    const { claimed, difference, bar } = meansAt(subject, estimate, row(y, i), targets[i], i);
    if (!(bar <= RESOLUTION * Math.max(Math.abs(claimed), Math.abs(difference)))) continue; // few rare events: a bar that means little
    tested++;
    if (!(Math.abs(claimed - difference) <= bar)) {
      fail({ what: estimate.what, sample: i, expected: `${difference} (within ${bar.toExponential(1)})`, got: claimed });
    }
  }
  if (tested < TESTED) {
    const what = `samples where ${DRAWS * REPEATS} draws tell the derivative to ${RESOLUTION}`;
    fail({ what, expected: `at least ${TESTED} of ${TRIED}`, got: tested });
  }
}

interface Means {
  readonly claimed: number;
  readonly difference: number;
  readonly bar: number;
}

function meansAt({ loss }: Subject, estimate: Estimate, y: Float64Array, target: unknown, sample: number): Means {
  const scale = largestOf(y) || 1;
  const targets = new Array<unknown>(DRAWS).fill(target);
  const rng = createRng(1000 + sample);
  const at = (point: Float64Array, draw: number): Evaluation => loss.evaluate(repeated(point), targets, rng.split(draw));
  const u = repeated(y.map(() => (rng.uniform() < 0.5 ? -1 : 1)));
  const v = repeated(directionFrom(meanRow(estimate.pilot(at(y, 0), u)), y.map(() => rng.uniform() - 0.5)));
  const moments = Array.from({ length: LEVELS - 1 }, () => new Moments());
  const best = (): Means => {
    const levels = moments.map((level) => level.means());
    return levels.map((level, k) => withFiner(level, levels[k + 1])).reduce((a, b) => (b.bar < a.bar ? b : a));
  };
  for (let draw = 1; draw <= REPEATS; draw++) {
    const claimed = estimate.along(at(y, draw), u, v);
    const quotients = Array.from({ length: LEVELS }, (_, k) => {
      const h = (scale * COARSEST) / 2 ** k;
      const [up, down] = [h, -h].map((t) => estimate.field(at(y.map((x, j) => x + t * v.data[j]!), draw), u));
      return up!.map((f, r) => (f - down![r]!) / (2 * h));
    });
    moments.forEach((level, k) => level.add(claimed, quotients[k]!, quotients[k + 1]!));
    const { claimed: mean, difference, bar } = best();
    const goal = RESOLUTION * Math.max(Math.abs(mean), Math.abs(difference));
    if (bar <= goal || (draw >= TRIAL && bar * Math.sqrt(draw / REPEATS) > goal)) break;
  }
  return best();
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
      const difference = (4 * fine[r]! - coarse[r]!) / 3;
      this.draws++;
      this.claimed += claimed[r]!;
      this.difference += difference;
      this.change += fine[r]! - coarse[r]!;
      this.squares += (claimed[r]! - difference) ** 2;
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
  return chance.map((x, j) => (largest > 0 ? pilot[j]! / largest : 0) + x);
}

function repeated(values: Float64Array): Batch {
  return takeRows({ rows: 1, cols: values.length, data: values }, new Uint8Array(DRAWS));
}

function meanRow(batch: Batch): Float64Array {
  const mean = new Float64Array(batch.cols);
  for (let k = 0; k < batch.data.length; k++) mean[k % batch.cols]! += batch.data[k]! / batch.rows;
  return mean;
}
