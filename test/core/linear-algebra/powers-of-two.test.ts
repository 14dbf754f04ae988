import { expect } from 'chai';
import { exponentOf, largestOf, normalised, timesPowerOfTwo } from '../../../core/linear-algebra/powers-of-two.js';

describe('powers of two', () => {
  it('are found exactly, at the ends of the range too', () => {
    for (let k = -1074; k <= 1023; k++) {
      expect(exponentOf(2 ** k)).to.equal(k);
      expect(exponentOf(-(2 ** k))).to.equal(k);
    }
    expect([1 - 2 ** -53, 1.999, 3, 8 - 2 ** -50, Number.MAX_VALUE].map(exponentOf)).to.deep.equal([-1, 0, 1, 2, 1023]);
    expect([3, 5, 7].map((x) => exponentOf(x * Number.MIN_VALUE))).to.deep.equal([-1073, -1072, -1072]);
  });

  it('multiply beyond their own range', () => {
    expect(timesPowerOfTwo(Number.MIN_VALUE, 1074 + 1023)).to.equal(2 ** 1023);
    expect(timesPowerOfTwo(2 ** 1023, -1074 - 1023)).to.equal(Number.MIN_VALUE);
    expect(timesPowerOfTwo(1.5, 1024)).to.equal(Infinity);
    expect([timesPowerOfTwo(-3, 5), timesPowerOfTwo(3, -5), timesPowerOfTwo(0, 2000)]).to.deep.equal([-96, 3 / 32, 0]);
  });

  it('bring the largest entry into [1, 2) and change no digit', () => {
    const values = Float64Array.of(1.3, -0.7, 0, 5e-9, -5.3);
    for (const shift of [-1060, -500, 0, 500, 1021]) {
      const { scaled, exponent } = normalised(values.map((v) => timesPowerOfTwo(v, shift)));
      expect(exponent).to.equal(2 + shift);
      expect(largestOf(scaled)).to.be.within(1, 2);
      if (shift < -500) continue; // some were subnormal before
      expect([...scaled]).to.deep.equal([...values].map((v) => v / 4));
    }
    expect(normalised(new Float64Array(3))).to.deep.equal({ scaled: new Float64Array(3), exponent: 0 });
    expect(normalised(Float64Array.of(Number.MAX_VALUE, 2 ** 1023)).scaled[1]).to.equal(1);
  });

  it('largestOf does not pass over NaN', () => {
    expect([largestOf([1, NaN, 2]), largestOf([NaN]), largestOf([-3, 2]), largestOf([])]).to.deep.equal([
      NaN,
      NaN,
      3,
      0,
    ]);
    expect(largestOf([1, -Infinity])).to.equal(Infinity);
  });
});
