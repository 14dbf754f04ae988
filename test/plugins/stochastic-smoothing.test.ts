import { expect } from 'chai';
import { batchOf, row, takeRows } from '../../core/batch.js';
import { checked } from '../../core/checked.js';
import {
  type DistributionName,
  distributionNames,
  distributions,
} from '../../core/algorithm-losses/noise/distributions.js';
import { designOf, drawNoise, type Sampling, samplingNames } from '../../core/algorithm-losses/noise/noise.js';
import { type Variate, variateNames } from '../../core/algorithm-losses/noise/estimates.js';
import { normalCdf, normalDensity } from '../../core/random/normal.js';
import { createRng } from '../../core/random/rng.js';
import stochasticSmoothing from '../../plugins/stochastic-smoothing.js';
import { codeOf } from '../harness/helpers.js';
import { differenceTail, entry, meanAndError } from './smoothing.js';

const SIGMA = 0.5;
const Y = [0.5, 0.1];

/**
 * Value and derivatives in y_0 of l(y) = 2 P(y_0 + sigma Z_0 < y_1 + sigma Z_1): two cells are wrong where the other is
 * chosen.
 */
function exactly(name: DistributionName): { value: number; slope: number; bend: number } {
  const at = (shift: number): number => 2 * differenceTail(name, (Y[0] - Y[1] + shift) / SIGMA);
  const h = 0.02; // error of the differences h^2 / 12 times the fourth derivative, about 1e-3 of the second
  return { value: at(0), slope: (at(h) - at(-h)) / (2 * h), bend: (at(h) - 2 * at(0) + at(-h)) / h ** 2 };
}

function evaluateOften(params: object, rows: number, seed = 1) {
  const y = takeRows(batchOf([Y]), new Uint8Array(rows));
  return checked(stochasticSmoothing, params).evaluate(y, new Array<number[]>(rows).fill([1, 0]), createRng(seed));
}

describe('stochastic smoothing of a loss', () => {
  it('of two Gaussian scores is the normal distribution function', () => {
    const delta = (Y[1] - Y[0]) / (SIGMA * Math.SQRT2);
    const { value, slope, bend } = exactly('gaussian');
    expect(value).to.be.closeTo(2 * normalCdf(delta), 1e-6);
    expect(slope).to.be.closeTo((-2 * normalDensity(delta)) / (SIGMA * Math.SQRT2), 1e-3);
    expect(bend).to.be.closeTo((-2 * delta * normalDensity(delta)) / (2 * SIGMA ** 2), 1e-3);
  });

  for (const distribution of distributionNames) {
    const exact = exactly(distribution);
    for (const sampling of samplingNames) {
      for (const variate of variateNames) {
        it(`${distribution}, ${sampling}, ${variate}: value, gradient and Hessian have the right mean`, () => {
          const params = { samples: 5, sigma: SIGMA, distribution, sampling, variate };
          const e = evaluateOften(params, 3000);
          const estimates: [string, Float64Array, number][] = [
            ['value', e.value, exact.value],
            ['gradient 0', entry(e.gradient(), 0), exact.slope],
            ['gradient 1', entry(e.gradient(), 1), -exact.slope],
          ];
          if (e.hessian) {
            const H = e.hessian().blocks();
            for (const k of [0, 1, 3]) {
              estimates.push([`hessian ${k}`, entry(H, k), k === 1 ? -exact.bend : exact.bend]);
            }
          }
          for (const [what, values, right] of estimates) {
            const { mean, error } = meanAndError(values);
            expect(mean, what).to.be.closeTo(right, 4.5 * error + 0.002);
            if (!what.startsWith('hessian')) expect(error, what).to.be.below(0.15 * Math.abs(right));
          }
        });
      }
    }
  }

  it('is, densely, what the formulas say', () => {
    for (const distribution of distributionNames) {
      const params = {
        samples: 3,
        sigma: SIGMA,
        distribution,
        sampling: 'plain' as Sampling,
        variate: 'leave-one-out' as Variate,
      };
      const { score, scoreSlope, quantile } = distributions[distribution];
      const e = evaluateOften(params, 2, 7);
      for (let i = 0; i < 2; i++) {
        const stream = createRng(7).split(i);
        const Z = Array.from({ length: 3 }, () => [quantile(stream.uniform()), quantile(stream.uniform())]);
        const d = Z.map(([a, b]) => (Y[0] + SIGMA * a >= Y[1] + SIGMA * b ? 0 : 2));
        const without = (s: number): number => d.reduce<number>((sum, dr, r) => sum + (r === s ? 0 : dr), 0) / 2;
        const mean = (f: (s: number) => number): number => (f(0) + f(1) + f(2)) / 3;
        expect(e.value[i]).to.be.closeTo(mean((s) => d[s]), 1e-14);
        for (let a = 0; a < 2; a++) {
          const g = mean((s) => ((d[s] - without(s)) * score(Z[s][a])) / SIGMA);
          expect(row(e.gradient(), i)[a]).to.be.closeTo(g, 1e-13);
          for (let b = 0; scoreSlope && b < 2; b++) {
            const second = (z: number[]): number => score(z[a]) * score(z[b]) - (a === b ? scoreSlope(z[a]) : 0);
            const H = mean((s) => ((d[s] - without(s)) * second(Z[s])) / SIGMA ** 2);
            expect(row(e.hessian!().blocks(), i)[2 * a + b]).to.be.closeTo(H, 1e-12);
          }
        }
      }
    }
  });

  it('offers factors of the Hessian, and none where the density has kinks', () => {
    const methods = distributionNames.map((distribution) => {
      const e = evaluateOften({ distribution }, 1);
      return [e.hessian?.().factors, e.hessian].map((given) => (given ? 1 : 0)).join('');
    });
    expect(methods).to.deep.equal(['11', '11', '11', '11', '00', '00']);
    expect(evaluateOften({}, 3).hessian!().factors!.rank).to.equal(10);
  });

  it('tends to the hard distance as sigma falls, and then has nothing to say of slopes', () => {
    const e = evaluateOften({ sigma: 1e-6 }, 4);
    expect([...e.value]).to.deep.equal([0, 0, 0, 0]);
    expect(Math.max(...e.gradient().data.map(Math.abs), ...e.hessian!().blocks().data.map(Math.abs))).to.equal(0);
  });

  it('has less variance with control variates, mirrored draws and hypercubes', () => {
    const spread = (params: object): number =>
      meanAndError(entry(evaluateOften({ sigma: SIGMA, samples: 10, ...params }, 1000).gradient(), 0)).error;
    const plain = spread({ variate: 'none' });
    expect(spread({ variate: 'leave-one-out' })).to.be.below(0.95 * plain);
    expect(spread({ variate: 'none', sampling: 'antithetic' })).to.be.below(0.95 * plain);
    expect(spread({ variate: 'none', sampling: 'latin' })).to.be.below(0.95 * plain);
  });

  it('refuses to leave one out where none is left that is independent of it', () => {
    for (const [sampling, samples] of [['plain', 1], ['antithetic', 2], ['latin', 1]] as const) {
      expect(codeOf(() => checked(stochasticSmoothing, { sampling, samples, variate: 'leave-one-out' }))).to.equal(
        'PARAMS',
      );
    }
  });

  it('uses the noise that the seed stands for', () => {
    const { z } = drawNoise(createRng(4), 1, 2, distributions.gaussian, designOf('plain', 10));
    const wrong = [...Array(10).keys()].filter((s) => Y[0] + 0.1 * z.data[2 * s] < Y[1] + 0.1 * z.data[2 * s + 1]);
    expect(evaluateOften({}, 1, 4).value[0]).to.be.closeTo((2 * wrong.length) / 10, 1e-14);
  });
});
