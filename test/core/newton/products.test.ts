import { byProducts } from '../../../core/matrices.js';
import { expect } from 'chai';
import { type Batch, batchOf, timesBlocks } from '../../../core/batch.js';
import type { Evaluation } from '../../../core/loss.js';
import { fisherDirections, newtonStep, type NewtonOptions } from '../../../core/newton/index.js';
import { createRng } from '../../../core/random/rng.js';
import { codeOf, evaluationOf, normalBatch, relativeError, rowsOf, symmetricBlocks } from './dense.js';

/** A loss whose Hessian is known by products alone, and how often it was asked. */
function productsOf(G: Batch, H: Batch): Evaluation & { calls: number } {
  const times = (v: Batch): Batch => (e.calls++, timesBlocks(H, v));
  const e = { ...evaluationOf(G), calls: 0, hessian: () => byProducts(times, G.rows, G.cols) };
  return e;
}

describe('a Hessian known by products alone', () => {
  const rng = createRng(1);
  const N = 7;
  const m = 6;
  const G = normalBatch(rng, N, m);
  const SCOPES = ['batch', 'sample'] as const;

  it('gives what the Hessian gives, from m products', () => {
    const H = symmetricBlocks(rng, N, m, 'indefinite');
    for (const scope of SCOPES) {
      for (const definiteness of ['tikhonov', 'absolute'] as const) {
        const options: NewtonOptions = { curvature: 'hessian', lambda: { relative: 0.5 }, scope, definiteness };
        const e = productsOf(G, H);
        const expected = newtonStep(evaluationOf(G, { hessian: () => H }), options).direction;
        expect(relativeError(rowsOf(newtonStep(e, options).direction), rowsOf(expected))).to.be.below(1e-13);
        expect(e.calls).to.equal(m);
      }
    }
  });

  it('gives the same by conjugate gradients', () => {
    const H = symmetricBlocks(rng, N, m, 'psd');
    for (const scope of SCOPES) {
      for (const lambda of [0.01, 1]) {
        const options: NewtonOptions = { curvature: 'hessian', lambda, scope };
        const expected = newtonStep(productsOf(G, H), { ...options, solver: 'direct' }).direction;
        const { direction } = newtonStep(productsOf(G, H), { ...options, solver: 'conjugate-gradient' });
        expect(relativeError(rowsOf(direction), rowsOf(expected)), `${scope} ${lambda}`).to.be.below(1e-9);
      }
    }
  });

  it('is Gauss-Newton too, by conjugate gradients on the products', () => {
    const H = symmetricBlocks(rng, N, m, 'psd');
    for (const scope of SCOPES) {
      const options: NewtonOptions = { curvature: 'gauss-newton', lambda: 0.1, scope };
      const expected = newtonStep(
        evaluationOf(G, { gaussNewton: () => H }),
        { ...options, solver: 'direct' },
      ).direction;
      const gaussNewton = productsOf(G, H).hessian!;
      const { direction } = newtonStep({ ...evaluationOf(G), gaussNewton }, {
        ...options,
        solver: 'conjugate-gradient',
      });
      expect(relativeError(rowsOf(direction), rowsOf(expected)), scope).to.be.below(1e-9);
      const none = codeOf(() => newtonStep({ ...evaluationOf(G), gaussNewton }, { ...options, curvature: 'hessian' }));
      expect(none).to.equal('UNSUPPORTED');
    }
  });

  it('is not enough for conjugate gradients where it is indefinite, and says so', () => {
    const e = productsOf(batchOf([[1, 0]]), batchOf([[0, 2, 2, 0]]));
    for (const scope of SCOPES) {
      const options: NewtonOptions = { curvature: 'hessian', lambda: 1, scope, solver: 'conjugate-gradient' };
      // p = (1, 0) has p.(H + I) p = 1; the next direction has a negative one
      expect(codeOf(() => newtonStep(e, options))).to.equal('NONFINITE');
      const step = newtonStep(e, { ...options, onSingular: 'skip' });
      expect([...step.direction.data, step.skipped]).to.deep.equal([0, 0, true]);
    }
  });

  it('by conjugate gradients fails for the samples concerned alone, in sample scope', () => {
    const e = productsOf(batchOf([[1, 0], [2, 3], [0, 0]]), batchOf([[0, 2, 2, 0], [1, 0, 0, 1], [NaN, 0, 0, 1]]));
    const step = newtonStep(e, {
      curvature: 'hessian',
      lambda: 1,
      scope: 'sample',
      solver: 'conjugate-gradient',
      onSingular: 'skip',
    });
    expect([...step.direction.data]).to.deep.equal([0, 0, 1, 1.5, 0, 0]);
  });

  it('counts as singular where conjugate gradients meet a null vector', () => {
    const e = productsOf(batchOf([[1, 2, 3]]), batchOf([[2, -1, -1, -1, 2, -1, -1, -1, 2]]));
    expect(codeOf(() => newtonStep(e, { curvature: 'hessian', lambda: 0, solver: 'conjugate-gradient' }))).to.equal(
      'NONFINITE',
    );
  });
});

describe('conjugate gradients on a Fisher matrix', () => {
  it('give what the other solvers give', () => {
    const rng = createRng(2);
    for (const [N, m] of [[9, 4], [4, 9], [1, 3]] as const) {
      const G = normalBatch(rng, N, m);
      for (const scope of ['batch', 'sample'] as const) {
        for (const lambda of [0.1, { relative: 0.1 }]) {
          const expected = rowsOf(fisherDirections(G, { lambda, scope }).direction);
          const actual = rowsOf(fisherDirections(G, { lambda, scope, solver: 'conjugate-gradient' }).direction);
          expect(relativeError(actual, expected), `${N} x ${m} ${scope}`).to.be.below(1e-9);
        }
      }
    }
  });
});
