import { expect } from 'chai';
import { meanLine, onCommonTimes } from '../../../harness/report/chart/means.js';
import { pairedDifference } from '../../../harness/statistics/index.js';

const line = (...points: readonly (readonly [number, number])[]): { x: number; y: number }[] =>
  points.map(([x, y]) => ({ x, y }));

describe('mean lines', () => {
  it('are where all lines are, with Student’s interval of the mean', () => {
    const lines = [line([0, 1], [10, 5], [20, 9]), line([0, 1], [10, 8]), line([10, 6], [0, 1])];
    const [first, second, ...rest] = meanLine(lines);
    expect(first).to.deep.equal({ x: 0, y: 1, low: 1, high: 1 });
    expect([second.x, rest]).to.deep.equal([10, []]);
    const { mean, interval } = pairedDifference([5, 8, 6], [0, 0, 0]);
    expect(second.y).to.be.closeTo(mean, 1e-12);
    expect(second.low).to.be.closeTo(interval![0], 1e-12);
    expect(second.high).to.be.closeTo(interval![1], 1e-12);
  });

  it('of one line are that line', () => {
    expect(meanLine([line([1, 2])])).to.deep.equal([{ x: 1, y: 2, low: 2, high: 2 }]);
    expect(meanLine([])).to.deep.equal([]);
  });
});

describe('lines at common times', () => {
  it('are straight between points, and end with them', () => {
    const [fast, slow] = [line([0, 0], [50, 10]), line([1, 5], [100, 104])];
    const [a, b] = onCommonTimes([fast, slow], [fast, slow]);
    expect(a.map(({ x }) => x)).to.deep.equal(Array.from({ length: 101 }, (_, k) => k / 2));
    for (const { x, y } of a) expect(y).to.be.closeTo(x / 5, 1e-12);
    expect([b[0].x, b.at(-1)!.x, b.length]).to.deep.equal([1, 100, 199]);
    for (const { x, y } of b) expect(y).to.be.closeTo(x + 4, 1e-12);
    expect(meanLine([a, b]).map(({ x }) => x)).to.deep.equal(b.slice(0, 99).map(({ x }) => x));
  });

  it('of the same run are the same whatever it is compared with', () => {
    const run = line([0, 0], [3, 3], [4, 0]);
    const [alone] = onCommonTimes([run], [run]);
    expect(alone).to.have.lengthOf(201);
    expect(alone.find(({ x }) => x === 3)!.y).to.equal(3);
  });

  it('are none of a line of no points', () => {
    expect(onCommonTimes([[]], [[], line([0, 0], [1, 1])])).to.deep.equal([[]]);
  });
});
