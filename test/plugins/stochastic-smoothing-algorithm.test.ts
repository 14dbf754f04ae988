import { expect } from 'chai';
import ranking from '../../core/algorithms/ranking.js';
import { batchOf, row, takeRows, timesBlocks, zeros } from '../../core/batch.js';
import { checked } from '../../core/checked.js';
import { normalCdf, normalDensity } from '../../core/random/normal.js';
import { distributionNames, distributions } from '../../core/algorithm-losses/noise/distributions.js';
import { samplingNames } from '../../core/algorithm-losses/noise/noise.js';
import { variateNames } from '../../core/algorithm-losses/noise/estimates.js';
import { createRng } from '../../core/random/rng.js';
import stochasticSmoothingAlgorithm from '../../plugins/stochastic-smoothing-algorithm.js';
import { codeOf } from '../harness/helpers.js';
import { differenceTail, entry, meanAndError } from './smoothing.js';

const SIGMA = 0.5;
const Y = [0.5, 0.1];
const TARGET = [0.2, 0.9];

/**
 * 1/2 |(P, 1 - P) - t|^2 and its derivative in y_0, where P is the probability that the first of two scores is the
 * larger.
 */
function exactly(P: number, slope: number): { value: number; slope: number } {
  const [r0, r1] = [P - TARGET[0], 1 - P - TARGET[1]];
  return { value: 0.5 * (r0 ** 2 + r1 ** 2), slope: (r0 - r1) * slope };
}

function evaluateOften(params: object, rows: number, seed = 1) {
  const y = takeRows(batchOf([Y]), new Uint8Array(rows));
  return checked(stochasticSmoothingAlgorithm, params).evaluate(
    y,
    new Array<number[]>(rows).fill(TARGET),
    createRng(seed),
  );
}

describe('stochastic smoothing of an algorithm', () => {
  for (const distribution of distributionNames) {
    const at = (shift: number): number => 1 - differenceTail(distribution, (Y[0] - Y[1] + shift) / SIGMA);
    const exact = exactly(at(0), (at(0.02) - at(-0.02)) / 0.04); // error h^2 / 6 times the third derivative, below 1e-3
    for (const sampling of samplingNames) {
      for (const variate of variateNames) {
        it(`${distribution}, ${sampling}, ${variate}: value and gradient have the right mean`, () => {
          const e = evaluateOften({ samples: 5, sigma: SIGMA, distribution, sampling, variate }, 3000);
          const g = e.gradient();
          for (
            const [what, values, right] of [
              ['value', e.value, exact.value],
              ['gradient 0', entry(g, 0), exact.slope],
              ['gradient 1', entry(g, 1), -exact.slope],
            ] as const
          ) {
            const { mean, error } = meanAndError(values);
            expect(mean, what).to.be.closeTo(right, 4.5 * error + 0.001);
            expect(error, what).to.be.below(0.15 * Math.abs(right));
          }
        });
      }
    }
  }

  it('tends to the smoothed loss and its slope as samples are added', () => {
    const delta = (Y[0] - Y[1]) / (SIGMA * Math.SQRT2);
    const exact = exactly(normalCdf(delta), normalDensity(delta) / (SIGMA * Math.SQRT2));
    const e = evaluateOften({ samples: 100_000, sigma: SIGMA }, 1);
    expect(e.value[0]).to.be.closeTo(exact.value, 0.005); // standard error of P below 0.0016, of the slope below 0.006
    expect(e.gradient().data[0]).to.be.closeTo(exact.slope, 0.02);
  });

  for (const variate of variateNames) {
    it(`is, densely, what the formulas say: ${variate}`, () => {
      const S = 4;
      const y = batchOf([[0.3, -0.2, 0.5], [0, 0.1, 0.4]]);
      const targets = [[0, 1, 2], [2, 0.5, 1]];
      for (const distribution of distributionNames) {
        const params = { samples: S, sigma: SIGMA, distribution, variate, algorithm: ranking() };
        const e = checked(stochasticSmoothingAlgorithm, params).evaluate(y, targets, createRng(7));
        for (let i = 0; i < 2; i++) {
          const stream = createRng(7).split(i);
          const [yi, t] = [row(y, i), targets[i]];
          const draws = Array.from(
            { length: S },
            () => yi.map(() => distributions[distribution].quantile(stream.uniform())),
          );
          const solve = (scores: Float64Array): number[] =>
            [...scores].map((x) => scores.filter((other) => other < x).length);
          const w = draws.map((Z) => solve(yi.map((x, j) => x + SIGMA * Z[j])));
          const without = (s: number): number[] =>
            t.map((_, j) => w.reduce((sum, wr, r) => sum + (r === s ? 0 : wr[j]), 0) / (S - 1));
          const b = (s: number): number[] =>
            ({ none: [0, 0, 0], value: solve(yi), 'leave-one-out': without(s) })[variate];
          const dot = (p: number[], q: number[]): number => p.reduce((sum, x, j) => sum + x * q[j], 0);
          const minus = (p: number[], q: number[]): number[] => p.map((x, j) => x - q[j]);
          const mean = (f: (s: number) => number): number => w.reduce((sum, _, s) => sum + f(s) / S, 0);
          const score = (s: number, j: number): number => distributions[distribution].score(draws[s][j]) / SIGMA;
          expect(e.value[i]).to.be.closeTo(0.5 * mean((s) => dot(minus(w[s], t), minus(without(s), t))), 1e-13);
          const J = t.map((_, c) => t.map((__, j) => mean((s) => (w[s][c] - b(s)[c]) * score(s, j))));
          for (let j = 0; j < 3; j++) {
            const g = mean((s) => dot(minus(w[s], b(s)), minus(without(s), t)) * score(s, j));
            expect(row(e.gradient(), i)[j]).to.be.closeTo(g, 1e-12 * (1 + Math.abs(g)));
            for (let k = 0; k < 3; k++) {
              const JJ = J.reduce((sum, Jc) => sum + Jc[j] * Jc[k], 0);
              expect(row(e.gaussNewton!().blocks(), i)[3 * j + k]).to.be.closeTo(JJ, 1e-11 * (1 + Math.abs(JJ)));
            }
          }
        }
      }
    });
  }

  it('has a Gauss-Newton matrix by S rows at most, of weight 0 or 1', () => {
    const e = evaluateOften({ samples: 6, sigma: SIGMA }, 3);
    const factors = e.gaussNewton!().factors!;
    expect(factors.rank).to.equal(6);
    expect(factors.left).to.equal(factors.right);
    expect([...factors.weights].every((weight) => weight === 0 || weight === 1)).to.equal(true);
    for (let i = 0; i < 3; i++) {
      expect(factors.weights.subarray(6 * i, 6 * i + 6).reduce((a, b) => a + b)).to.be.at.most(1); // D_s is 0 or (-1, 1)
    }
    const v = batchOf([[1, 2], [1, 2], [1, 2]]);
    const [blocks, byRows] = [timesBlocks(e.gaussNewton!().blocks(), v), zeros(3, 2)];
    factors.weights.forEach((weight, r) => {
      const [c, out] = [row(factors.left, r), row(byRows, Math.floor(r / 6))];
      for (let j = 0; j < 2; j++) out[j] += weight * c[j] * (c[0] + 2 * c[1]);
    });
    byRows.data.forEach((x, k) => expect(blocks.data[k]).to.be.closeTo(x, 1e-12 * (1 + Math.abs(x))));
  });

  it('estimates below 0 where the smoothed solution is right: the mean is unbiased', () => {
    const y = takeRows(batchOf([[0, 0]]), new Uint8Array(1000));
    const e = checked(stochasticSmoothingAlgorithm, { samples: 2 }).evaluate(
      y,
      new Array<number[]>(1000).fill([0.5, 0.5]),
      createRng(3),
    );
    expect(new Set(e.value)).to.deep.equal(new Set([-0.25, 0.25])); // residuals are (1, -1) / 2 or (-1, 1) / 2: equal or opposite
    const { mean, error } = meanAndError(e.value);
    expect(mean).to.be.closeTo(0, 4.5 * error);
  });

  it('refuses samples of which none is independent of another', () => {
    for (const [sampling, samples] of [['plain', 1], ['antithetic', 2], ['latin', 1]] as const) {
      expect(codeOf(() => checked(stochasticSmoothingAlgorithm, { sampling, samples }))).to.equal('PARAMS');
    }
  });
});
