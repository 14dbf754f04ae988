import { expect } from 'chai';
import { distributions } from '../../../../core/algorithm-losses/noise/distributions.js';
import { sumOfDraws } from '../../../../core/algorithm-losses/noise/estimates.js';
import { designOf, drawNoise } from '../../../../core/algorithm-losses/noise/noise.js';
import { additive, multiplicative, type Perturbation } from '../../../../core/algorithm-losses/noise/perturbation.js';
import { type Batch, batchOf, zeros } from '../../../../core/batch.js';
import { createRng } from '../../../../core/random/rng.js';

const SIGMA = 0.4;
const S = 40_000;
const y = batchOf([[0.7, -1.2], [0, 2]]);

/** The mean over draws of (dq/dy)^T u(q), and the estimated derivative of it, for u entry by entry. */
function estimates(perturbation: Perturbation, u: (q: number) => number): { mean: Batch; derivative: Batch } {
  const noise = drawNoise(createRng(3), y.rows, y.cols, distributions.gaussian, designOf('latin', S));
  const q = zeros(y.rows * S, y.cols);
  const { pullBack, derivative } = perturbation(y, noise, q.data);
  const ofU = (): Batch => ({ ...q, data: q.data.map(u) });
  const sums = sumOfDraws(pullBack(ofU()), y.rows);
  return { mean: { ...sums, data: sums.data.map((sum) => sum / S) }, derivative: derivative(ofU()).blocks() };
}

function expectNear(got: Batch, expected: readonly (readonly number[])[], tolerance: number): void {
  expected.flat().forEach((x, k) => expect(got.data[k], `entry ${k}`).to.be.closeTo(x, tolerance));
}

describe('perturbations', () => {
  it('add noise: E sin(y + sigma Z) is sin(y) exp(-sigma^2 / 2)', () => {
    const { mean, derivative } = estimates(additive(SIGMA), Math.sin);
    const shrunk = Math.exp(-0.5 * SIGMA * SIGMA);
    const rows = [[0.7, -1.2], [0, 2]];
    expectNear(mean, rows.map((row) => row.map((x) => shrunk * Math.sin(x))), 1e-4);
    expectNear(derivative, rows.map(([a, b]) => [shrunk * Math.cos(a), 0, 0, shrunk * Math.cos(b)]), 0.02);
  });

  it('multiply by noise: E f q is y exp(sigma^2), and has no derivative where y is 0', () => {
    const { mean, derivative } = estimates(multiplicative(SIGMA), (q) => q);
    const grown = Math.exp(SIGMA * SIGMA);
    expectNear(mean, [[0.7 * grown, -1.2 * grown], [0, 2 * grown]], 1e-3);
    expectNear(derivative, [[grown, 0, 0, grown], [0, 0, 0, grown]], 0.05);
  });

  it('keep signs by factors of mean 1, and leave y as sigma goes to 0', () => {
    const noise = drawNoise(createRng(3), y.rows, y.cols, distributions.gaussian, designOf('plain', 50));
    for (const perturbation of [additive, multiplicative]) {
      const q = zeros(y.rows * 50, y.cols);
      perturbation(1e-12)(y, noise, q.data);
      q.data.forEach((x, k) => expect(x).to.be.closeTo(y.data[2 * Math.floor(k / 100) + (k % 2)], 1e-10));
    }
    const q = zeros(y.rows * 50, y.cols);
    multiplicative(2)(y, noise, q.data);
    q.data.forEach((x, k) => expect(Math.sign(x)).to.equal(Math.sign(y.data[2 * Math.floor(k / 100) + (k % 2)])));
  });
});
