import { expect } from 'chai';
import { type Batch, batchOf, row, takeRows, zeros } from '../../core/batch.js';
import { checked } from '../../core/checked.js';
import type { CheckedEvaluation } from '../../core/checked-evaluation.js';
import { orderOf, ranksOf } from '../../core/ranking.js';
import { openRegistry } from '../../node/open-registry.js';
import { createRng } from '../../core/random/rng.js';
import dsnLogistic, * as logistic from '../../plugins/dsn-logistic.js';
import * as cauchy from '../../plugins/dsn-cauchy.js';
import * as gaussian from '../../plugins/dsn-gaussian.js';
import * as art from '../../plugins/dsn-logistic-art.js';
import * as optimal from '../../plugins/dsn-optimal.js';
import * as reciprocal from '../../plugins/dsn-reciprocal.js';
import neuralsort, * as neural from '../../plugins/neuralsort.js';
import softsort, * as soft from '../../plugins/softsort.js';

const networks = { cauchy, gaussian, logistic, art, optimal, reciprocal };
const scores = [0.3, -1.2, 2.1, 0.9, -0.4];
const one = (y: number[]): Batch => batchOf([y]);

function evaluate(
  plugin: typeof softsort | typeof dsnLogistic,
  params: object,
  y: number[],
  target: number[],
): CheckedEvaluation {
  return checked(plugin as typeof softsort, params).evaluate(one(y), [target], createRng(0));
}

describe('soft permutations', () => {
  it('SoftSort: by hand for two scores, P = [[s, 1 - s], [1 - s, s]] with s = sigmoid(gap / tau)', () => {
    const P = soft.softPermutation([0, 0.2], { temperature: 0.1 });
    const s = 1 / (1 + Math.exp(-2));
    [s, 1 - s, 1 - s, s].forEach((p, k) => expect(P.data[k]).to.be.closeTo(p, 1e-15));
  });

  it("NeuralSort: the paper's descending formula, rows reversed", () => {
    const n = scores.length;
    const P = neural.softPermutation(scores, { temperature: 0.7 });
    for (let k = 1; k <= n; k++) {
      const logits = scores.map((s) =>
        ((n + 1 - 2 * k) * s - scores.reduce((sum, l) => sum + Math.abs(s - l), 0)) / 0.7
      );
      const total = logits.reduce((sum, L) => sum + Math.exp(L), 0);
      logits.forEach((L, j) => expect(row(P, n - k)[j]).to.be.closeTo(Math.exp(L) / total, 1e-14));
    }
  });

  it('NeuralSort shares the rows of tied scores evenly', () => {
    const P = neural.softPermutation([1, 1, 2], { temperature: 1e-3 });
    [0.5, 0.5, 0, 0.5, 0.5, 0, 0, 0, 1].forEach((p, k) => expect(P.data[k]).to.be.closeTo(p, 1e-15));
  });

  it('have rows that sum to 1, and networks columns too', () => {
    const sums = (P: Batch, transposed: boolean): number[] =>
      scores.map((_, a) => scores.reduce((sum, __, b) => sum + P.data[transposed ? b * 5 + a : a * 5 + b], 0));
    for (const P of [soft.softPermutation(scores), neural.softPermutation(scores)]) {
      for (const sum of sums(P, false)) expect(sum).to.be.closeTo(1, 1e-14);
    }
    for (const { softPermutation } of Object.values(networks)) {
      for (const network of ['odd-even', 'bitonic'] as const) {
        const P = softPermutation(scores, { network });
        for (const sum of [...sums(P, false), ...sums(P, true)]) expect(sum).to.be.closeTo(1, 1e-14);
      }
    }
  });

  it('become the hard permutation as they sharpen, with soft sort and soft rank becoming sort and ranks', () => {
    const sharp = [
      ...[soft, neural].map((
        { softSort, softRank },
      ) => [softSort(scores, { temperature: 1e-3 }), softRank(scores, { temperature: 1e-3 })]),
      ...Object.values(networks).map((
        { softSort, softRank },
      ) => [softSort(scores, { steepness: 1e7 }), softRank(scores, { steepness: 1e7 })]),
    ];
    for (const [sorted, ranks] of sharp) {
      sorted.forEach((s, r) => expect(s).to.be.closeTo(scores[orderOf(scores)[r]], 1e-5));
      ranks.forEach((rank, j) => expect(rank).to.be.closeTo(ranksOf(scores)[j], 1e-5));
    }
  });

  it('refuse scores and parameters that are none', () => {
    expect(() => soft.softSort([1, NaN])).to.throw().with.property('code', 'NONFINITE');
    const far = [1.7e308, 1.7e308, -1.7e308]; // whose differences overflow: right numbers, or no numbers
    for (const operators of [soft, neural, ...Object.values(networks)]) {
      for (const operator of [operators.softPermutation, operators.softSort, operators.softRank]) {
        let result: Float64Array | undefined;
        try {
          const got = operator(far);
          result = got instanceof Float64Array ? got : got.data;
        } catch (error) {
          expect(error).to.have.property('code', 'NONFINITE');
        }
        expect(result?.every(Number.isFinite) ?? true).to.equal(true);
      }
    }
    expect(() => soft.softRank(far)).to.throw().with.property('code', 'NONFINITE');
    expect(() => soft.softRank([])).to.throw().with.property('code', 'SHAPE');
    expect(() => neural.softPermutation([1, 2], { temperature: 0 })).to.throw().with.property('code', 'PARAMS');
    expect(() => cauchy.softPermutation([1, 2], { steepness: -1 })).to.throw().with.property('code', 'PARAMS');
  });
});

describe('sorting losses', () => {
  it('are one and the same for two scores: NeuralSort and SoftSort at tau, the logistic network at 1 / tau', () => {
    for (const gap of [0.02, 0.5, 3, 40, 1e6]) {
      for (const target of [[0, 1], [1, 0]]) {
        const all = [
          evaluate(softsort, { temperature: 0.5 }, [0, gap], target),
          evaluate(neuralsort, { temperature: 0.5 }, [0, gap], target),
          evaluate(dsnLogistic, { steepness: 2 }, [0, gap], target),
        ];
        // All four entries have the same loss, log(1 + exp(-z)) with z = gap / tau, its sign turned where the target
        // is.
        const z = 2 * gap * (target[0] === 0 ? 1 : -1);
        const value = Math.max(-z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
        const slope = -1 / (1 + Math.exp(z));
        for (const e of all) {
          expect(e.value[0]).to.be.closeTo(value, 1e-14 * value);
          expect(e.gradient().data[1]).to.be.closeTo(2 * slope * (target[0] === 0 ? 1 : -1), 1e-13 * Math.abs(slope));
          expect(e.hessian!().blocks().data[3]).to.be.closeTo(-4 * slope * (1 + slope), 1e-12);
        }
      }
    }
  });

  it('do not change when all scores move together, and are equivariant to the order of the items', () => {
    for (const plugin of [softsort, neuralsort, dsnLogistic]) {
      const target = [2, 0, 4, 3, 1];
      const e = evaluate(plugin, {}, scores, target);
      const H = e.hessian!().blocks().data;
      for (let a = 0; a < 5; a++) {
        const sum = [0, 1, 2, 3, 4].reduce((total, b) => total + H[a * 5 + b], 0);
        expect(sum).to.be.closeTo(0, 1e-13);
      }
      if (plugin === dsnLogistic) continue; // a network sees the items in the order of its lanes
      const swap = [3, 1, 0, 4, 2];
      const permuted = evaluate(plugin, {}, swap.map((j) => scores[j]), swap.map((j) => target[j]));
      expect(permuted.value[0]).to.be.closeTo(e.value[0], 1e-15);
      swap.forEach((j, k) => expect(permuted.gradient().data[k]).to.be.closeTo(e.gradient().data[j], 1e-15));
    }
  });

  it('pull tied items apart only as far as their target does', () => {
    for (const plugin of [softsort, neuralsort]) {
      const g = evaluate(plugin, { temperature: 1 }, [0.5, 0.5, -1], [1, 1, 0]).gradient().data;
      expect(g[0]).to.be.closeTo(g[1], 1e-15);
    }
  });

  it('NeuralSort: the Hessian is J^T (diag(p) - p p^T) J, row by row, with equal scores too', () => {
    for (const y of [[0.5, -1, 2, 0.1, 0.7], [0.5, -1, 0.5, 0.1, -1], [1, 1, 1, 0], [0, 2, 2, 2, 1.5, 1.5], [3, 3]]) {
      const n = y.length;
      const target = y.map((_, j) => (3 * j + 1) % n).map((rank, _, all) => (new Set(all).size === n ? rank : 0));
      const H = evaluate(neuralsort, { temperature: 1, crossEntropy: 'row' }, y, target).hessian!().blocks().data;
      const expected = new Float64Array(n * n);
      for (let r = 0; r < n; r++) {
        const p = row(neural.softPermutation(y, { temperature: 1 }), r);
        const own = y.map((yc) => y.reduce((sum, other) => sum - Math.sign(yc - other), 2 * r + 1 - n));
        const J = y.map((yc, c) => y.map((yl, l) => (c === l ? own[c] : Math.sign(yc - yl))));
        const average = (of: (Jc: number[]) => number): number => p.reduce((sum, pc, c) => sum + pc * of(J[c]), 0);
        for (let a = 0; a < n; a++) {
          for (let b = 0; b < n; b++) {
            const apart = average((Jc) => Jc[a]) * average((Jc) => Jc[b]);
            expected[a * n + b] += (average((Jc) => Jc[a] * Jc[b]) - apart) / n;
          }
        }
      }
      H.forEach((h, k) => expect(h, `${y.join(', ')}, entry ${k}`).to.be.closeTo(expected[k], 1e-13 * n * n));
    }
  });

  it('fall under gradient descent on the scores until the ranking is right', async () => {
    const registry = await openRegistry();
    for (const name of registry.names.filter((key) => key.startsWith('dsn-') || key.endsWith('sort'))) {
      const loss = await registry.create(name, {
        ...(name.startsWith('dsn-') ? { steepness: 5 } : { temperature: 0.5 }),
      });
      const target = [2, 0, 1, 3];
      const y = one([0.4, 0.1, 0, 0.2]);
      for (let step = 0; step < 300; step++) {
        const g = loss.evaluate(y, [target], createRng(0)).gradient().data;
        y.data.forEach((_, j) => (y.data[j] -= 0.2 * g[j]));
      }
      expect(ranksOf(y.data), name).to.deep.equal(target);
    }
  });

  it('are as they were after scores that overflow: arrays that are used again keep nothing of them', async () => {
    const registry = await openRegistry();
    for (const name of registry.names.filter((key) => key.startsWith('dsn-') || key.endsWith('sort'))) {
      for (const crossEntropy of ['binary', 'float32', 'row']) {
        const loss = await registry.create(name, { crossEntropy });
        for (const n of [2, 3, 5]) {
          const target = ranksOf(Array.from({ length: n }, (_, j) => (2 * j) % n));
          const results = (y: number[]): number[][] => {
            const e = loss.evaluate(one(y), [target], createRng(0));
            return [e.value, e.gradient().data, e.hessian!().blocks().data].map((values) => [...values]);
          };
          const before = results(scores.slice(0, n));
          for (const size of [1e39, 1e200, 1.7e308]) {
            const far = Array.from({ length: n }, (_, j) => (j % 2 === 0 ? size : -size));
            for (const part of ['gradient', 'hessian'] as const) {
              try {
                loss.evaluate(one(far), [target], createRng(0))[part]!();
              } catch (error) {
                expect(error).to.have.property('code', 'NONFINITE');
              }
            }
          }
          expect(results(scores.slice(0, n)), `${name} ${crossEntropy} ${n}`).to.deep.equal(before);
        }
      }
    }
  });

  it('refuse rankings that are not ranks', () => {
    const loss = checked(softsort);
    for (const target of [[0, 1], [0, 0, 1], [0, 1, 3], [1, 2, 3], [0, 1, 1.5]]) {
      expect(() => loss.evaluate(batchOf([[1, 2, 3]]), [target], createRng(0)), String(target)).to.throw().with
        .property('code', 'TARGET');
    }
  });

  it('take sets of several hundred', () => {
    const rng = createRng(5);
    const n = 300;
    const y = zeros(2, n);
    y.data.forEach((_, k) => (y.data[k] = rng.normal()));
    const targets = [[...rng.permutation(n)], ranksOf(row(y, 1))];
    for (const plugin of [softsort, neuralsort]) {
      const loss = checked(plugin);
      const e = loss.evaluate(y, targets, rng);
      expect(e.value[0]).to.be.above(e.value[1]);
      const alone = loss.evaluate(takeRows(y, [1]), [targets[1]], rng);
      expect([...alone.gradient().data]).to.deep.equal([...row(e.gradient(), 1)]);
    }
  });
});
