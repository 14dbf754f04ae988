import { expect } from 'chai';
import { batchOf, copyOf, row, takeRows, timesBlocks, zeros } from '../../core/batch.js';
import { textOf } from '../../core/messages.js';
import { codeOf } from '../harness/helpers.js';
import { wrongValues } from './wrong-values.js';

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

  it('refuses what holds no rows of numbers', () => {
    const right = ['[]', '[[]]', '[[NaN]]'];
    for (const wrong of wrongValues()) {
      const text = textOf(wrong);
      if (!right.includes(text)) expect(codeOf(() => batchOf(wrong as number[][])), text).to.equal('SHAPE');
      expect(codeOf(() => batchOf([[1, 2, 3], wrong as number[]])), text).to.equal('SHAPE');
      if (typeof wrong !== 'number') expect(codeOf(() => batchOf([[1, wrong as number]])), text).to.equal('SHAPE');
    }
    expect(codeOf(() => batchOf([BigInt64Array.of(1n) as unknown as Float64Array]))).to.equal('SHAPE');
  });

  it('takes arrays of any kind that hold numbers', () => {
    for (const values of [Float32Array.of(1, 0.5), Float64Array.of(1, 0.5), { 0: 1, 1: 0.5, length: 2 }]) {
      expect(batchOf([values])).to.deep.equal(batchOf([[1, 0.5]]));
    }
  });

  it('refuses sizes that are none, and those beyond memory', () => {
    for (const wrong of [-1, 0.5, NaN, Infinity, 2 ** 53, '2', 3n, null, undefined, Symbol('s')]) {
      expect(codeOf(() => zeros(wrong as number, 1)), String(wrong)).to.equal('SHAPE');
      expect(codeOf(() => zeros(1, wrong as number)), String(wrong)).to.equal('SHAPE');
    }
    expect(codeOf(() => zeros(1e9, 1e6))).to.equal('UNSUPPORTED');
  });

  it('refuses to take rows that there are not', () => {
    const batch = batchOf([[1], [2]]);
    for (const index of [2, -1, 0.5, NaN]) {
      expect(codeOf(() => takeRows(batch, [0, index])), String(index)).to.equal('SHAPE');
    }
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
