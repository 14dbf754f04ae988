import { expect } from 'chai';
import { checkedAlgorithm } from '../../../core/algorithms/checked-algorithm.js';
import ranking from '../../../core/algorithms/ranking.js';
import { softRank } from '../../../plugins/neuralsort.js';

describe('ranking', () => {
  const algorithm = checkedAlgorithm(ranking);
  const solve = (...scores: number[]): number[] => {
    const out = new Float64Array(scores.length);
    algorithm.solve(Float64Array.from(scores), out);
    return [...out];
  };

  it('ranks from the smallest, equal scores by place', () => {
    expect(solve(0.5, -2, 7)).to.deep.equal([1, 0, 2]);
    expect(solve(1, 0, 1, 0)).to.deep.equal([2, 0, 3, 1]);
    expect(solve(4)).to.deep.equal([0]);
  });

  it('is the limit of a soft rank', () => {
    const scores = [0.3, -1.2, 2.1, 0.9, -0.4];
    softRank(scores, { temperature: 1e-3 }).forEach((rank, j) =>
      expect(rank).to.be.closeTo(solve(...scores)[j], 1e-12)
    );
  });
});
