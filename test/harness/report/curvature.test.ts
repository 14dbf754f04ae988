import { expect } from 'chai';
import { curvatureTable } from '../../../harness/report/curvature.js';
import { placesOf } from '../../../harness/report/places.js';
import { rich } from '../../../harness/report/tables/table.js';
import type { RunGroup, GroupSummary } from '../../../harness/report/summary.js';

/** The cells of the one row of a variant that logged these condition numbers, as JSON keeps them. */
function cells(conditionNumbers: readonly (number | null)[]): string[] {
  const training = conditionNumbers.map((conditionNumber, step) => ({
    step,
    skipped: 0,
    newton: {
      smallestEigenvalue: 0,
      largestEigenvalue: 25,
      conditionNumber,
      smallestLambda: 0,
      largestLambda: 12.5,
      directionToGradient: 0.5,
    },
  }));
  const group = { name: 'task', runs: [{ variant: 'fisher', record: { training } }] } as unknown as RunGroup;
  const summary = { variants: [{ variant: 'fisher' }] } as unknown as GroupSummary;
  const [row] = curvatureTable(group, summary, placesOf(group, summary, 'report.html'))!.rows;
  return row.cells.map((cell) => rich(cell).text);
}

describe('the curvature table', () => {
  it('shows medians', () => {
    expect(cells([2, 4, 30])).to.deep.equal(['12.5', '0', '25', '4', '0.5', '0']);
  });

  it('passes over steps without a condition number, NaN and infinity, which JSON keeps as null', () => {
    expect(cells([null, 3, null, null])[3]).to.equal('3');
  });

  it('shows a dash where no step had one', () => {
    expect(cells([null, null])[3]).to.equal('–');
  });
});
