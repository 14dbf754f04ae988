import { expect } from 'chai';
import { conjugateResiduals } from '../../../core/convex/solver/conjugate-residuals.js';
import { createRng } from '../../../core/random/rng.js';
import { vector } from './support.js';

describe('conjugate residuals', () => {
  const n = 12;
  /** 1 on the diagonal, but curvatures of 0.1 to 1e-4 that the approximate inverse takes for 1. */
  const diagonal = Float64Array.from({ length: n }, (_, j) => (j < 4 ? 10 ** (-1 - j) * (j % 2 ? -1 : 1) : 2));
  const times = (v: Float64Array): Float64Array => v.map((value, j) => diagonal[j] * value);
  const inverse = (v: Float64Array): Float64Array => v.map((value, j) => value / (j < 4 ? 1 : 2));

  it('solve in as many steps as there are eigenvalues far from 1, and one for those that are 1', () => {
    const r = vector(createRng(1), n);
    const left = (steps: number): number => {
      const image = times(conjugateResiduals(r, inverse, times, { steps, tolerance: 0 }));
      return Math.max(...image.map((value, j) => Math.abs(value - r[j])));
    };
    expect(left(4)).to.be.above(1e-5);
    expect(left(5)).to.be.below(1e-6);
    expect(left(8)).to.be.below(1e-12);
  });

  it('end with 0 for a right side of 0, and leave the right side as it is', () => {
    const r = vector(createRng(2), n);
    const before = r.slice();
    conjugateResiduals(r, inverse, times, { steps: 5, tolerance: 1e-12 });
    expect(r).to.deep.equal(before);
    const none = conjugateResiduals(new Float64Array(n), inverse, times, { steps: 5, tolerance: 0 });
    expect(none).to.deep.equal(new Float64Array(n));
  });

  it('leave what K has no image of', () => {
    const flat = (v: Float64Array): Float64Array => v.map((value, j) => (j === 0 ? 0 : value));
    const x = conjugateResiduals(Float64Array.of(1, 2, 3), (v) => v.slice(), flat, { steps: 5, tolerance: 0 });
    expect([...flat(x)]).to.deep.equal([0, 2, 3]);
    expect(x.every(Number.isFinite)).to.equal(true);
  });
});
