import { expect } from 'chai';
import { batchOf, copyOf, row, takeRows, timesBlocks, zeros } from '../../core/batch.js';
import { codeOf } from '../harness/helpers.js';

describe('batch', () => {
  it('holds rows one after the other', () => {
    const batch = batchOf([[1, 2, 3], Float64Array.of(4, 5, 6)]);
    expect(batch).to.deep.equal({ rows: 2, cols: 3, data: Float64Array.of(1, 2, 3, 4, 5, 6) });
    expect([...row(batch, 1)]).to.deep.equal([4, 5, 6]);
    expect(batchOf([])).to.deep.equal(zeros(0, 0));
  });

  it('refuses rows of unequal length', () => {
    expect(codeOf(() => batchOf([[1, 2], [3]]))).to.equal('SHAPE');
    expect(codeOf(() => batchOf([[], [3]]))).to.equal('SHAPE');
  });

  it('gives rows as views, and copies as copies', () => {
    const batch = batchOf([[1, 2], [3, 4]]);
    const copy = copyOf(batch);
    const taken = takeRows(batch, [1, 0, 1]);
    row(batch, 1)[0] = 9;
    expect(batch.data[2]).to.equal(9);
    expect(copy.data[2]).to.equal(3);
    expect(taken).to.deep.equal(batchOf([[3, 4], [1, 2], [3, 4]]));
  });

  it('multiplies each row by its own block', () => {
    const blocks = batchOf([[1, 2, 3, 4], [0, 1, -1, 0]]);
    expect(timesBlocks(blocks, batchOf([[1, 10], [5, 7]]))).to.deep.equal(batchOf([[1 + 20, 3 + 40], [7, -5]]));
  });
});
