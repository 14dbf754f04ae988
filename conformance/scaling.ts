import { row } from '../core/batch.js';
import type { CheckedLoss } from '../core/checked.js';
import { createRng } from '../core/random/rng.js';
import { type Check, defineCheck, type Fail } from './check.js';
import { compare, DRAWS, gradient, hessian, repeated, STANDARD_ERRORS } from './stochastic.js';
import type { Subject } from './subject.js';
import { dots } from './vectors.js';

/** Samples that must have been compared, and samples that may be tried to find them. */
const TESTED = 2;
const TRIED = 12;
/** What the parameters are multiplied by together: no error in their powers cancels in both. */
const FACTORS = { samples: 2, sigma: 1.5 } as const;
/** Batches of DRAWS rows of which moments are taken. */
const BATCHES = 16;
/**
 * The variance at twice the samples as a share: 1/2 for independent draws, 5/9 at worst for pairs of which one was
 * single, and some room.
 */
const SHARE = 0.7;
/**
 * A sample counts where the bar is below this share of the variance: draws that are all the same would leave 1 - SHARE.
 */
const RESOLUTION = 0.25;

/**
 * How estimates depend on the number of samples and the size of the noise, of losses with parameters `samples` and
 * `sigma`.
 */
export const scaling: readonly Check[] = [
  defineCheck({
    name: 'estimate-scale',
    law:
      'With twice the `samples` and 1.5 times the `sigma`, where the loss has such parameters, estimates are unbiased too.',
    needs: ['gradient-unbiased', 'hessian-unbiased'],
    once: true, // settings that are drawn have other samples and sigma anyway
    applies: (c) => c.gradient === 'estimate',
    test(subject, fail) {
      const changes = changedBy(subject, FACTORS);
      if (Object.keys(changes).length === 0) return;
      const loss = subject.fresh(changes);
      compare(subject, loss, fail, gradient, TESTED);
      if (loss.capabilities.hessian === 'estimate') compare(subject, loss, fail, hessian, TESTED);
    },
  }),
  defineCheck({
    name: 'estimate-samples',
    law:
      'Twice the `samples`, where the loss has such a parameter, leave the mean value as it is and halve the variance, or better.',
    needs: ['estimate-scale'],
    once: true,
    applies: (c) => c.gradient === 'estimate',
    test(subject, fail) {
      const changes = changedBy(subject, { samples: FACTORS.samples });
      if (Object.keys(changes).length > 0) compareVariances(subject, subject.fresh(changes), fail);
    },
  }),
];

/** Those of the parameters that the loss has, multiplied. */
function changedBy({ loss }: Subject, factors: Readonly<Record<string, number>>): object {
  const numbers = Object.entries(loss.params).filter(([key, value]) => key in factors && typeof value === 'number');
  return Object.fromEntries(numbers.map(([key, value]) => [key, factors[key] * (value as number)]));
}

function compareVariances({ loss, sample, seeds }: Subject, twice: CheckedLoss, fail: Fail): void {
  const { y, targets } = sample(seeds[0], TRIED);
  let tested = 0;
  for (let i = 0; i < TRIED && tested < TESTED; i++) {
    const [once, doubled] = [loss, twice].map((of) => momentsOf(of, row(y, i), targets[i], i));
    const resolved = once.map((a, field) => halved(a, doubled[field], i, fail));
    if (resolved.includes(true)) tested++;
  }
  if (tested < TESTED) {
    const what = `samples where ${DRAWS * BATCHES} draws tell the variance to ${RESOLUTION}`;
    fail({ what, expected: `at least ${TESTED} of ${TRIED}`, got: tested });
  }
}

/**
 * Whether the variances are known well enough to be compared: not of rare events, whose errors mean little. Then they
 * and the means must fit.
 */
function halved(once: Moments, twice: Moments, sample: number, fail: Fail): boolean {
  const bar = STANDARD_ERRORS * Math.hypot(SHARE * once.varianceError, twice.varianceError);
  if (!(once.variance > 0 && bar <= RESOLUTION * once.variance)) return false;
  const meanBar = STANDARD_ERRORS * Math.hypot(once.meanError, twice.meanError) + 1e-9 * Math.abs(once.mean);
  if (!(Math.abs(once.mean - twice.mean) <= meanBar)) {
    const what = `mean of the ${once.what} with twice the samples`;
    fail({ what, sample, expected: `${once.mean} (within ${meanBar.toExponential(1)})`, got: twice.mean });
  }
  if (!(twice.variance - SHARE * once.variance <= bar)) {
    const what = `variance of the ${once.what} with twice the samples`;
    fail({ what, sample, expected: `about half of ${once.variance}`, got: twice.variance });
  }
  return true;
}

interface Moments {
  readonly what: string;
  readonly mean: number;
  readonly meanError: number;
  readonly variance: number;
  readonly varianceError: number;
}

/** Of the value, and of the gradient along a direction, over draws of noise. */
function momentsOf(loss: CheckedLoss, y: Float64Array, target: unknown, sample: number): Moments[] {
  const targets = new Array<unknown>(DRAWS).fill(target);
  const v = repeated(y.map((_, j) => Math.cos(j + 1)));
  const rng = createRng(2000 + sample);
  const [values, slopes] = [new Float64Array(DRAWS * BATCHES), new Float64Array(DRAWS * BATCHES)];
  for (let b = 0; b < BATCHES; b++) {
    const e = loss.evaluate(repeated(y), targets, rng.split(b));
    values.set(e.value, b * DRAWS);
    slopes.set(dots(e.gradient(), v).data, b * DRAWS);
  }
  return [moments('value', values), moments('gradient along a direction', slopes)];
}

/** The mean and the variance, with their standard errors. */
function moments(what: string, values: Float64Array): Moments {
  const n = values.length;
  const mean = values.reduce((sum, x) => sum + x / n, 0);
  const squares = values.map((x) => (x - mean) ** 2);
  const variance = squares.reduce((sum, x) => sum + x / n, 0);
  const spread = squares.reduce((sum, x) => sum + (x - variance) ** 2 / n, 0);
  return { what, mean, meanError: Math.sqrt(variance / n), variance, varianceError: Math.sqrt(spread / n) };
}
