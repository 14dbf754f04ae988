import { expect } from 'chai';
import { checkedAlgorithm } from '../../../core/algorithms/checked-algorithm.js';
import topK from '../../../core/algorithms/top-k.js';
import { orderOf } from '../../../core/ranking.js';
import { createRng } from '../../../core/random/rng.js';
import { codeOf } from '../../harness/helpers.js';

describe('top-k', () => {
  const solve = (k: number, scores: ArrayLike<number>): number[] => {
    const out = new Float64Array(scores.length);
    checkedAlgorithm(topK, { k }).solve(Float64Array.from(scores), out);
    return [...out];
  };

  it('takes the largest, of equal ones the earlier', () => {
    expect(solve(2, [3, -1, 7, 5])).to.deep.equal([0, 0, 1, 1]);
    expect(solve(2, [1, 5, 1, 1])).to.deep.equal([1, 1, 0, 0]);
    expect(solve(3, [2, 2, 2, 2, 3])).to.deep.equal([1, 1, 0, 0, 1]);
    expect(solve(1, [-0, 0])).to.deep.equal([1, 0]);
    expect(solve(2, [4, 4])).to.deep.equal([1, 1]);
  });

  it('agrees with the first k of a stable sort', () => {
    const rng = createRng(5);
    for (let m = 1; m < 40; m++) {
      const scores = Array.from({ length: m }, () => rng.integer(9) - 4);
      const k = 1 + rng.integer(m);
      const chosen = new Set(orderOf(scores.map((score) => -score)).slice(0, k));
      expect(solve(k, scores)).to.deep.equal(scores.map((_, j) => (chosen.has(j) ? 1 : 0)));
    }
  });

  it('serves instances of different lengths in turn', () => {
    const algorithm = checkedAlgorithm(topK, { k: 1 });
    for (const scores of [[1, 2], [3, 2, 1], [0, 9]]) {
      const out = new Float64Array(scores.length);
      expect(algorithm.solve(Float64Array.from(scores), out)).to.equal(Math.max(...scores));
      expect(out[scores.indexOf(Math.max(...scores))]).to.equal(1);
    }
  });

  it('refuses fewer than k scores, and k below 1', () => {
    expect(codeOf(() => solve(3, [1, 2]))).to.equal('SHAPE');
    expect(codeOf(() => solve(0, [1, 2]))).to.equal('PARAMS');
  });
});
