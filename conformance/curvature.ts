import { type Batch, row, takeRows, timesBlocks } from '../core/batch.js';
import type { CheckedEvaluation } from '../core/checked-evaluation.js';
import { meanOfRows } from '../core/linear-algebra/gram.js';
import type { Capabilities } from '../core/loss.js';
import { createRng } from '../core/random/rng.js';
import { type Check, defineCheck, type Fail } from './check.js';
import { directions, dots, largestOf } from './vectors.js';
import type { Subject } from './subject.js';

/**
 * Rounding allowed, as a share of the largest entry of a sample's matrix or product, and of the gradient per length of
 * y: where there is hardly any curvature, what there is comes from terms of that size.
 */
const ROUNDING = 1e-9;
/**
 * Samples whose results are below this share of those of others are confidently right: what is left there after much
 * cancellation.
 */
const FAINT = 1e-4;

/** Laws of second derivatives among themselves. */
export const curvature: readonly Check[] = [
  defineCheck({
    name: 'hessian-symmetric',
    law: 'The Hessian is symmetric.',
    applies: (c) => hasBlocks(c.hessian),
    test: (subject, fail) => everySeed(subject, (e, m) => symmetric(fail, 'hessian', e.hessian!().blocks(), m)),
  }),
  defineCheck({
    name: 'hvp-linear',
    law: 'Products with the Hessian are linear: H (2 u - 3 v) = 2 H u - 3 H v.',
    applies: (c) => c.hessian !== 'none',
    test: (subject, fail) =>
      everySeed(subject, (e, m, flat) => {
        const [u, v] = twoDirections(e.value.length, m);
        const [Hu, Hv] = [e.hessian!().times(u), e.hessian!().times(v)];
        equal(
          fail,
          'H (2 u - 3 v)',
          e.hessian!().times(combine(2, u, -3, v)),
          combine(2, Hu, -3, Hv),
          combine(1, combine(2, absolute(Hu), 3, absolute(Hv)), 1, flat),
        );
      }),
  }),
  defineCheck({
    name: 'hvp-symmetric',
    law: 'Products with the Hessian are symmetric: <u, H v> = <v, H u>.',
    needs: ['hvp-linear', 'hessian-symmetric'],
    applies: (c) => c.hessian !== 'none',
    test: (subject, fail) =>
      everySeed(subject, (e, m, flat) => {
        const [u, v] = twoDirections(e.value.length, m);
        const [Hu, Hv] = [e.hessian!().times(u), e.hessian!().times(v)];
        const size = combine(
          1,
          combine(1, dots(absolute(u), absolute(Hv)), 1, dots(absolute(v), absolute(Hu))),
          1,
          dots(absolute(u), flat),
        );
        equal(fail, '<u, H v> against <v, H u>', dots(u, Hv), dots(v, Hu), size);
      }),
  }),
  defineCheck({
    name: 'hvp-hessian',
    law: 'Products with the Hessian are those with its blocks.',
    needs: ['hvp-symmetric'],
    applies: (c) => hasBlocks(c.hessian),
    test: (subject, fail) =>
      everySeed(subject, (e, m, flat) => {
        const v = directions(e.value.length, m);
        equal(
          fail,
          'H v',
          e.hessian!().times(v),
          timesBlocks(e.hessian!().blocks(), v),
          combine(1, timesBlocks(absolute(e.hessian!().blocks()), absolute(v)), 1, flat),
        );
      }),
  }),
  defineCheck({
    name: 'hessian-mean',
    law: 'The mean of the Hessians is that of their blocks.',
    needs: ['hessian-symmetric'],
    applies: (c) => hasBlocks(c.hessian),
    test: (subject, fail) =>
      everySeed(subject, (e, m, flat) => {
        const mean: Batch = { rows: 1, cols: m * m, data: e.hessian!().mean() };
        const blocks = e.hessian!().blocks();
        const offset = { ...mean, data: mean.data.map(() => largestOf(flat.data)) };
        equal(fail, 'mean', mean, meanRow(blocks), combine(1, meanRow(absolute(blocks)), 1, offset));
      }),
  }),
  defineCheck({
    name: 'gauss-newton',
    law: 'gaussNewton, where there is one, is symmetric and positive semidefinite.',
    test: (subject, fail) =>
      everySeed(subject, (e, m) => {
        const blocks = e.gaussNewton?.().blocks();
        if (!blocks) return;
        symmetric(fail, 'gaussNewton', blocks, m);
        semidefinite(fail, 'gaussNewton', blocks, m);
      }),
  }),
];

/** What convexity says of second derivatives. */
export const convexCurvature: readonly Check[] = [
  defineCheck({
    name: 'convex-hessian',
    law: 'The exact Hessian of a convex loss is positive semidefinite.',
    needs: ['convex', 'hessian-differences'],
    applies: (c) => c.convex && c.hessian === 'exact',
    test: (subject, fail) => everySeed(subject, (e, m) => semidefinite(fail, 'hessian', e.hessian!().blocks(), m)),
  }),
  defineCheck({
    name: 'convex-hvp',
    law: '<v, H v> >= 0 for a convex loss.',
    needs: ['convex', 'hvp-differences'],
    applies: (c) => c.convex && c.hessian === 'products',
    test: (subject, fail) =>
      everySeed(subject, (e, m) => {
        for (const v of twoDirections(e.value.length, m)) {
          const Hv = e.hessian!().times(v);
          const [product, size] = [dots(v, Hv).data, dots(absolute(v), absolute(Hv)).data];
          const sample = product.findIndex((x, i) => !(x >= -ROUNDING * size[i]));
          if (sample >= 0) fail({ what: '<v, H v>', sample, expected: '>= 0', got: product[sample] });
        }
      }),
  }),
];

/** Whether it has blocks that do not come from products. */
function hasBlocks(hessian: Capabilities['hessian']): boolean {
  return hessian === 'exact' || hessian === 'estimate';
}

function everySeed(
  { loss, seeds, sample }: Subject,
  test: (e: CheckedEvaluation, m: number, flat: Batch) => void,
): void {
  for (const seed of seeds) {
    const { y, targets } = sample(seed);
    const e = loss.evaluate(y, targets, createRng(seed));
    test(e, y.cols, perLength(e.gradient(), y));
  }
}

/** (N, m): the largest entry of each gradient, divided by that of y. */
function perLength(gradient: Batch, y: Batch): Batch {
  return {
    ...y,
    data: y.data.map(
      (_, k) => largestOf(row(gradient, Math.floor(k / y.cols))) / (largestOf(row(y, Math.floor(k / y.cols))) || 1),
    ),
  };
}

function symmetric(fail: Fail, what: string, blocks: Batch, m: number): void {
  for (let i = 0; i < blocks.rows; i++) {
    const H = row(blocks, i);
    const tolerance = ROUNDING * largestOf(H);
    for (let a = 0; a < m; a++) {
      for (let b = 0; b < a; b++) {
        const [lower, upper] = [H[a * m + b], H[b * m + a]];
        if (!(Math.abs(lower - upper) <= tolerance)) {
          fail({ what, sample: i, index: a * m + b, expected: `${upper}, as at index ${b * m + a}`, got: lower });
        }
      }
    }
  }
}

/** A symmetric matrix is positive semidefinite, up to rounding, if the pivots of H + tolerance I are positive. */
function semidefinite(fail: Fail, what: string, blocks: Batch, m: number): void {
  for (let i = 0; i < blocks.rows; i++) {
    const H = row(blocks, i).slice();
    const tolerance = ROUNDING * m * largestOf(H);
    if (tolerance === 0) continue;
    for (let a = 0; a < m; a++) H[a * m + a] += tolerance;
    const index = negativePivot(H, m);
    if (index !== undefined) {
      fail({
        what: `pivot ${index} of ${what} + ${tolerance.toExponential(1)} I`,
        sample: i,
        expected: '> 0',
        got: H[index * m + index],
      });
    }
  }
}

/** The first pivot of LDL^T, computed in place, that is not positive. */
function negativePivot(H: Float64Array, m: number): number | undefined {
  for (let k = 0; k < m; k++) {
    const pivot = H[k * m + k];
    if (!(pivot > 0)) return k;
    for (let a = k + 1; a < m; a++) {
      const factor = H[a * m + k] / pivot;
      for (let b = k + 1; b < m; b++) H[a * m + b] -= factor * H[k * m + b];
    }
  }
  return undefined;
}

/**
 * Entry by entry, to ROUNDING times the sum of magnitudes that went into the largest entry of the sample, or a FAINT
 * share of that of the batch.
 */
function equal(fail: Fail, what: string, got: Batch, expected: Batch, size: Batch): void {
  for (let k = 0; k < got.data.length; k++) {
    const sample = Math.floor(k / got.cols);
    const tolerance = ROUNDING * Math.max(largestOf(row(size, sample)), FAINT * largestOf(size.data));
    if (!(Math.abs(got.data[k] - expected.data[k]) <= tolerance)) {
      fail({ what, sample, index: k % got.cols, expected: expected.data[k], got: got.data[k] });
    }
  }
}

function twoDirections(rows: number, m: number): [Batch, Batch] {
  const both = directions(2 * rows, m);
  const half = (from: number): Batch => takeRows(both, Array.from({ length: rows }, (_, i) => from + i));
  return [half(0), half(rows)];
}

function combine(alpha: number, u: Batch, beta: number, v: Batch): Batch {
  return { ...u, data: u.data.map((x, k) => alpha * x + beta * v.data[k]) };
}

/** (1, cols) */
function meanRow({ rows, cols, data }: Batch): Batch {
  return { rows: 1, cols, data: meanOfRows(data, rows, cols) };
}

function absolute(batch: Batch): Batch {
  return { ...batch, data: batch.data.map(Math.abs) };
}
