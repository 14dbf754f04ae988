import { expect } from 'chai';
import { rankingMetrics } from '../../../harness/tasks/ranking-metrics.js';

const metrics = (
  numbers: number[][],
  scores: number[][],
  ties: 'either' | 'index' = 'either',
): ReturnType<typeof rankingMetrics> =>
  rankingMetrics(Float64Array.from(numbers.flat()), Float32Array.from(scores.flat()), numbers[0].length, ties);

describe('rankingMetrics', () => {
  it('counts whole orders and positions of the order', () => {
    // order of the numbers: items 2 0 1; of the scores: 2 0 1 (all right), then 0 2 1 (one of three right)
    expect(metrics([[20, 30, 10], [20, 30, 10]], [[0, 5, -1], [-2, 5, -1]])).to.deep.equal({
      EM: 1 / 2,
      EW: 4 / 6,
      EM5: 1 / 2,
    });
  });

  it('counts items that have their rank', () => {
    // a cycle moves every item, a swap two of four
    expect(metrics([[1, 2, 3]], [[5, 6, 4]]).EW).to.equal(0);
    expect(metrics([[30, 10, 20, 40]], [[2, 1, 3, 4]]).EW).to.equal(2 / 4);
  });

  it('takes the first five items for EM5', () => {
    const { EM, EM5 } = metrics([[1, 2, 3, 4, 5, 0]], [[1, 2, 3, 4, 5, 6]]);
    expect([EM, EM5]).to.deep.equal([0, 1]);
  });

  it('accepts both orders of equal numbers, or only that of argsort', () => {
    expect(metrics([[7, 7, 9]], [[1, 0, 2]])).to.deep.equal({ EM: 1, EW: 1, EM5: 1 });
    expect(metrics([[7, 7, 9]], [[1, 0, 2]], 'index')).to.deep.equal({ EM: 0, EW: 1 / 3, EM5: 0 });
    expect(metrics([[7, 7, 9]], [[0, 1, 2]], 'index').EM).to.equal(1);
    expect(metrics([[7, 7, 9]], [[1, 3, 2]]).EM).to.equal(0);
  });
});
