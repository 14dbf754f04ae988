import { expect } from 'chai';
import { EXPLOSIVE, lookOf } from '../../../harness/report/chart/palette.js';

describe('the look of a variant', () => {
  const looks = Array.from({ length: 30 }, (_, variant) => lookOf(variant));

  it('is no other of thirty by colour and symbol, nor by colour and dashes', () => {
    expect(new Set(looks.map(({ colour, symbol }) => `${colour} ${symbol}`)).size).to.equal(30);
    expect(new Set(looks.map(({ colour, dashes }) => `${colour} ${dashes}`)).size).to.equal(30);
    expect(looks.slice(0, 6).map(({ dashes }) => dashes)).to.deep.equal(Array(6).fill('none'));
  });

  it('is not the mark of an explosive step', () => {
    expect(looks.map(({ symbol }) => symbol)).not.to.include(EXPLOSIVE);
  });
});
