import { expect } from 'chai';
import { chooseCurvature } from '../../../core/newton/choose-curvature.js';
import { curvatureOf } from '../../../harness/experiments/resolve.js';
import { codeOf } from '../helpers.js';

describe('chooseCurvature', () => {
  for (
    const [hessian, fisher, expected] of [
      ['exact', true, 'hessian'],
      ['estimate', false, 'hessian'],
      ['products', true, 'fisher'],
      ['products', false, 'none'],
      ['none', true, 'fisher'],
      ['none', false, 'none'],
    ] as const
  ) {
    it(`is ${expected} for hessian ${hessian} and fisher ${fisher}, with a sentence why`, () => {
      const { curvature, reason } = chooseCurvature({ hessian, fisher });
      expect(curvature).to.equal(expected);
      expect(reason).to.match(/^[A-Z].*\.$/);
    });
  }
});

interface Layered {
  readonly name: string;
  readonly layers: { readonly hessian: boolean };
}

describe('curvatureOf', () => {
  const exact = { hessian: 'exact', fisher: true } as const;
  const flat = { name: 'flat' };
  const plan = (hessian: boolean): Layered => ({ name: 'deep', layers: { hessian } });
  const [layered, linear] = [plan(true), plan(false)];

  it('is what was asked for, or at the outputs what `auto` comes to for the loss', () => {
    expect(curvatureOf({ curvature: 'fisher', at: 'outputs' }, exact, flat)).to.include({ curvature: 'fisher' });
    expect(curvatureOf({ curvature: 'hessian', at: 'layers' }, exact, layered).reason).to.match(/as asked/);
    expect(curvatureOf({ curvature: 'auto', at: 'outputs' }, exact, layered)).to.deep.equal(chooseCurvature(exact));
  });

  it('at layers needs second derivatives of both for `auto` to be the Hessian, and says so', () => {
    const auto = (hessian: 'exact' | 'none', fisher: boolean, model: Layered): string[] => {
      const { curvature, reason } = curvatureOf({ curvature: 'auto', at: 'layers' }, { hessian, fisher }, model);
      expect(reason).to.match(/^[A-Z].*\.$/);
      return [curvature, reason];
    };
    expect(auto('exact', true, layered)[0]).to.equal('hessian');
    expect(auto('exact', true, layered)[1]).to.match(/parameters of each layer/);
    expect(auto('exact', true, linear)[0]).to.equal('fisher');
    expect(auto('none', true, layered)[0]).to.equal('fisher');
    expect(auto('none', false, layered)[0]).to.equal('none');
  });

  it('is a PARAMS error where the model has no layers, or these no such curvature', () => {
    expect(codeOf(() => curvatureOf({ curvature: 'fisher', at: 'layers' }, exact, flat))).to.equal('PARAMS');
    expect(codeOf(() => curvatureOf({ curvature: 'gauss-newton', at: 'layers' }, exact, layered))).to.equal('PARAMS');
    expect(codeOf(() => curvatureOf({ curvature: 'hessian', at: 'layers' }, exact, linear))).to.equal('PARAMS');
  });
});
