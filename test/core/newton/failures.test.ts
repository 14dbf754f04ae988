import { expect } from 'chai';
import { batchOf } from '../../../core/batch.js';
import type { Evaluation } from '../../../core/loss.js';
import { newtonStep, type NewtonOptions } from '../../../core/newton/index.js';
import { codeOf, evaluationOf, relativeError, rowsOf } from './dense.js';

const options = (more: Partial<NewtonOptions>): NewtonOptions => ({ curvature: 'hessian', lambda: 0.5, ...more });
const identities = (last: number[]): Evaluation =>
  evaluationOf(batchOf([[1, 2], [3, 4], [5, 6]]), { hessian: () => batchOf([[1, 0, 0, 1], [1, 0, 0, 1], last]) });
const CURVATURES = ['hessian', 'fisher', 'gauss-newton', 'none'] as const;

describe('a singular or non-finite matrix', () => {
  it('is a NONFINITE error in every curvature and scope', () => {
    for (const bad of [NaN, Infinity, -Infinity]) {
      const blocks = batchOf([[1, 0, 0, 1], [1, 0, 0, 1]]);
      const e = evaluationOf(batchOf([[1, 2], [bad, 0]]), { hessian: () => blocks, gaussNewton: () => blocks });
      for (const curvature of CURVATURES) {
        for (const scope of ['batch', 'sample'] as const) {
          expect(codeOf(() => newtonStep(e, options({ curvature, scope }))), `${curvature} ${scope}`).to.equal(
            'NONFINITE',
          );
        }
      }
      for (const scope of ['batch', 'sample'] as const) {
        for (const definiteness of ['tikhonov', 'absolute', 'clip'] as const) {
          expect(codeOf(() => newtonStep(identities([1, bad, bad, 1]), options({ scope, definiteness })))).to.equal(
            'NONFINITE',
          );
        }
      }
    }
  });

  it('is an error where a Fisher matrix overflows or is not damped', () => {
    const overflow = evaluationOf(batchOf([[1e200, 0], [1, 1], [1, 2]]));
    const thin = evaluationOf(batchOf([[1, 2, 3]]));
    for (const scope of ['batch', 'sample'] as const) {
      expect(codeOf(() => newtonStep(overflow, options({ curvature: 'fisher', scope })))).to.equal('NONFINITE');
      expect(codeOf(() => newtonStep(thin, options({ curvature: 'fisher', scope, lambda: 0 })))).to.equal('NONFINITE');
    }
    expect(codeOf(() => newtonStep(thin, options({ curvature: 'fisher', lambda: 1e-300, solver: 'direct' })))).to.equal(
      'NONFINITE',
    );
  });

  it('is not there where an undamped matrix is invertible', () => {
    const G = batchOf([[3, 0], [0, 2]]); // mean of g g^T: diag(4.5, 2)
    const { direction } = newtonStep(evaluationOf(G), options({ curvature: 'fisher', lambda: 0 }));
    expect(relativeError(rowsOf(direction), [[3 / 4.5, 0], [0, 1]])).to.be.below(1e-15);
    const one = newtonStep(
      evaluationOf(batchOf([[4], [-2]])),
      options({ curvature: 'fisher', lambda: 0, scope: 'sample' }),
    );
    expect([...one.direction.data]).to.deep.equal([0.25, -0.5]);
  });

  it('skips the step if asked to, in batch scope', () => {
    for (const last of [[1, NaN, 0, 1], [-5, 0, 0, -5]]) {
      const step = newtonStep(identities(last), options({ lambda: 1, onSingular: 'skip' })); // (1 + 1 - 5) / 3 + 1 = 0
      expect([...step.direction.data, step.skipped]).to.deep.equal([0, 0, 0, 0, 0, 0, true]);
      expect(step.diagnostics().skippedShare).to.equal(1);
    }
  });

  it('skips the samples concerned alone, in sample scope', () => {
    for (const last of [[1, NaN, 0, 1], [-1, 0, 0, -1]]) {
      const step = newtonStep(identities(last), options({ lambda: 1, scope: 'sample', onSingular: 'skip' }));
      expect(relativeError(rowsOf(step.direction), [[0.5, 1], [1.5, 2], [0, 0]])).to.be.below(1e-15);
      expect(rowsOf(step.direction)[2]).to.deep.equal([0, 0]);
      expect(step.skipped).to.equal(true);
      expect(step.diagnostics().skippedShare).to.equal(1 / 3);
    }
  });

  it('does not count as skipped where all went well', () => {
    expect(newtonStep(identities([1, 0, 0, 1]), options({ onSingular: 'skip' })).skipped).to.equal(false);
  });
});
