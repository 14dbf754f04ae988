import { expect } from 'chai';
import { type Batch, batchOf } from '../../core/batch.js';
import {
  distinctRanksOf,
  orderOf,
  ranksOf,
  rejectRanks,
  softRank,
  softSort,
  toPermutation,
} from '../../core/ranking.js';
import { textOf } from '../../core/messages.js';
import { codeOf } from '../harness/helpers.js';
import { wrongValues } from './wrong-values.js';

describe('ranking', () => {
  const square = (data: Float64Array): { rows: number; cols: number; data: Float64Array } => {
    const n = Math.sqrt(data.length);
    return { rows: n, cols: n, data };
  };

  it('ranks ascending, 0 the smallest', () => {
    expect(ranksOf([30, -1, 7])).to.deep.equal([2, 0, 1]);
    expect(orderOf([30, -1, 7])).to.deep.equal([1, 2, 0]);
    expect(ranksOf([])).to.deep.equal([]);
    expect(ranksOf(Float64Array.of(4))).to.deep.equal([0]);
  });

  it('gives equal values the lowest of their ranks', () => {
    expect(ranksOf([5, 3, 5])).to.deep.equal([1, 0, 1]);
    expect(ranksOf([2, 2, 2])).to.deep.equal([0, 0, 0]);
    expect(ranksOf([-0, 0, -1])).to.deep.equal([1, 1, 0]);
    expect(orderOf([5, 3, 5])).to.deep.equal([1, 0, 2]);
  });

  it('gives equal values ranks of their own in the order they come, where asked', () => {
    expect(distinctRanksOf([5, 3, 5])).to.deep.equal([1, 0, 2]);
    expect(distinctRanksOf([2, 2, 2])).to.deep.equal([0, 1, 2]);
    expect(distinctRanksOf([30, -1, 7])).to.deep.equal(ranksOf([30, -1, 7]));
  });

  it('orders infinities', () => {
    expect(ranksOf([Infinity, -Infinity, 0, Infinity])).to.deep.equal([2, 0, 1, 2]);
  });

  it('makes the permutation matrix P[rank, item], so that P y is y in order', () => {
    const y = [30, -1, 7];
    const P = toPermutation(ranksOf(y));
    expect([...P]).to.deep.equal([0, 1, 0, 0, 0, 1, 1, 0, 0]);
    expect([...softSort(square(P), y)]).to.deep.equal([-1, 7, 30]);
    expect([...softRank(square(P))]).to.deep.equal(ranksOf(y));
  });

  it('shares the rows of tied items evenly', () => {
    const P = toPermutation(ranksOf([5, 3, 5, 1]));
    expect([...P]).to.deep.equal([0, 0, 0, 1, 0, 1, 0, 0, 0.5, 0, 0.5, 0, 0.5, 0, 0.5, 0]);
    expect([...softSort(square(P), [5, 3, 5, 1])]).to.deep.equal([1, 3, 5, 5]);
    expect([...softRank(square(P))]).to.deep.equal([2.5, 1, 2.5, 0]);
  });

  it('writes the permutation matrix over what an array held', () => {
    const out = new Float64Array(4).fill(7);
    expect(toPermutation([1, 0], out)).to.equal(out);
    expect([...out]).to.deep.equal([0, 1, 1, 0]);
  });

  it('refuses any other kind of thing than an array of numbers', () => {
    for (const wrong of wrongValues()) {
      const text = textOf(wrong);
      const empty = ['""', '[]'].includes(text);
      const numbers = ['[1,2]', 'Float64Array [0,0]', 'Float32Array [0,0]'].includes(text);
      if (empty || numbers || typeof wrong === 'function') continue; // a function has a length
      expect(codeOf(() => ranksOf(wrong as number[])), text).to.be.oneOf(['SHAPE', 'NONFINITE']);
      expect(codeOf(() => orderOf(wrong as number[])), text).to.be.oneOf(['SHAPE', 'NONFINITE']);
      expect(codeOf(() => toPermutation(wrong as number[])), text).to.be.oneOf(['SHAPE', 'NONFINITE', 'TARGET']);
      expect(codeOf(() => softSort(batchOf([[1]]), wrong as number[])), text).to.equal('SHAPE');
      expect(codeOf(() => softSort(wrong as Batch, [1])), text).to.equal('SHAPE');
      if (text !== '{"rows":0,"cols":0,"data":Float64Array []}') {
        expect(codeOf(() => softRank(wrong as Batch)), text).to.equal('SHAPE');
      }
    }
    for (const wrong of [1n, Symbol('1'), '1', null] as unknown as number[]) {
      expect(codeOf(() => orderOf([1, wrong])), String(wrong)).to.equal('NONFINITE');
    }
  });

  it('refuses NaN, and what is no number at all', () => {
    for (const values of [[3, NaN, 1], [NaN], Float64Array.of(1, NaN), [1, undefined] as unknown as number[]]) {
      expect(codeOf(() => ranksOf(values))).to.equal('NONFINITE');
      expect(codeOf(() => orderOf(values))).to.equal('NONFINITE');
    }
  });

  it('makes no permutation matrix of what is not ranks', () => {
    for (
      const ranks of [
        [0, NaN],
        [Infinity, 0],
      ]
    ) {
      expect(
        codeOf(() => toPermutation(ranks)),
        String(ranks),
      ).to.equal('NONFINITE');
    }
    for (
      const ranks of [
        [0, 2],
        [0, -1],
        [0.5, 0],
        [0, 0, 1],
        [1, 1],
      ]
    ) {
      expect(
        codeOf(() => toPermutation(ranks)),
        String(ranks),
      ).to.equal('TARGET');
    }
    expect(codeOf(() => toPermutation([0, 1], new Float64Array(3)))).to.equal('SHAPE');
    expect([...toPermutation([])]).to.deep.equal([]);
  });

  it('sorts and ranks softly by square, finite matrices and finite values alone', () => {
    const P = square(Float64Array.of(0.5, 0.5, 0.5, 0.5));
    expect([...softSort(P, [1e308, -1e308])]).to.deep.equal([0, 0]);
    for (const y of [[1], [1, 2, 3]]) expect(codeOf(() => softSort(P, y))).to.equal('SHAPE');
    for (const bad of [NaN, Infinity]) {
      expect(codeOf(() => softSort(P, [1, bad]))).to.equal('NONFINITE');
      expect(codeOf(() => softSort(square(Float64Array.of(1, 0, bad, 1)), [1, 2]))).to.equal('NONFINITE');
      expect(codeOf(() => softRank(square(Float64Array.of(1, 0, bad, 1))))).to.equal('NONFINITE');
    }
    expect(codeOf(() => softSort(square(Float64Array.of(1, 1, 1, 1)), [1e308, 1e308]))).to.equal('NONFINITE');
    expect(codeOf(() => softRank({ rows: 1, cols: 2, data: Float64Array.of(1, 0) }))).to.equal('SHAPE');
    expect(codeOf(() => softRank({ rows: 2, cols: 2, data: new Float32Array(4) as unknown as Float64Array }))).to.equal(
      'SHAPE',
    );
  });

  it('rejects what is not the ranks of m items', () => {
    for (const ranks of [[0, 1, 2], [1, 0, 1], [0, 0, 0]]) {
      expect(rejectRanks(ranks, 3), ranks.join(' ')).to.equal(undefined);
    }
    for (
      const ranks of [
        [0, 1],
        [0, 1, 2, 3],
        [0, 2, 2],
        [1, 2, 3],
        [0, 0, 1],
        [0, 1, 5],
        [0, 1, NaN],
        [0, 0.5, 1],
        [-1, 0, 1],
      ]
    ) {
      expect(rejectRanks(ranks, 3), ranks.join(' ')).to.be.a('string');
    }
  });
});
