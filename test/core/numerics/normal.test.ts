import { expect } from 'chai';
import { normalCdf, normalLogCdf, normalQuantile } from '../../../core/numerics/normal.js';

describe('the normal distribution', () => {
  // x, Phi(x), log Phi(x) from mpmath with 40 digits.
  const table: [number, number, number][] = [
    [-40, 0, -804.6084420137538],
    [-20, 2.7536241186062337e-89, -203.91715537109727],
    [-5, 2.866515718791939e-7, -15.064998393988725],
    [-1.2, 0.11506967022170828, -2.1622175060437394],
    [-0.6, 0.2742531177500736, -1.293703811614028],
    [0, 0.5, -0.6931471805599453],
    [0.7, 0.758036347776927, -0.27702394227713123],
    [6, 0.9999999990134123, -9.865876455243758e-10],
  ];

  it('has both tails to full relative accuracy, and a logarithm where they underflow', () => {
    for (const [x, cdf, log] of table) {
      expect(normalCdf(x)).to.be.closeTo(cdf, 1e-15 * cdf);
      expect(normalLogCdf(x)).to.be.closeTo(log, 1e-15 * Math.abs(log));
    }
  });

  it('has the quantile as its inverse', () => {
    for (const x of [-8, -3.3, -0.2, 0, 1.1, 4]) expect(normalQuantile(normalCdf(x))).to.be.closeTo(x, 1e-11);
  });
});
