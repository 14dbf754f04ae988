import { expect } from 'chai';
import { chooseCurvature } from '../../harness/select.js';

describe('chooseCurvature', () => {
  for (const [hessian, fisher, expected] of [
    ['exact', true, 'hessian'],
    ['estimate', false, 'hessian'],
    ['none', true, 'fisher'],
    ['none', false, 'none'],
  ] as const) {
    it(`is ${expected} for hessian ${hessian} and fisher ${fisher}, with a sentence why`, () => {
      const { curvature, reason } = chooseCurvature({ hessian, fisher });
      expect(curvature).to.equal(expected);
      expect(reason).to.match(/^[A-Z].*\.$/);
    });
  }
});
