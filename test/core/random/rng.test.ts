import { expect } from 'chai';
import { isFloat64Array } from '../../../core/batch.js';
import { createRng, threefry } from '../../../core/random/rng.js';
import { fillUniforms, normalQuantiles } from '../../../core/random/bulk-random.js';
import { normalQuantile } from '../../../core/random/normal.js';
import { codeOf } from '../../harness/helpers.js';
import { wrongValues } from '../wrong-values.js';

describe('rng', () => {
  it('encrypts the published test vectors of Threefry-2x32-20', () => {
    const block = (k0: number, k1: number, c0: number, c1: number): number[] => {
      const out = new Int32Array(2);
      threefry(k0, k1, c0, c1, out);
      return [...out].map((word) => word >>> 0);
    };
    expect(block(0, 0, 0, 0)).to.deep.equal([0x6b200159, 0x99ba4efe]);
    expect(block(-1, -1, -1, -1)).to.deep.equal([0x1cb996fc, 0xbb002be7]);
    expect(block(0x13198a2e, 0x03707344, 0x243f6a88, 0x85a308d3 | 0)).to.deep.equal([0xc4923a9c, 0x483df7a0]);
  });

  it('gives the same stream for a seed, whatever was drawn before a split', () => {
    const a = createRng(7);
    const b = createRng(7);
    b.normal();
    expect(a.split(3).uniform()).to.equal(b.split(3).uniform());
    expect(a.split(3).uniform()).not.to.equal(a.split(4).uniform());
    expect(createRng(7).uniform()).not.to.equal(createRng(8).uniform());
    expect(createRng(1).uniform()).not.to.equal(createRng(1 + 2 ** 32).uniform());
  });

  it('draws uniforms, normals and Gumbels with the right moments', () => {
    const n = 40_000;
    const moments = (draw: () => number): [number, number] => {
      let sum = 0;
      let squares = 0;
      for (let i = 0; i < n; i++) {
        const x = draw();
        sum += x;
        squares += x * x;
      }
      return [sum / n, squares / n - (sum / n) ** 2];
    };
    const rng = createRng(1);
    const tolerance = 5 / Math.sqrt(n); // five standard errors of a unit variance, more than five for the variances below
    const [uniformMean, uniformVariance] = moments(() => rng.uniform());
    expect(uniformMean).to.be.closeTo(1 / 2, tolerance);
    expect(uniformVariance).to.be.closeTo(1 / 12, tolerance);
    const [normalMean, normalVariance] = moments(() => rng.normal());
    expect(normalMean).to.be.closeTo(0, tolerance);
    expect(normalVariance).to.be.closeTo(1, 2 * tolerance);
    const [gumbelMean, gumbelVariance] = moments(() => rng.gumbel());
    expect(gumbelMean).to.be.closeTo(0.5772156649, 2 * tolerance);
    expect(gumbelVariance).to.be.closeTo(Math.PI ** 2 / 6, 6 * tolerance);
  });

  it('fills arrays with the bits that single draws give', () => {
    for (const [seed, length] of [[1, 1], [-3, 7], [2 ** 40 + 5, 9000], [4, 0]] as const) {
      const [bulk, single] = [createRng(seed).split(3), createRng(seed).split(3)];
      const out = new Float64Array(length);
      for (let repeat = 0; repeat < 2; repeat++) {
        bulk.uniforms(out);
        expect([...out]).to.deep.equal(Array.from(out, () => single.uniform()));
      }
      expect(bulk.normal()).to.equal(single.normal());
    }
  });

  it('fills on where the lower word of the counter wraps', () => {
    const [k0, k1, first] = [123, -456, 2 ** 32 - 5];
    const out = new Float64Array(20);
    fillUniforms(k0, k1, first, out);
    const word = new Int32Array(2);
    out.forEach((u, k) => {
      threefry(k0, k1, (first + k) | 0, Math.floor((first + k) / 2 ** 32), word);
      expect(u).to.equal(((word[0] >>> 5) * 2 ** 26 + (word[1] >>> 6) + 0.5) / 2 ** 53);
    });
  });

  it('permutes evenly', () => {
    const counts = new Float64Array(9);
    const rng = createRng(2);
    for (let k = 0; k < 6000; k++) rng.permutation(3).forEach((item, place) => counts[3 * place + item]++);
    for (const count of counts) expect(count).to.be.closeTo(2000, 5 * Math.sqrt(6000 * (1 / 3) * (2 / 3)));
  });

  it('refuses seeds, streams, bounds and lengths that are not whole numbers, and arrays that cannot be filled', () => {
    for (const wrong of wrongValues()) {
      const value = wrong as number;
      if (!Number.isSafeInteger(value)) expect(codeOf(() => createRng(value))).to.equal('PARAMS');
      if (Number.isSafeInteger(value) && value >= 0) continue;
      for (const call of ['split', 'integer', 'permutation'] as const) {
        expect(codeOf(() => createRng(1)[call](value)), call).to.equal('PARAMS');
      }
      if (!isFloat64Array(wrong)) expect(codeOf(() => createRng(1).uniforms(wrong as Float64Array))).to.equal('SHAPE');
    }
    expect(codeOf(() => createRng(1).integer(0))).to.equal('PARAMS');
    expect(codeOf(() => createRng(1).permutation(2 ** 40))).to.equal('PARAMS');
    expect([createRng(1).integer(1), [...createRng(1).permutation(0)]]).to.deep.equal([0, []]);
  });
});

describe('normalQuantile', () => {
  it("agrees with Python's statistics.NormalDist().inv_cdf to the last digits", () => {
    const expected: [number, number][] = [
      [1e-300, -37.0470962993612],
      [1e-10, -6.361340902404056],
      [0.01, -2.3263478740408408],
      [0.3, -0.5244005127080407],
      [0.6, 0.2533471031357998],
      [0.999, 3.090232306167813],
    ];
    for (const [p, x] of expected) expect(normalQuantile(p)).to.be.closeTo(x, 4e-16 * Math.abs(x));
  });

  it('is the same for arrays, but for the last bit of logarithms', () => {
    const p = new Float64Array(9001);
    createRng(5).uniforms(p);
    const far = [
      5e-308,
      1e-300,
      1e-12,
      1.3e-11,
      1.5e-11,
      0.075,
      0.0749999,
      0.5,
      0.925,
      0.9250001,
      1 - 2 ** -30,
      1 - 2 ** -53,
    ];
    p.set(far, 1000);
    const z = new Float64Array(p.length);
    normalQuantiles(p, z);
    p.forEach((pk, k) => expect(Math.abs(z[k] - normalQuantile(pk))).to.be.at.most(1e-15 * Math.abs(z[k])));
    normalQuantiles(p, p);
    expect([...p]).to.deep.equal([...z]);
  });
});
