import { expect } from 'chai';
import { normalCdf, normalLogCdf, normalLogDerivatives, normalQuantile } from '../../../core/random/normal.js';

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

  it('has the derivatives of log Phi without cancellation, to the end of the left tail', () => {
    // v, phi / Phi, and its derivative from mpmath with 400 digits.
    const hazards: [number, number, number][] = [
      [3, 0.004437839042125664, -0.013333211541740806],
      [0, 0.7978845608028654, -0.6366197723675814],
      [-1, 1.525135276160981, -0.8009023344296512],
      [-2.5, 2.8227447976639075, -0.9110261985788846],
      [-5.5, 5.671410313897305, -0.9721382221455538],
      [-5.7, 5.8660053935830545, -0.9737885341220751],
      [-8, 8.121368112236112, -0.9856751165566591],
      [-40, 40.02496884720726, -0.9993773316214086],
      [-1e3, 1000.000999998, -0.999999000006],
      [-1e8, 1e8, -0.9999999999999999],
      [-1e100, 1e100, -1],
      [-1e200, 1e200, -1],
    ];
    const out = new Float64Array(3);
    for (const [v, hazard, second] of hazards) {
      normalLogDerivatives(v, out);
      expect(out[1], `hazard at ${v}`).to.be.closeTo(hazard, 1e-15 * hazard);
      expect(out[2], `second at ${v}`).to.be.closeTo(second, 2e-15 * -second);
    }
  });

  it('has the quantile as its inverse', () => {
    for (const x of [-8, -3.3, -0.2, 0, 1.1, 4]) expect(normalQuantile(normalCdf(x))).to.be.closeTo(x, 1e-11);
  });
});
