import { expect } from 'chai';
import { batchOf, type Batch, zeros } from '../../../core/batch.js';
import type { Evaluation } from '../../../core/loss.js';
import type { Factors } from '../../../core/factors.js';
import { byProducts, lowRank, type Matrices, outerProducts } from '../../../core/matrices.js';
import { choose, type SolverChoice } from '../../../core/newton/choose.js';
import { newtonSolver, newtonStep, type NewtonOptions } from '../../../core/newton/index.js';
import { resolveOptions } from '../../../core/newton/options.js';
import { codeOf, evaluationOf } from './dense.js';

const same = (b: Batch): Batch => b;
const gradient = batchOf([[1, 2]]);
const hessianOnly = evaluationOf(gradient, { hessian: () => batchOf([[1, 0, 0, 1]]) });
const productsOnly = evaluationOf(gradient, { hessian: () => byProducts(same, 1, 2) });

describe('choose', () => {
  const choiceOf = (C: Matrices, options: Partial<NewtonOptions>): SolverChoice =>
    choose(C, resolveOptions({ curvature: 'hessian', lambda: 0.1, ...options }));
  const fisher = (N: number, m: number, options: Partial<NewtonOptions> = {}): string =>
    choiceOf(outerProducts(zeros(N, m)), { ...options, curvature: 'fisher' }).solver;
  const products = (N: number, m: number, options: Partial<NewtonOptions> = {}): string =>
    choiceOf(byProducts(same, N, m), options).solver;
  const blocks = (N: number, m: number, options: Partial<NewtonOptions> = {}): string =>
    choiceOf(byProducts(same, N, m, () => zeros(N, m * m)), options).solver;

  it('can be asked of an evaluation', () => {
    const ask = (options: NewtonOptions) => newtonSolver(hessianOnly, options);
    expect(ask({ curvature: 'fisher', lambda: 1 })).to.deep.equal({
      solver: 'woodbury',
      reason: 'Rank 1 is below 2, the size.',
    });
    expect(ask({ curvature: 'hessian', lambda: 1 })?.solver).to.equal('direct');
    expect(ask({ curvature: 'none', lambda: 1 })).to.equal(undefined);
    expect(codeOf(() => ask({ curvature: 'gauss-newton', lambda: 1 }))).to.equal('UNSUPPORTED');
  });

  it('takes Woodbury for a Fisher matrix of low rank, unless it is not damped', () => {
    expect(fisher(70, 144)).to.equal('woodbury');
    expect(fisher(144, 144)).to.equal('direct');
    expect(fisher(144, 2, { scope: 'sample' })).to.equal('woodbury');
    expect(fisher(70, 144, { lambda: 0 })).to.equal('direct');
    expect(fisher(70, 144, { lambda: { relative: 0 } })).to.equal('direct');
    expect(blocks(70, 144)).to.equal('direct');
  });

  it('takes Woodbury for factors of fewer rows than outputs, both sides counting where they differ', () => {
    const factors = (rank: number, symmetric: boolean): Factors => {
      const left = zeros(3 * rank, 12);
      return { rank, weights: new Float64Array(3 * rank), left, right: symmetric ? left : zeros(3 * rank, 12) };
    };
    const solver = (given: Factors, options: Partial<NewtonOptions> = {}): string =>
      choiceOf(lowRank(given), options).solver;
    expect(solver(factors(3, true))).to.equal('woodbury');
    expect(solver(factors(4, true))).to.equal('direct');
    expect(solver(factors(2, false))).to.equal('direct');
    expect(solver(factors(2, false), { scope: 'sample' })).to.equal('woodbury');
    expect(solver(factors(3, true), { definiteness: 'clip' })).to.equal('direct');
    expect(solver({ ...factors(3, true), diagonal: zeros(3, 12) })).to.equal('direct');
  });

  it('takes conjugate gradients where a matrix known by products alone is large', () => {
    expect(products(100, 4096)).to.equal('direct');
    expect(products(100, 4097)).to.equal('conjugate-gradient');
    expect(products(100, 409, { scope: 'sample' })).to.equal('direct');
    expect(products(100, 410, { scope: 'sample' })).to.equal('conjugate-gradient');
    expect(blocks(100, 5000)).to.equal('direct');
    expect(products(100, 5000, { definiteness: 'clip' })).to.equal('direct');
    expect(products(100, 5000, { lambda: { relative: 1 } })).to.equal('direct');
  });

  it('takes what was asked for', () => {
    expect(fisher(1, 100, { solver: 'direct' })).to.equal('direct');
    expect(fisher(100, 1, { solver: 'woodbury' })).to.equal('woodbury');
    expect(products(1, 1, { solver: 'conjugate-gradient' })).to.equal('conjugate-gradient');
    expect(products(7, 5, { products: 3 })).to.equal('sketch');
  });

  it('says why', () => {
    expect(choiceOf(outerProducts(zeros(70, 144)), { curvature: 'fisher' }).reason).to.match(/rank 70 .* 144/i);
    expect(choiceOf(byProducts(same, 1, 4097), {}).reason).to.match(/products alone/);
    expect(choiceOf(byProducts(same, 1, 2), { solver: 'direct' }).reason).to.equal('direct, as asked.');
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
      for (
        const options of [{ definiteness: 'absolute' }, { lambda: { relative: 0.1 } }, { curvature: 'gauss-newton' }]
      ) {
        for (const e of [hessianOnly, productsOnly]) {
          expect(refusal(e, { ...options, scope, solver: 'conjugate-gradient' }), JSON.stringify(options)).to.equal(
            'UNSUPPORTED',
          );
        }
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
      const wrong = (): Matrices => byProducts(() => batchOf([[1]]), 1, 2);
      for (const solver of ['direct', 'conjugate-gradient']) {
        expect(refusal(evaluationOf(gradient, { hessian: wrong }), { scope, solver })).to.equal('SHAPE');
      }
    }
  });
});
