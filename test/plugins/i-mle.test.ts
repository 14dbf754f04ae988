import { expect } from 'chai';
import topK from '../../core/algorithms/top-k.js';
import { type Batch, batchOf, copyOf, row, takeRows } from '../../core/batch.js';
import { checked } from '../../core/checked.js';
import { normalCdf, normalDensity } from '../../core/random/normal.js';
import { createRng } from '../../core/random/rng.js';
import blackbox from '../../plugins/blackbox.js';
import iMle from '../../plugins/i-mle.js';
import { cases, dot, targetOf } from './algorithm-losses.js';

const ROWS = 4000;

function meanAndError(batch: Batch, j: number): { mean: number; error: number } {
  const column = Float64Array.from({ length: batch.rows }, (_, i) => row(batch, i)[j]);
  const mean = column.reduce((sum, x) => sum + x, 0) / batch.rows;
  const variance = column.reduce((sum, x) => sum + (x - mean) ** 2, 0) / batch.rows;
  return { mean, error: Math.sqrt(variance / batch.rows) };
}

describe('I-MLE', () => {
  for (const [samples, sigma, lambda] of [[1, 0.5, 0.4], [10, 0.5, 0.4], [10, 0.25, 0.4], [10, 0.5, 0.02]] as const) {
    it(`of two Gaussian scores in closed form (S ${samples}, sigma ${sigma}, lambda ${lambda})`, () => {
      const loss = checked(iMle, { samples, sigma, lambda, distribution: 'gaussian' });
      const [a, b] = [0.1, 0.3];
      const e = loss.evaluate(
        takeRows(batchOf([[a, b]]), new Uint8Array(ROWS)),
        new Array<number[]>(ROWS).fill([1, 0]),
        createRng(5),
      );
      const c = sigma * Math.SQRT2;
      const first = (gap: number): number => normalCdf(gap / c);
      const value = meanAndError({ rows: ROWS, cols: 1, data: e.value }, 0);
      expect(value.mean).to.be.closeTo(2 * first(b - a), 4.5 * value.error);
      const g = [0, 1].map((j) => meanAndError(e.gradient(), j));
      const exact = (first(a - b) - first(a - b + 2 * lambda)) / lambda; // the target distribution has scores a + lambda and b - lambda
      expect(g[0].mean).to.be.closeTo(exact, 4.5 * g[0].error);
      expect(g[1].mean).to.be.closeTo(-exact, 4.5 * g[1].error);
      expect(g[0].error).to.be.below(0.1 * Math.abs(exact));
      // As lambda goes to 0 the derivative of the mean value: off by a share of lambda times the next derivative.
      if (lambda === 0.02) expect(exact).to.be.closeTo((-2 * normalDensity((b - a) / c)) / c, 0.03);
    });
  }

  for (const c of cases) {
    const over = c.algorithm.plugin.name;

    it(`over ${over}: without noise to speak of, blackbox differentiation`, () => {
      const y = c.costs(2, 6);
      const { w } = c.algorithm.solveBatch(y);
      const targets = Array.from({ length: 6 }, (_, i) => targetOf(w, (i + 1) % 6));
      for (const distance of ['hamming', 'squared'] as const) {
        const params = { ...c.params, lambda: 0.3, distance };
        const perturbed = checked(iMle, { ...params, sigma: 1e-12, samples: 4 }).evaluate(
          y,
          targets,
          createRng(3),
        );
        const plain = checked(blackbox, params).evaluate(y, targets, createRng(3));
        perturbed.value.forEach((value, i) => expect(value).to.be.closeTo(plain.value[i], 1e-12));
        perturbed.gradient().data.forEach((g, k) => expect(g).to.be.closeTo(plain.gradient().data[k], 1e-12));
      }
    });

    for (
      const params of [{ lambda: 1 }, { adaptive: 0.5 }, { adaptive: 1, distance: 'squared' }, {
        distribution: 'gumbel',
        lambda: 1,
      }] as const
    ) {
      it(`over ${over}: going down the gradient leads to the target (${JSON.stringify(params)})`, () => {
        const costs = c.costs(3, 20);
        const { w } = c.algorithm.solveBatch(costs);
        const t = Array.from({ length: 20 }, (_, i) => targetOf(w, i)).find((target) =>
          dot(target, row(w, 0)) < dot(target, target)
        )!;
        const loss = checked(iMle, { ...c.params, ...params, sigma: 0.05 });
        const y = copyOf(takeRows(costs, [0]));
        for (let step = 0; step < 400; step++) {
          const g = loss.evaluate(y, [t], createRng(step)).gradient();
          const scale = 0.02 / Math.max(1, ...g.data.map(Math.abs));
          for (let k = 0; k < y.data.length; k++) y.data[k] -= scale * g.data[k];
        }
        expect(targetOf(c.algorithm.solveBatch(y).w, 0)).to.deep.equal(t);
      });
    }
  }

  it('adaptive: takes the least of 16 moves by which enough draws change, by trying them all', () => {
    const rows = 8;
    for (const adaptive of [0.01, 0.3, 1]) {
      const loss = checked(iMle, { adaptive, samples: 7, sigma: 0.4, distribution: 'gaussian', lambda: 2 });
      const { y, targets } = loss.sample(createRng(8), rows);
      const g = loss.evaluate(y, targets, createRng(9)).gradient();
      for (let i = 0; i < rows; i++) {
        const stream = createRng(9).split(i);
        const q = Array.from({ length: 7 }, () => [...row(y, i)].map((x) => x + 0.4 * stream.normal()));
        const slope = targets[i].map((t) => 1 - 2 * t);
        const unit = (2 * Math.sqrt(q.reduce((sum, qs) => sum + dot(qs, qs), 0))) / Math.sqrt(7 * slope.length);
        const winner = (x: number[]): number => x.indexOf(Math.max(...x));
        const tried = Array.from({ length: 16 }, (_, halvings) => {
          const lambda = unit / 2 ** halvings;
          const changed = q.filter((qs) => winner(qs.map((x, j) => x - lambda * slope[j])) !== winner(qs)).length;
          return { lambda, changed };
        });
        const needed = Math.max(1, Math.ceil(adaptive * tried[0].changed));
        const { lambda } = tried.findLast(({ changed }) => changed >= needed) ?? tried[0];
        row(g, i).forEach((gj, j) => {
          const before = q.filter((qs) => winner(qs) === j).length;
          const after = q.filter((qs) => winner(qs.map((x, k) => x - lambda * slope[k])) === j).length;
          expect(gj).to.be.closeTo((before - after) / 7 / lambda, 1e-12 / lambda);
        });
      }
    }
  });

  it('adaptive: no gradient where every draw is right already', () => {
    for (const distance of ['hamming', 'squared'] as const) {
      const loss = checked(iMle, { adaptive: 1, distance, algorithm: topK({ k: 1 }) });
      const e = loss.evaluate(batchOf([[9, 1, 2]]), [[1, 0, 0]], createRng(1));
      expect(e.value[0]).to.equal(0);
      expect([...e.gradient().data].map((x) => x + 0)).to.deep.equal([0, 0, 0]);
    }
  });
});
