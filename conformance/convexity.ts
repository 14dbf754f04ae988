import { type Batch, row } from '../core/batch.js';
import { createRng } from '../core/random/rng.js';
import { type Check, defineCheck } from './check.js';
import { rerouted } from './streams.js';
import type { Subject } from './subject.js';
import { largestOf } from './vectors.js';

/** Rounding allowed, as a share of the largest value that is compared. */
const ROUNDING = 1e-9;
const SPREADS = [1, 10];

/** Inequalities between values, all under the noise of the sample that they are about. */
export const convexity: readonly Check[] = [
  defineCheck({
    name: 'convex',
    law: 'A convex loss lies below its chords: value((1 - s) a + s b) <= (1 - s) value(a) + s value(b).',
    applies: (c) => c.convex,
    test(subject, fail) {
      for (const { y, values } of everySpread(subject)) {
        for (let i = 0; i < y.rows; i++) {
          const [a, b] = [row(y, i), row(y, (i + 1) % y.rows)];
          const [atA, atB] = [values(a, i), values(b, i)];
          for (const s of [0.5, 0.25, 0.9]) {
            const chord = (1 - s) * atA + s * atB;
            const value = values(a.map((x, j) => (1 - s) * x + s * b[j]), i);
            if (!(value <= chord + ROUNDING * Math.max(Math.abs(atA), Math.abs(atB)))) {
              fail({
                what: `value at ${s} of the way to the next sample`,
                sample: i,
                expected: `<= ${chord}, the chord`,
                got: value,
              });
            }
          }
        }
      }
    },
  }),
];

/** What the gradient says of values elsewhere. */
export const supports: readonly Check[] = [
  defineCheck({
    name: 'subgradient-inequality',
    law: 'A subgradient, and the gradient of a convex loss, supports the loss: value(b) >= value(a) + <g, b - a>.',
    needs: ['gradient-differences', 'convex', 'convex-hessian', 'convex-hvp'],
    applies: (c) => c.gradient === 'subgradient' || (c.gradient === 'exact' && c.convex),
    test(subject, fail) {
      for (const { y, values, gradient } of everySpread(subject)) {
        for (let i = 0; i < y.rows; i++) {
          const a = row(y, i);
          const atA = values(a, i);
          const g = row(gradient, i);
          for (const b of around(a, row(y, (i + 1) % y.rows), i)) {
            const support = g.reduce((sum, gj, j) => sum + gj * (b[j] - a[j]), atA);
            const value = values(b, i);
            const size = g.reduce((sum, gj, j) => sum + Math.abs(gj * (b[j] - a[j])), Math.abs(atA));
            if (!(value >= support - ROUNDING * size)) {
              fail({
                what: 'value at another point',
                sample: i,
                expected: `>= ${support}, by the subgradient`,
                got: value,
              });
            }
          }
        }
      }
    },
  }),
];

/** The samples as they are and spread out, with the value that row i's target and noise give at any point. */
function* everySpread({ loss, seeds, sample }: Subject): Generator<{
  y: Batch;
  gradient: Batch;
  values(at: Float64Array, i: number): number;
}> {
  for (const seed of seeds) {
    for (const spread of SPREADS) {
      const { y: near, targets } = sample(seed);
      const y = { ...near, data: near.data.map((x) => spread * x) };
      const gradient = loss.evaluate(y, targets, createRng(seed)).gradient();
      const values = (at: Float64Array, i: number): number => {
        const point = { rows: 1, cols: y.cols, data: at.slice() };
        return loss.evaluate(point, [targets[i]], rerouted(createRng(seed), () => i)).value[0];
      };
      yield { y, gradient, values };
    }
  }
}

/** Another sample, and points at distances from far to near. */
function around(a: Float64Array, other: Float64Array, i: number): Float64Array[] {
  const rng = createRng(i);
  const scale = largestOf(a) || 1;
  return [other, ...[1, 0.1, 0.01].map((distance) => a.map((x) => x + distance * scale * rng.normal()))];
}
