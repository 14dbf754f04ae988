import { expect } from 'chai';
import type { AlgorithmPlugin } from '../../core/algorithms/algorithm.js';
import { defineAlgorithm } from '../../core/algorithms/define-algorithm.js';
import { checkedAlgorithm } from '../../core/algorithms/checked-algorithm.js';
import topK from '../../core/algorithms/top-k.js';
import { type Batch, batchOf, copyOf, row, takeRows, zeros } from '../../core/batch.js';
import { checked } from '../../core/checked.js';
import type { CheckedEvaluation } from '../../core/checked-evaluation.js';
import { normalCdf, normalDensity } from '../../core/random/normal.js';
import { distributions } from '../../core/algorithm-losses/noise/distributions.js';
import { blockedDesign, designOf, drawNoise, samplingNames } from '../../core/algorithm-losses/noise/noise.js';
import { variateNames } from '../../core/algorithm-losses/noise/estimates.js';
import { createRng } from '../../core/random/rng.js';
import perturbedFenchelYoung from '../../plugins/perturbed-fenchel-young.js';
import { planConformance } from '../../conformance/index.js';
import { codeOf } from '../harness/helpers.js';
import { cases, dot, optimum, targetOf } from './algorithm-losses.js';

/** Top 1 of costs that are minimised: what top-k is for scores -y. */
const cheapest = defineAlgorithm({
  name: 'cheapest',
  title: 'Cheapest',
  source: 'test',
  create: () => ({
    sense: 'minimise',
    outputs: (m) => m,
    solve(costs, out) {
      const least = Math.min(...costs);
      out.fill(0);
      out[costs.indexOf(least)] = 1;
      return least;
    },
  }),
  sample: () => zeros(1, 2),
});

/**
 * The two senses: y (1, m) of scores or their negatives, so that losses and Hessians agree and gradients are opposite.
 */
const senses = [
  { name: 'top-k', plugin: topK as AlgorithmPlugin, sign: 1 },
  { name: 'cheapest', plugin: cheapest, sign: -1 },
];

const ROWS = 4000;

/** The same sample in many rows, each with its own noise. */
function evaluateOften(
  y: number[],
  t: number[],
  plugin: AlgorithmPlugin,
  params: object,
  rows = ROWS,
): CheckedEvaluation {
  const loss = checked(perturbedFenchelYoung, { algorithm: checkedAlgorithm(plugin), ...params });
  return loss.evaluate(takeRows(batchOf([y]), new Uint8Array(rows)), new Array<number[]>(rows).fill(t), createRng(11));
}

/**
 * Means over rows against what is known, to 4.5 standard errors (a chance of 1 in 150,000 an entry; the seed is fixed).
 */
function expectMeans(batch: Batch, expected: ArrayLike<number>, what: string): void {
  for (let k = 0; k < batch.cols; k++) {
    const column = Float64Array.from({ length: batch.rows }, (_, i) => row(batch, i)[k]);
    const mean = column.reduce((sum, x) => sum + x, 0) / batch.rows;
    const variance = column.reduce((sum, x) => sum + (x - mean) ** 2, 0) / batch.rows;
    expect(mean, `${what} ${k}`).to.be.closeTo(expected[k], 4.5 * Math.sqrt(variance / batch.rows) + 1e-12);
    expect(4.5 * Math.sqrt(variance / batch.rows), `error of ${what} ${k}`).to.be.below(
      0.2 * Math.max(...Array.from(expected, Math.abs)),
    );
  }
}

const values = (e: CheckedEvaluation): Batch => ({ rows: e.value.length, cols: 1, data: e.value });

describe('perturbed Fenchel-Young loss', () => {
  for (const { name, plugin, sign } of senses) {
    for (
      const [samples, sigma, variate] of [[1, 0.5, 'none'], [1, 0.5, 'value'], [4, 0.5, 'leave-one-out'], [
        20,
        0.25,
        'value',
      ]] as const
    ) {
      it(`${name}: two Gaussian scores in closed form (S ${samples}, sigma ${sigma}, ${variate})`, () => {
        const [a, b] = [0.3, 0.1];
        const e = evaluateOften([sign * a, sign * b], [0, 1], plugin, { samples, sigma, variate });
        const c = sigma * Math.SQRT2;
        const [P, p] = [normalCdf((a - b) / c), normalDensity((a - b) / c) / c];
        expectMeans(values(e), [b + (a - b) * P + c * c * p - b], 'value'); // E max of two normals
        expectMeans(e.gradient(), [sign * P, -sign * P], 'gradient');
        expectMeans(e.hessian!().blocks(), [p, -p, -p, p], 'hessian');
      });
    }

    it(`${name}: Gumbel noise makes it the cross-entropy of softmax(y / sigma), times sigma`, () => {
      const [scores, t, sigma] = [[0.4, -0.1, 0.2], [0, 0, 1], 0.5];
      const e = evaluateOften(scores.map((x) => sign * x), t, plugin, {
        samples: 5,
        sigma,
        distribution: 'gumbel',
        sampling: 'latin',
      });
      const total = scores.reduce((sum, x) => sum + Math.exp(x / sigma), 0);
      const p = scores.map((x) => Math.exp(x / sigma) / total);
      expectMeans(values(e), [sigma * Math.log(total) - scores[2]], 'value');
      expectMeans(e.gradient(), p.map((pj, j) => sign * (pj - t[j])), 'gradient');
      expectMeans(
        e.hessian!().blocks(),
        p.flatMap((pa, a) => p.map((pb, b) => ((a === b ? pa : 0) - pa * pb) / sigma)),
        'hessian',
      );
    });

    it(`${name}: two outputs of either sign under multiplicative noise in closed form`, () => {
      // Of scores above 0, y_0 f_0 is larger where log(y_0 / y_1) + sigma (Z_0 - Z_1) > 0, and E f_0 g(Z_0) = E g(Z_0 +
      // sigma).
      const sigma = 0.5;
      const c = sigma * Math.SQRT2;
      for (const [a, b] of [[1.3, 1], [-0.8, -1.1]] as const) {
        for (const variate of variateNames) {
          const e = evaluateOften([a, b], [0, 1], plugin, { samples: 4, sigma, variate, noise: 'multiplicative' });
          const [u, v] = [(Math.log(a / b) + sigma ** 2) / c, (Math.log(b / a) + sigma ** 2) / c];
          const [P, Q] = [u, v].map((x) => normalCdf(sign * Math.sign(a) * x)) as [number, number];
          const [p, q] = [u, v].map((x) => normalDensity(x) / c) as [number, number];
          expectMeans(values(e), [sign * (a * P + b * Q - b)], 'value');
          expectMeans(e.gradient(), [sign * P, sign * (Q - 1)], 'gradient');
          expect(p / b).to.be.closeTo(q / a, 1e-15);
          expectMeans(
            e.hessian!().blocks(),
            [p / Math.abs(a), -p / Math.abs(b), -p / Math.abs(b), q / Math.abs(b)],
            'hessian',
          );
        }
      }
    });
  }

  it('has the derivative of its value as gradient, and an unbiased one, noise held fixed', () => {
    for (const params of [{}, { noise: 'multiplicative' }] as const) {
      for (const gradient of ['exact', 'estimate'] as const) {
        const plugin = { ...perturbedFenchelYoung, capabilities: { ...perturbedFenchelYoung.capabilities, gradient } };
        const check = gradient === 'exact' ? 'gradient-differences' : 'gradient-unbiased';
        const { outcome, failure } = planConformance(plugin, { params }).find((planned) =>
          planned.check.name === check
        )!.run();
        expect(outcome, failure?.message).to.equal('passed');
      }
    }
  });

  it('is, densely, what the formulas say, for every control variate and sampling', () => {
    for (const sampling of samplingNames) {
      for (const variate of variateNames) {
        const [samples, sigma, y, t] = [5, 0.3, [0.2, 0.1, -0.1], [0, 1, 0]];
        const params = { samples, sigma, sampling, variate, distribution: 'logistic' };
        const e = evaluateOften(y, t, topK, params, 2);
        const design = variate === 'leave-one-out'
          ? blockedDesign('test', sampling, samples)
          : designOf(sampling, samples);
        const { z, score } = drawNoise(createRng(11), 2, 3, distributions.logistic, design);
        const best = (x: ArrayLike<number>): number[] => y.map((_, j) => (x[j] === Math.max(...Array.from(x)) ? 1 : 0));
        for (let i = 0; i < 2; i++) {
          const q = Array.from(
            { length: samples },
            (_, s) => y.map((yj, j) => yj + sigma * row(z, i * samples + s)[j]),
          );
          const w = q.map(best);
          const mean = (f: (s: number) => number): number => q.reduce((sum, _, s) => sum + f(s), 0) / samples;
          const b = (s: number, j: number): number => {
            if (variate !== 'leave-one-out') return variate === 'value' ? best(y)[j] : 0;
            const others = w.filter((_, r) => Math.floor(r / design.block) !== Math.floor(s / design.block));
            return others.reduce((sum, wr) => sum + wr[j], 0) / others.length;
          };
          expect(e.value[i]).to.be.closeTo(mean((s) => Math.max(...q[s]) - dot(q[s], t)), 1e-14);
          const H = (j: number, k: number): number =>
            mean((s) => ((w[s][j] - b(s, j)) * row(score, i * samples + s)[k]) / sigma);
          for (let j = 0; j < 3; j++) {
            expect(row(e.gradient(), i)[j]).to.be.closeTo(mean((s) => w[s][j] - t[j]), 1e-14);
            for (let k = 0; k < 3; k++) {
              expect(row(e.hessian!().blocks(), i)[3 * j + k]).to.be.closeTo((H(j, k) + H(k, j)) / 2, 1e-13);
            }
          }
        }
      }
    }
  });

  for (const c of cases) {
    const over = c.algorithm.plugin.name;

    it(`${over}: the least of the value is at the target, for any noise, and going down leads there`, () => {
      const costs = c.costs(3, 20);
      const { w } = c.algorithm.solveBatch(costs);
      const t = Array.from({ length: 20 }, (_, i) => targetOf(w, i)).find((target) =>
        dot(target, row(w, 0)) < dot(target, target)
      )!;
      for (const params of [{ sigma: 0.1 }, { sigma: 0.3, noise: 'multiplicative' }] as const) {
        const loss = checked(perturbedFenchelYoung, { ...c.params, ...params });
        const y = copyOf(takeRows(costs, [0]));
        const solution = (): number[] => targetOf(c.algorithm.solveBatch(y).w, 0);
        expect(solution()).to.not.deep.equal(t);
        const before = loss.evaluate(y, [t], createRng(0)).value[0];
        for (let step = 0; step < 300; step++) {
          const g = loss.evaluate(y, [t], createRng(step)).gradient();
          for (let k = 0; k < y.data.length; k++) y.data[k] -= 0.02 * g.data[k];
        }
        expect(solution()).to.deep.equal(t);
        expect(loss.evaluate(y, [t], createRng(0)).value[0]).to.be.within(0, 0.1 * before);
      }
    });

    it(`${over}: without noise to speak of, it is the distance of objectives, with gradient of the solution and no curvature`, () => {
      const y = c.costs(4, 6);
      const { w } = c.algorithm.solveBatch(y);
      const targets = Array.from({ length: 6 }, (_, i) => targetOf(w, (i + 1) % 6));
      for (const params of [{ variate: 'value' }, { variate: 'leave-one-out' }, { noise: 'multiplicative' }] as const) {
        const loss = checked(perturbedFenchelYoung, { ...c.params, ...params, sigma: 1e-9 });
        const e = loss.evaluate(y, targets, createRng(1));
        for (let i = 0; i < 6; i++) {
          expect(e.value[i]).to.be.closeTo(c.sign * (dot(row(y, i), targets[i]) - optimum(c, row(y, i))), 1e-7);
          row(e.gradient(), i).forEach((g, j) =>
            expect(g).to.be.closeTo(c.sign * (targets[i][j] - row(w, i)[j]), 1e-7)
          );
        }
        expect(Math.max(...e.hessian!().blocks().data.map(Math.abs))).to.equal(0);
      }
    });
  }

  it('over paths: where noise makes costs negative, their cells join the solution, which keeps the mean value convex', () => {
    const c = cases[0];
    const loss = checked(perturbedFenchelYoung, { ...c.params, samples: 3, sigma: 2 });
    const y = c.costs(5, 1);
    const t = [1, 0, 0, 0, 1, 0, 0, 0, 1];
    const { z } = drawNoise(createRng(2), 1, 9, distributions.gaussian, designOf('plain', 3));
    let expected = 0;
    for (let s = 0; s < 3; s++) {
      const q = y.data.map((yj, j) => yj - 2 * row(z, s)[j]);
      const least = Math.min(...c.solutions.map((p) => q.reduce((sum, qj, j) => sum + (qj < 0 ? qj : qj * p[j]), 0)));
      expected += (dot(q, t) - least) / 3;
    }
    expect(loss.evaluate(y, [t], createRng(2)).value[0]).to.be.closeTo(expected, 1e-13);
  });

  it('offers the Hessian by its factors for additive noise', () => {
    expect(evaluateOften([0.1, 0.2], [0, 1], topK, { samples: 7 }, 2).hessian!().factors!.rank).to.equal(7);
    expect(evaluateOften([0.1, 0.2], [0, 1], topK, { noise: 'multiplicative' }, 2).hessian!().factors).to.equal(
      undefined,
    );
  });

  it('takes costs of 0 under multiplicative noise: they stay 0, and the Hessian says nothing of them', () => {
    const e = evaluateOften([0, 0.11, 0.1], [1, 0, 0], topK, { noise: 'multiplicative' }, 2);
    expect(e.value[0]).to.be.above(0);
    const H = e.hessian!().blocks().data;
    expect(H.every(Number.isFinite)).to.equal(true);
    expect(H[0]).to.equal(0);
    expect(H[4]).to.not.equal(0);
  });

  it('refuses noise that it has no formulas for, and to leave one out of one', () => {
    for (
      const params of [{ noise: 'multiplicative', distribution: 'gumbel' }, {
        samples: 1,
        variate: 'leave-one-out',
      }] as const
    ) {
      expect(codeOf(() => checked(perturbedFenchelYoung, params))).to.equal('PARAMS');
    }
  });
});
