import { expect } from 'chai';
import { checkedAlgorithm } from '../../../core/algorithms/checked-algorithm.js';
import {
  assignment,
  gridShortestPath,
  knapsack,
  normalisedRegret,
  ranking,
  regret,
  topK,
} from '../../../core/algorithm-losses/index.js';
import { type Batch, batchOf, row } from '../../../core/batch.js';
import { checked } from '../../../core/checked.js';
import { createRng } from '../../../core/random/rng.js';
import spoPlus from '../../../plugins/spo-plus.js';
import { codeOf } from '../../harness/helpers.js';
import { cases, dot, optimum, random } from '../../plugins/algorithm-losses.js';

describe('regret', () => {
  const items = checkedAlgorithm(knapsack, { weights: [4, 2, 3], capacity: 5 });

  it('by hand, of scores and of costs', () => {
    const c = batchOf([[6, 3, 4], [6, 3, 4], [6, 3, 2]]);
    const y = batchOf([[8, 3, 4], [6, 3, 4], [-1, 1, -1]]);
    expect([...regret(items, c, y)]).to.deep.equal([1, 0, 3]); // 7 - 6; right; 6 - 3
    expect(normalisedRegret(items, c, y)).to.equal(4 / (7 + 7 + 6));
    const path = checkedAlgorithm(gridShortestPath, { rows: 2, columns: 3 });
    const dear = batchOf([[1, 1, 1, 1, 9, 1]]);
    const flat = batchOf([[1, 9, 1, 1, 1, 1]]);
    expect([...regret(path, dear, flat)]).to.deep.equal([8]); // 1 + 9 + 1, and could have 1 + 1 + 1
    expect(normalisedRegret(path, dear, flat)).to.equal(8 / 3);
  });

  it('is that of all solutions written down, never negative, and 0 for the costs themselves', () => {
    for (const of of cases) {
      const [c, y] = [of.costs(1, 40), of.costs(2, 40)];
      const { w } = of.algorithm.solveBatch(y);
      const got = regret(of.algorithm, c, y);
      for (let i = 0; i < c.rows; i++) {
        const expected = of.sign * (dot(row(c, i), row(w, i)) - optimum(of, row(c, i)));
        expect(got[i]).to.be.closeTo(expected, 1e-14).and.at.least(-1e-15);
      }
      expect(got.some((value) => value > 0.1)).to.equal(true);
      expect(regret(of.algorithm, c, c).every((value) => value === 0)).to.equal(true);
    }
  });

  it('is at most the SPO+ loss', () => {
    const c = random(5, 60, 5, (u) => 2 * u - 1);
    const y = random(6, 60, 5, (u) => 2 * u - 1);
    const targets = Array.from({ length: c.rows }, (_, i) => [...row(c, i)]);
    const algorithm = topK({ k: 2 });
    const { value } = checked(spoPlus, { algorithm }).evaluate(y, targets, createRng(0));
    regret(algorithm, c, y).forEach((each, i) => expect(each).to.be.at.most(value[i] + 1e-14));
  });

  it('judges by max(c, 0) where negative costs count as 0, and keeps to the doubles', () => {
    const path = checkedAlgorithm(gridShortestPath, { rows: 2, columns: 3 });
    const c = batchOf([[1, 1, 1, 1, -9, 1]]);
    const y = batchOf([[1, -9, 1, 1, 1, 1]]);
    expect([...regret(path, c, y)]).to.deep.equal([1]); // 1 + 1 + 1, and could have 1 + 0 + 1
    const huge = (sign: number): Batch => batchOf([[1e308, sign * 1e308, 1.5e308, -sign * 1e308]]);
    const ranks = regret(checkedAlgorithm(ranking, {}), huge(1), huge(-1));
    expect(ranks[0]).to.be.above(1e308);
  });

  it('refuses costs of other sizes, and those that are not finite', () => {
    const c = batchOf([[1, 2, 3]]);
    expect(codeOf(() => regret(items, c, batchOf([[1, 2]])))).to.equal('SHAPE');
    expect(codeOf(() => regret(items, c, batchOf([[1, 2, 3], [1, 2, 3]])))).to.equal('SHAPE');
    expect(codeOf(() => regret(items, c, batchOf([[1, NaN, 3]])))).to.equal('NONFINITE');
    const first = {
      ...assignment,
      params: ranking.params,
      create: () => ({
        sense: 'minimise' as const,
        outputs: () => 1,
        solve: (_: Float64Array, out: Float64Array) => (out[0] = 0),
      }),
    };
    expect(codeOf(() => regret(checkedAlgorithm(first as never), c, c))).to.equal('UNSUPPORTED');
  });
});
