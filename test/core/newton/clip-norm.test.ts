import { expect } from 'chai';
import { batchOf } from '../../../core/batch.js';
import { newtonStep } from '../../../core/newton/index.js';
import { codeOf, evaluationOf } from './dense.js';

describe('clipNorm', () => {
  const directions = (rows: number[][], options: object): number[][] => {
    const { direction } = newtonStep(evaluationOf(batchOf(rows), {}), { curvature: 'none', lambda: 0, ...options });
    return rows.map((r, i) => [...direction.data.subarray(i * r.length, (i + 1) * r.length)]);
  };

  it('shortens what is longer, and nothing else', () => {
    expect(directions([[3, 4], [0, 0], [0.6, -0.8]], { clipNorm: 2.5 })).to.deep.equal([[1.5, 2], [0, 0], [0.6, -0.8]]);
  });

  it('takes gradients whose squares overflow', () => {
    const [[a, b]] = directions([[3e300, -4e300]], { clipNorm: 10 });
    expect(a).to.be.closeTo(6, 1e-14);
    expect(b).to.be.closeTo(-8, 1e-14);
  });

  it('comes before the Fisher matrix', () => {
    const clipped = newtonStep(evaluationOf(batchOf([[30, 40], [1, 0]]), {}), {
      curvature: 'fisher',
      lambda: 0.1,
      clipNorm: 5,
    });
    const short = newtonStep(evaluationOf(batchOf([[3, 4], [1, 0]]), {}), { curvature: 'fisher', lambda: 0.1 });
    clipped.direction.data.forEach((d, k) => expect(d).to.be.closeTo(short.direction.data[k], 1e-13));
  });

  it('leaves what is not finite to be found', () => {
    expect(codeOf(() => directions([[NaN, 1]], { clipNorm: 1 }))).to.equal('NONFINITE');
    expect(codeOf(() => directions([[Infinity, 1]], { clipNorm: 1 }))).to.equal('NONFINITE');
  });

  it('is a positive number', () => {
    expect(codeOf(() => directions([[1]], { clipNorm: 0 }))).to.equal('PARAMS');
  });
});
