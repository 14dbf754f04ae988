import { expect } from 'chai';
import { batchOf, type Batch } from '../../../core/batch.js';
import type { Evaluation } from '../../../core/loss.js';
import { chooseSolver } from '../../../core/newton/choose-solver.js';
import { newtonStep, type NewtonOptions } from '../../../core/newton/index.js';
import { resolveOptions } from '../../../core/newton/options.js';
import { codeOf, evaluationOf } from './dense.js';

const same = (b: Batch): Batch => b;
const gradient = batchOf([[1, 2]]);
const hessianOnly = evaluationOf(gradient, { hessian: () => batchOf([[1, 0, 0, 1]]) });
const productsOnly = evaluationOf(gradient, { hvp: same });

describe('chooseSolver', () => {
  const choose = (e: Evaluation, options: Partial<NewtonOptions>, N: number, m: number): string =>
    chooseSolver(e, resolveOptions({ curvature: 'hessian', lambda: 0.1, ...options }), N, m);

  it('takes Woodbury for a Fisher matrix of low rank, unless it is not damped', () => {
    expect(choose(hessianOnly, { curvature: 'fisher' }, 70, 144)).to.equal('woodbury');
    expect(choose(hessianOnly, { curvature: 'fisher' }, 144, 144)).to.equal('direct');
    expect(choose(hessianOnly, { curvature: 'fisher', scope: 'sample' }, 144, 2)).to.equal('woodbury');
    expect(choose(hessianOnly, { curvature: 'fisher', lambda: 0 }, 70, 144)).to.equal('direct');
    expect(choose(hessianOnly, { curvature: 'fisher', lambda: { relative: 0 } }, 70, 144)).to.equal('direct');
    expect(choose(hessianOnly, { curvature: 'hessian' }, 70, 144)).to.equal('direct');
  });

  it('takes conjugate gradients where a matrix known by products alone is large', () => {
    expect(choose(productsOnly, {}, 100, 4096)).to.equal('direct');
    expect(choose(productsOnly, {}, 100, 4097)).to.equal('conjugate-gradient');
    expect(choose(productsOnly, { scope: 'sample' }, 100, 409)).to.equal('direct');
    expect(choose(productsOnly, { scope: 'sample' }, 100, 410)).to.equal('conjugate-gradient');
    expect(choose(hessianOnly, {}, 100, 5000)).to.equal('direct');
    expect(choose(productsOnly, { definiteness: 'clip' }, 100, 5000)).to.equal('direct');
    expect(choose(productsOnly, { lambda: { relative: 1 } }, 100, 5000)).to.equal('direct');
  });

  it('takes what was asked for', () => {
    expect(choose(hessianOnly, { curvature: 'fisher', solver: 'direct' }, 1, 100)).to.equal('direct');
    expect(choose(hessianOnly, { curvature: 'fisher', solver: 'woodbury' }, 100, 1)).to.equal('woodbury');
    expect(choose(productsOnly, { solver: 'conjugate-gradient' }, 1, 1)).to.equal('conjugate-gradient');
  });
});

describe('newtonStep refuses', () => {
  const refusal = (e: Evaluation, options: object): string | undefined =>
    codeOf(() => newtonStep(e, { curvature: 'hessian', lambda: 0.1, ...options }));

  it('options that mean nothing', () => {
    for (
      const lambda of [-1, NaN, Infinity, undefined, '1', {}, { relative: -0.1 }, { relative: NaN }, {
        relative: 1,
        absolute: 1,
      }]
    ) {
      expect(refusal(hessianOnly, { lambda }), JSON.stringify(lambda)).to.equal('PARAMS');
    }
    const unknown = [{ curvature: 'auto' }, { scope: 'all' }, { definiteness: 'positive' }, { solver: 'lu' }, {
      tau: 1,
    }];
    for (const wrong of unknown) {
      expect(refusal(hessianOnly, wrong), JSON.stringify(wrong)).to.equal('PARAMS');
    }
    for (const lambda of [0, { relative: 0 }]) {
      for (const scope of ['batch', 'sample']) {
        expect(refusal(hessianOnly, { curvature: 'fisher', solver: 'woodbury', lambda, scope })).to.equal('PARAMS');
      }
    }
  });

  it('what the loss or the solver cannot do', () => {
    for (const scope of ['batch', 'sample']) {
      expect(refusal(evaluationOf(gradient), { scope })).to.equal('UNSUPPORTED');
      expect(refusal(hessianOnly, { scope, curvature: 'gauss-newton' })).to.equal('UNSUPPORTED');
      expect(refusal(hessianOnly, { scope, solver: 'woodbury' })).to.equal('UNSUPPORTED');
      expect(refusal(hessianOnly, { scope, solver: 'conjugate-gradient' })).to.equal('UNSUPPORTED');
      for (
        const options of [{ definiteness: 'absolute' }, { lambda: { relative: 0.1 } }, { curvature: 'gauss-newton' }]
      ) {
        expect(refusal(productsOnly, { ...options, scope, solver: 'conjugate-gradient' }), JSON.stringify(options)).to
          .equal('UNSUPPORTED');
      }
    }
  });

  it('a gradient or a Hessian of the wrong shape', () => {
    expect(refusal(evaluationOf({ rows: 0, cols: 2, data: new Float64Array(0) }), { curvature: 'fisher' })).to.equal(
      'SHAPE',
    );
    expect(refusal(evaluationOf({ rows: 2, cols: 2, data: new Float64Array(3) }), { curvature: 'fisher' })).to.equal(
      'SHAPE',
    );
    for (const scope of ['batch', 'sample']) {
      expect(refusal(evaluationOf(gradient, { hessian: () => batchOf([[1, 0, 0]]) }), { scope })).to.equal('SHAPE');
      for (const solver of ['direct', 'conjugate-gradient']) {
        expect(refusal(evaluationOf(gradient, { hvp: () => batchOf([[1]]) }), { scope, solver })).to.equal('SHAPE');
      }
    }
  });
});
