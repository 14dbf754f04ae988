import { expect } from 'chai';
import ranking from '../../core/algorithms/ranking.js';
import { type Batch, batchOf, copyOf, row } from '../../core/batch.js';
import { checked } from '../../core/checked.js';
import type { Evaluation } from '../../core/loss.js';
import { solutionDistances } from '../../core/algorithm-losses/solution-distance.js';
import { openRegistry } from '../../node/open-registry.js';
import { createRng } from '../../core/random/rng.js';
import blackbox from '../../plugins/blackbox.js';
import identity from '../../plugins/identity.js';
import spoPlus from '../../plugins/spo-plus.js';
import { codeOf } from '../harness/helpers.js';
import { type Case, cases, dot, optimum, targetOf } from './algorithm-losses.js';

const rng = createRng(0);
const hamming = (w: ArrayLike<number>, t: ArrayLike<number>): number =>
  Array.from(w).reduce((sum, wj, j) => sum + Math.abs(wj - t[j]), 0);

/** One row of random costs, and the solution of other costs that is not theirs. */
function problem(c: Case, seed: number): { y: Float64Array; t: number[] } {
  const costs = c.costs(seed, 40);
  const { w } = c.algorithm.solveBatch(costs);
  const other = Array.from({ length: 40 }, (_, i) => targetOf(w, i)).find((t) => hamming(t, row(w, 0)) > 0);
  return { y: row(costs, 0), t: other! };
}

for (const c of cases) {
  describe(`surrogate gradients over ${c.algorithm.plugin.name}`, () => {
    it('blackbox: the gradient is the derivative of the interpolation, by enumeration of all solutions', () => {
      let compared = 0;
      for (let seed = 1; seed <= 10; seed++) {
        const { y, t } = problem(c, seed);
        const lambda = 0.07 * seed;
        if (c.algorithm.clamps && lambda > Math.min(...y)) continue; // y - lambda would be clamped, and the interpolation another
        compared++;
        const interpolation = (x: Float64Array): number => {
          const joint = Math.min(...c.solutions.map((w) => c.sign * dot(x, w) + lambda * hamming(w, t)));
          return (joint - c.sign * optimum(c, x)) / lambda;
        };
        const g = checked(blackbox, { ...c.params, lambda }).evaluate(batchOf([y]), [t], rng).gradient().data;
        const h = 1e-7; // piecewise linear: differences are exact off the kinks, up to rounding of 1e-16 / (h lambda)
        y.forEach((_, j) => {
          const difference = (interpolation(y.map((x, k) =>
            x + (k === j ? h : 0)
          )) - interpolation(y.map((x, k) => x - (k === j ? h : 0)))) / (2 * h);
          expect(g[j]).to.be.closeTo(difference, 1e-6);
        });
      }
      expect(compared).to.be.at.least(3);
    });

    it('blackbox: a large lambda gives the target itself, a small one no gradient', () => {
      const { y, t } = problem(c, 3);
      const w = new Float64Array(y.length);
      c.algorithm.solve(y, w);
      for (
        const [lambda, expected] of [[1e3, w.map((wj, j) => (c.sign * (t[j] - wj)) / 1e3)], [
          1e-9,
          w.map(() => 0),
        ]] as const
      ) {
        const g = checked(blackbox, { ...c.params, lambda }).evaluate(batchOf([y]), [t], rng).gradient();
        expect([...g.data].map((x) => x + 0)).to.deep.equal([...expected].map((x) => x + 0));
      }
    });

    it('identity: minus the derivative of the distance for costs, plus for scores', () => {
      const { y, t } = problem(c, 4);
      const w = new Float64Array(y.length);
      c.algorithm.solve(y, w);
      const evaluate = (distance: 'hamming' | 'squared'): { value: Float64Array; gradient: number[] } => {
        const e = checked(identity, { ...c.params, distance }).evaluate(batchOf([y]), [t], rng);
        return { value: e.value, gradient: [...e.gradient().data] };
      };
      const [squared, linear] = [evaluate('squared'), evaluate('hamming')];
      expect(squared.value[0]).to.equal(hamming(w, t) / 2);
      expect(linear.value[0]).to.equal(hamming(w, t));
      squared.gradient.forEach((g, j) => expect(g).to.be.closeTo(-c.sign * (w[j] - t[j]), 0));
      linear.gradient.forEach((g, j) => expect(g).to.equal(-c.sign * (1 - 2 * t[j])));
    });

    it('SPO+: the published formula, by enumeration; a bound on regret; 0 at the true costs', () => {
      const [y, truth] = [c.costs(5, 30), c.costs(6, 30)];
      const loss = checked(spoPlus, c.params);
      const { value } = loss.evaluate(y, Array.from({ length: 30 }, (_, i) => targetOf(truth, i)), rng);
      const solutions = { predicted: c.algorithm.solveBatch(y).w, best: c.algorithm.solveBatch(truth).w };
      let compared = 0;
      for (let i = 0; i < 30; i++) {
        const [yi, ci] = [row(y, i), row(truth, i)];
        const regret = c.sign * dot(ci, row(solutions.predicted, i)) - c.sign * optimum(c, ci);
        expect(value[i]).to.be.at.least(regret - 1e-12);
        const q = yi.map((x, j) => 2 * x - ci[j]);
        if (c.algorithm.clamps && Math.min(...q) < 0) continue;
        const formula = -c.sign * optimum(c, q) + 2 * c.sign * dot(yi, row(solutions.best, i)) -
          c.sign * optimum(c, ci);
        expect(value[i]).to.be.closeTo(formula, 1e-13);
        compared++;
      }
      expect(compared).to.be.at.least(c.algorithm.clamps ? 1 : 30);
      const exact = loss.evaluate(truth, Array.from({ length: 30 }, (_, i) => targetOf(truth, i)), rng);
      expect([...exact.value].map((x) => x + 0)).to.deep.equal(new Array(30).fill(0));
    });

    for (
      const [name, plugin, params, rate] of [
        ['blackbox', blackbox, { lambda: 2 }, 0.02],
        ['identity', identity, {}, 0.02],
        ['identity of the norm', identity, { projection: 'norm' }, 0.05],
      ] as const
    ) {
      it(`${name}: going down the gradient leads to the target`, () => {
        const loss = checked(plugin as unknown as typeof blackbox, { ...c.params, ...params });
        const { t } = problem(c, 7);
        const y = copyOf(batchOf([problem(c, 7).y]));
        const before = loss.evaluate(y, [t], rng).value[0];
        for (let step = 0; step < 200; step++) {
          const g = loss.evaluate(y, [t], rng).gradient();
          for (let k = 0; k < y.data.length; k++) y.data[k] -= rate * g.data[k];
        }
        expect(before).to.be.above(0);
        expect(loss.evaluate(y, [t], rng).value[0]).to.equal(0);
      });
    }

    it('SPO+: going down the gradient leads to the best solution under the true costs', () => {
      const loss = checked(spoPlus, c.params);
      const solution = (x: Batch): number[] => targetOf(c.algorithm.solveBatch(x).w, 0);
      const y = c.costs(8, 1);
      const truths = Array.from({ length: 40 }, (_, seed) => c.costs(seed, 1));
      const truth = truths.find((costs) => hamming(solution(y), solution(costs)) > 0)!;
      for (let step = 0; step < 500; step++) {
        const g = loss.evaluate(y, [targetOf(truth, 0)], rng).gradient();
        for (let k = 0; k < y.data.length; k++) y.data[k] -= 0.005 * g.data[k];
      }
      expect(solution(y)).to.deep.equal(solution(truth));
    });
  });
}

describe('surrogate losses', () => {
  it('identity: the gradient of a projection is the transposed Jacobian of it times the gradient', () => {
    const [c] = [cases[1]];
    const { y, t } = problem(c, 1);
    const mean = (x: Float64Array): Float64Array => x.map((xj) => xj - x.reduce((sum, xk) => sum + xk, 0) / x.length);
    const norm = (x: Float64Array): Float64Array => x.map((xj) => xj / Math.sqrt(dot(x, x)));
    const maps = { none: (x: Float64Array) => x, mean, norm, both: (x: Float64Array) => norm(mean(x)) };
    const gradient = (projection: keyof typeof maps): Float64Array =>
      checked(identity, { ...c.params, projection }).evaluate(batchOf([y]), [t], rng).gradient().data;
    const plain = gradient('none');
    for (const projection of ['mean', 'norm', 'both'] as const) {
      const g = gradient(projection);
      const P = maps[projection];
      y.forEach((_, j) => {
        const h = 1e-5; // central differences: error below h^2 |P'''| ~ 1e-10 and 1e-16 / h
        const [up, down] = [h, -h].map((step) => P(y.map((x, k) => x + (k === j ? step : 0))));
        expect(g[j]).to.be.closeTo(up.reduce((sum, u, k) => sum + (plain[k] * (u - down[k])) / (2 * h), 0), 1e-8);
      });
      expect(dot(g, y)).to.be.closeTo(projection === 'mean' ? dot(g, mean(y)) : 0, 1e-14);
    }
  });

  it('identity: at equal outputs nothing is divided by 0', () => {
    const loss = checked(identity, { projection: 'both' });
    expect([...loss.evaluate(batchOf([[3, 3, 3]]), [[0, 0, 1]], rng).gradient().data]).to.deep.equal([1, 0, -1]);
  });

  it('SPO+ over paths: predictions below half the true costs keep the bound, and their cells join the solution', () => {
    const c = cases[0];
    const loss = checked(spoPlus, c.params);
    const truth = targetOf(c.costs(1, 1), 0);
    const y = truth.map((cj, j) => (j === 6 ? 0.1 * cj : cj)); // 2 y - c < 0 at one cell
    const best = targetOf(c.algorithm.solveBatch(batchOf([truth])).w, 0);
    const { value, gradient } = ((e) => ({ value: e.value[0], gradient: e.gradient().data }))(
      loss.evaluate(batchOf([y]), [truth], rng),
    );
    const q = y.map((yj, j) => 2 * yj - truth[j]);
    const relaxed = Math.min(...c.solutions.map((p) => q.reduce((sum, qj, j) => sum + (qj < 0 ? qj : qj * p[j]), 0)));
    expect(value).to.be.closeTo(dot(q, best) - relaxed, 1e-14);
    expect(gradient[6]).to.equal(2 * (best[6] - 1));
  });

  it('refuses targets that are no solutions', () => {
    const grid = cases[0];
    const evaluate = (t: number[], distance: 'hamming' | 'squared'): Evaluation =>
      checked(blackbox, { ...grid.params, distance }).evaluate(grid.costs(1, 1), [t], rng);
    expect(codeOf(() => evaluate([1, 0], 'squared'))).to.equal('TARGET');
    expect(codeOf(() => evaluate(new Array<number>(9).fill(1.5), 'hamming'))).to.equal('TARGET');
    expect(codeOf(() => evaluate(new Array<number>(9).fill(-0.5), 'hamming'))).to.equal('TARGET');
    expect(evaluate(new Array<number>(9).fill(1.5), 'squared').value[0]).to.equal((3 * 0.5 ** 2 + 6 * 1.5 ** 2) / 2); // a path of 3 cells
    const ranks = checked(blackbox, { algorithm: ranking(), distance: 'squared' });
    expect(ranks.evaluate(batchOf([[0.5, 0.1, 0.9]]), [[0, 1, 2]], rng).value[0]).to.equal(1);
    expect(codeOf(() => checked(spoPlus).evaluate(batchOf([[1, 2, 3]]), [[1, 2]], rng))).to.equal('TARGET');
  });

  it('refuse the Hamming distance of solutions beyond [0, 1], which would be negative, not the squared', async () => {
    const registry = await openRegistry();
    const program = { sense: 'maximise', constraints: [{ coefficients: [1, 1, 1], upper: 3 }], upper: 2 };
    const over = [
      { algorithm: { name: 'ranking', params: {} }, y: [0.3, 0.1, 0.2], t: [1, 0, 0.5] },
      { algorithm: { name: 'linear-program', params: program }, y: [3, 2, 1], t: [1, 0, 0] },
    ];
    for (const { algorithm, y, t } of over) {
      for (const name of ['blackbox', 'identity', 'i-mle', 'stochastic-smoothing']) {
        const losses = await Promise.all(
          ['hamming', 'squared'].map((distance) => registry.create(name, { algorithm, distance })),
        );
        const [hammingCode, value] = losses.map((loss, k) => {
          if (k === 0) return codeOf(() => loss.evaluate(batchOf([y]), [t], rng));
          return loss.evaluate(batchOf([y]), [t], rng).value[0];
        });
        expect(hammingCode, `${name} ${algorithm.name}`).to.equal('UNSUPPORTED');
        expect(value, `${name} ${algorithm.name}`).to.be.at.least(0);
      }
    }
  });

  it("take solutions within a solver's tolerance of [0, 1] for its ends, so that the distance is not negative", () => {
    const w = batchOf([[-1e-8, 1 + 1e-8, 0.5]]);
    expect([...solutionDistances('hamming', w, [[0, 1, 0.5]])]).to.deep.equal([0.5]);
    for (const m of [1, 7, 4096, 9001]) {
      const rows = [0, 1, 2].map((r) => Array.from({ length: m }, (_, j) => (j + r) % 2));
      const target = Array.from({ length: m }, (_, j) => j % 2);
      expect([...solutionDistances('hamming', batchOf(rows), [target])]).to.deep.equal([0, m, 0]);
    }
    expect(codeOf(() => solutionDistances('hamming', batchOf([[1.1]]), [[1]]))).to.equal('UNSUPPORTED');
    expect(codeOf(() => solutionDistances('hamming', batchOf([[-0.1]]), [[1]]))).to.equal('UNSUPPORTED');
  });
});
