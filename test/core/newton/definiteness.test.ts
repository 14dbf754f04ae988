import { expect } from 'chai';
import { batchOf } from '../../../core/batch.js';
import { newtonStep, type NewtonOptions } from '../../../core/newton/index.js';
import { createRng } from '../../../core/random/rng.js';
import { codeOf, evaluationOf, normalBatch, relativeError, rowsOf, symmetricBlocks, type Matrix } from './dense.js';

type Definiteness = NonNullable<NewtonOptions['definiteness']>;

describe('definiteness', () => {
  it('decides what becomes of a negative eigenvalue', () => {
    // H = [[0, 2], [2, 0]] has eigenvalues 2 and -2; with lambda = 1 it is solved with
    //   tikhonov [[1, 2], [2, 1]] (here d is not even a descent direction), absolute 3 I, clip [[1, 1], [1, 1]] + I
    const e = evaluationOf(batchOf([[1, 0]]), { hessian: () => batchOf([[0, 2, 2, 0]]) });
    const expected: Record<Definiteness, Matrix> = {
      tikhonov: [[-1 / 3, 2 / 3]],
      absolute: [[1 / 3, 0]],
      clip: [[2 / 3, -1 / 3]],
    };
    for (const scope of ['batch', 'sample'] as const) {
      for (const definiteness of ['tikhonov', 'absolute', 'clip'] as const) {
        const { direction } = newtonStep(e, { curvature: 'hessian', lambda: 1, definiteness, scope });
        expect(relativeError(rowsOf(direction), expected[definiteness]), definiteness).to.be.below(1e-15);
      }
    }
  });

  it('does not matter where the curvature is positive semidefinite', () => {
    const rng = createRng(1);
    for (const m of [1, 3, 12]) {
      const G = normalBatch(rng, 4, m);
      const H = symmetricBlocks(rng, 4, m, 'psd');
      const e = evaluationOf(G, { hessian: () => H });
      for (const curvature of ['hessian', 'fisher'] as const) {
        const [tikhonov, absolute, clip] = (['tikhonov', 'absolute', 'clip'] as const).map((definiteness) =>
          rowsOf(newtonStep(e, { curvature, lambda: 0.1, definiteness }).direction)
        );
        expect(relativeError(absolute, tikhonov)).to.be.below(1e-13);
        expect(relativeError(clip, tikhonov)).to.be.below(1e-13);
      }
    }
  });

  it('absolute and clip give descent directions where tikhonov does not', () => {
    const rng = createRng(2);
    const slopes = (definiteness: Definiteness): number[] => {
      const slope: number[] = [];
      for (let k = 0; k < 50; k++) {
        const G = normalBatch(rng.split(k), 1, 5);
        const H = symmetricBlocks(rng.split(k).split(0), 1, 5, 'indefinite');
        const { direction } = newtonStep(evaluationOf(G, { hessian: () => H }), {
          curvature: 'hessian',
          lambda: 0.01,
          definiteness,
        });
        slope.push(direction.data.reduce((sum, d, j) => sum + d * G.data[j], 0));
      }
      return slope;
    };
    expect(Math.min(...slopes('tikhonov'))).to.be.below(0);
    expect(Math.min(...slopes('absolute'))).to.be.above(0);
    expect(Math.min(...slopes('clip'))).to.be.above(0);
  });

  it('clip without damping is singular where an eigenvalue is negative', () => {
    const e = evaluationOf(batchOf([[1, 0]]), { hessian: () => batchOf([[0, 2, 2, 0]]) });
    expect(codeOf(() => newtonStep(e, { curvature: 'hessian', lambda: 0, definiteness: 'clip' }))).to.equal(
      'NONFINITE',
    );
    expect(codeOf(() => newtonStep(e, { curvature: 'hessian', lambda: 0, definiteness: 'absolute' }))).to.equal(
      undefined,
    );
  });
});
