import { type Batch, row } from '../core/batch.js';
import { createRng } from '../core/random/rng.js';
import { type Check, defineCheck } from './check.js';
import { pointsOf } from './places.js';
import { predictionsOf } from './predictions.js';
import { rerouted } from './streams.js';
import type { Subject } from './subject.js';
import { largestOf } from './vectors.js';

/** Samples from which the search sets out, of few outputs and of many. */
const STARTS = { few: 3, many: 1 };
const MANY = 24;
const DESCENTS = 10;
/** The steps that are tried, as shares of the largest output. */
const STEPS = Array.from({ length: 8 }, (_, k) => 4 / 6 ** k);
/** Factors of predictions that fit the target. */
const FACTORS = [1, 1 / 2, 10, 1000];

/** Inequalities that are looked for where they are most likely to be broken. */
export const minimum: readonly Check[] = [
  defineCheck({
    name: 'nonnegative',
    law: 'A loss that declares it is never negative (up to 1e-12 of |y|), nor where descent ends.',
    needs: ['spread-outputs', 'tied-outputs'],
    applies: (c) => c.nonnegative,
    test(subject, fail) {
      for (const seed of subject.seeds) {
        for (const { y, value, sample } of lowest(subject, seed)) {
          if (value >= -1e-12 * Math.max(1, largestOf(y))) continue;
          fail({ what: `value at ${[...y].join(', ')}`, sample, expected: '>= 0', got: value });
        }
      }
    },
  }),
];

interface Low {
  readonly y: Float64Array;
  readonly value: number;
  readonly sample: number;
}

/** The points that descents pass, each with the target and the noise of a sample. */
function* lowest({ loss, sample }: Subject, seed: number): Generator<Low> {
  const { y: batch, targets } = sample(seed);
  const m = batch.cols;
  for (let i = 0; i < Math.min(batch.rows, m > MANY ? STARTS.many : STARTS.few); i++) {
    const evaluate = (points: Batch) =>
      loss.evaluate(
        points,
        new Array<unknown>(points.rows).fill(targets[i]),
        rerouted(createRng(seed), () => i),
      );
    const perfect = predictionsOf(targets[i], m).flatMap((guess) =>
      FACTORS.map((factor) => guess.map((x) => factor * x))
    );
    let points: Float64Array[] = [row(batch, i).slice(), row(batch, i).map((x) => 10 * x), ...perfect];
    let values: Float64Array = evaluate(pointsOf(points)).value;
    for (let k = 0; k < points.length; k++) yield { y: points[k], value: values[k], sample: i };
    for (let descent = 0; descent < DESCENTS; descent++) {
      const gradient = evaluate(pointsOf(points)).gradient();
      const trials = points.flatMap((y, k) => stepsFrom(y, row(gradient, k)));
      const reached = evaluate(pointsOf(trials)).value;
      const better = points.map((_, k) => bestTrial(reached, k)).filter((at, k) => reached[at] < values[k]);
      if (better.length === 0) break;
      points = better.map((at) => trials[at]);
      values = Float64Array.from(better, (at) => reached[at]);
      for (let k = 0; k < points.length; k++) yield { y: points[k], value: values[k], sample: i };
    }
  }
}

/** Points against the gradient, from far to near. */
function stepsFrom(y: Float64Array, g: Float64Array): Float64Array[] {
  const [length, largest] = [largestOf(y) || 1, largestOf(g) || 1];
  return STEPS.map((step) => y.map((x, j) => x - step * length * (g[j] / largest)));
}

function bestTrial(values: Float64Array, k: number): number {
  let best = k * STEPS.length;
  for (let at = best; at < (k + 1) * STEPS.length; at++) if (values[at] < values[best]) best = at;
  return best;
}
