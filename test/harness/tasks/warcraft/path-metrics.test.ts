import { expect } from 'chai';
import { isPath } from '../../../../harness/data/warcraft/path.js';
import { pathMetrics } from '../../../../harness/tasks/warcraft/path-metrics.js';

/** Rows of 3 columns, '#' is on the path. */
const mask = (...rows: string[]): number[] => [...rows.join('')].map((cell) => Number(cell === '#'));

const costs = [
  1,
  9,
  9,
  9,
  1,
  9,
  5,
  1,
  1,
];
const label = mask('#..', '.#.', '..#'); // 3

const measured = (path: number[]): ReturnType<typeof pathMetrics> =>
  pathMetrics(path, { rows: 3, columns: 3, costs, paths: label });

describe('pathMetrics', () => {
  it('is best for the label itself', () => {
    expect(measured(label)).to.deep.equal({ perfectMatch: 1, costRatio: 1, optimal: 1, regret: 0, valid: 1 });
  });

  it('gives the cost of a longer path', () => {
    expect(measured(mask('#..', '.#.', '.##'))).to.deep.equal({
      perfectMatch: 0,
      costRatio: 4 / 3,
      optimal: 0,
      regret: 1 / 3,
      valid: 1,
    });
  });

  it('counts another path of the same cost as optimal, but no set of cells that leads nowhere', () => {
    const tied = { rows: 3, columns: 3, costs: [1, 1, 1, 1, 9, 1, 1, 1, 1], paths: mask('##.', '..#', '..#') };
    const other = pathMetrics(mask('#..', '#..', '.##'), tied);
    expect(other).to.deep.equal({ perfectMatch: 0, costRatio: 1, optimal: 1, regret: 0, valid: 1 });
    const nowhere = pathMetrics(mask('#..', '#..', '#..'), tied);
    expect(nowhere).to.deep.equal({ perfectMatch: 0, costRatio: 0.75, optimal: 0, regret: -0.25, valid: 0 });
  });

  it('takes means of ratios, and of regret the ratio of sums', () => {
    const paths = [...label, ...label];
    const predicted = [...mask('#..', '.#.', '.##'), ...label];
    const double = { rows: 3, columns: 3, costs: [...costs, ...costs.map((cost) => 10 * cost)], paths };
    const { perfectMatch, costRatio, optimal, regret, valid } = pathMetrics(predicted, double);
    expect({ perfectMatch, optimal, valid }).to.deep.equal({ perfectMatch: 0.5, optimal: 0.5, valid: 1 });
    expect(costRatio).to.be.closeTo((4 / 3 + 1) / 2, 1e-15);
    expect(regret).to.be.closeTo(1 / 33, 1e-15);
  });

  it('takes shares above one half for cells of the path, and 1e-5 for rounding', () => {
    expect(measured(label.map((on) => (on ? 0.51 : 0.5))).perfectMatch).to.equal(1);
    const rounded = (difference: number): number => {
      const set = {
        rows: 3,
        columns: 3,
        costs: [1, 9, 9, 1, 1 + difference, 9, 9, 1, 1],
        paths: mask('#..', '#..', '.##'),
      };
      return pathMetrics(mask('#..', '.#.', '.##'), set).optimal;
    };
    expect([rounded(0), rounded(9e-6), rounded(2e-5)]).to.deep.equal([1, 1, 0]);
  });
});

describe('isPath', () => {
  it('wants both ends and every step between neighbours, the diagonal ones too', () => {
    expect(isPath(mask('#..', '.#.', '..#'), 0, 3, 3)).to.equal(true);
    expect(isPath(mask('###', '..#', '..#'), 0, 3, 3)).to.equal(true);
    expect(isPath(mask('.#.', '.#.', '..#'), 0, 3, 3)).to.equal(false);
    expect(isPath(mask('#..', '.#.', '...'), 0, 3, 3)).to.equal(false);
    expect(isPath(mask('#..', '...', '..#'), 0, 3, 3)).to.equal(false);
    expect(isPath(mask('..#', '#..', '..#'), 0, 3, 3)).to.equal(false);
  });

  it('does not go around the sides, and reads one map of many', () => {
    expect(isPath(mask('#..#', '...#'), 0, 2, 4)).to.equal(false);
    expect(isPath([...mask('...', '...'), ...mask('##.', '..#')], 6, 2, 3)).to.equal(true);
    expect(isPath(mask('#'), 0, 1, 1)).to.equal(true);
  });
});
