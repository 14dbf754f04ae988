import { expect } from 'chai';
import { batchOf } from '../../../core/batch.js';
import { checked } from '../../../core/checked.js';
import { type LossError } from '../../../core/errors.js';
import { fisherDirections, newtonStep, newtonTarget } from '../../../core/newton/index.js';
import { createRng } from '../../../core/rng.js';
import mse from '../../../plugins/mse.js';
import softmaxCrossEntropy from '../../../plugins/softmax-cross-entropy.js';
import { evaluationOf, identity, inverse, meanBlock, normalBatch, plus, relativeError, rowsOf, scale, symmetricBlocks, times, transposed } from './dense.js';

const codeOf = (f: () => unknown): string | undefined => {
  try {
    f();
  } catch (error) {
    return (error as LossError).code;
  }
  return undefined;
};

describe('newtonStep', () => {
  it('solves with the batch-mean Hessian as a dense inverse does', () => {
    const rng = createRng(1);
    for (const [N, m] of [[1, 1], [3, 2], [7, 5], [10, 33]] as const) {
      for (const kind of ['psd', 'indefinite'] as const) {
        const G = normalBatch(rng, N, m);
        const H = symmetricBlocks(rng, N, m, kind);
        const { direction } = newtonStep(evaluationOf(G, { hessian: () => H }), { curvature: 'hessian', lambda: 0.3 });
        const D = inverse(plus(meanBlock(H), scale(identity(m), 0.3)));
        expect(relativeError(rowsOf(direction), times(rowsOf(G), D)), `${kind} ${N} x ${m}`).to.be.below(1e-11);
      }
    }
  });

  it('is line 3 of algorithm 2: with g = G / N the gradient of the batch mean, g (N g^T g + lambda I)^-1 is d / N', () => {
    const rng = createRng(2);
    for (const [N, m] of [[100, 5], [100, 32], [7, 20], [5, 5], [1, 3]] as const) {
      const G = normalBatch(rng, N, m);
      const g = scale(rowsOf(G), 1 / N);
      const F = plus(scale(times(transposed(g), g), N), scale(identity(m), 0.1));
      const expected = times(g, inverse(F));
      const { direction } = fisherDirections(G, { lambda: 0.1 });
      expect(relativeError(scale(rowsOf(direction), 1 / N), expected), `${N} x ${m}`).to.be.below(1e-12);
    }
  });

  it('gives each sample its own matrix in sample scope', () => {
    const rng = createRng(3);
    const G = normalBatch(rng, 6, 4);
    const H = symmetricBlocks(rng, 6, 4, 'indefinite');
    const own = newtonStep(evaluationOf(G, { hessian: () => H }), { curvature: 'hessian', lambda: 0.05, scope: 'sample' });
    const fisher = fisherDirections(G, { lambda: 0.05, scope: 'sample' });
    for (let i = 0; i < 6; i++) {
      const g = [rowsOf(G)[i]!];
      const Hi = Array.from({ length: 4 }, (_, a) => rowsOf(H)[i]!.slice(4 * a, 4 * a + 4));
      const damped = (C: number[][]): number[][] => inverse(plus(C, scale(identity(4), 0.05)));
      expect(relativeError([rowsOf(own.direction)[i]!], times(g, damped(Hi)))).to.be.below(1e-11);
      expect(relativeError([rowsOf(fisher.direction)[i]!], times(g, damped(times(transposed(g), g))))).to.be.below(1e-12);
    }
  });

  it('refuses options that mean nothing', () => {
    const e = evaluationOf(batchOf([[1, 2]]));
    for (const lambda of [-1, NaN, Infinity, { relative: -0.1 }]) {
      expect(codeOf(() => newtonStep(e, { curvature: 'fisher', lambda })), String(lambda)).to.equal('PARAMS');
    }
    expect(codeOf(() => newtonStep(e, { curvature: 'hessian', lambda: 1 }))).to.equal('UNSUPPORTED');
  });

  it('turns a singular matrix into an error, or into a skipped step', () => {
    const e = evaluationOf(batchOf([[1, 2]]), { hessian: () => batchOf([[1, 1, 1, 1]]) });
    expect(codeOf(() => newtonStep(e, { curvature: 'hessian', lambda: 0 }))).to.equal('NONFINITE');
    const { direction, skipped } = newtonStep(e, { curvature: 'hessian', lambda: 0, onSingular: 'skip' });
    expect([...direction.data, skipped]).to.deep.equal([0, 0, true]);
  });
});

describe('newtonTarget', () => {
  it('of half the squared error, undamped, is the squared error itself', () => {
    const y = batchOf([[1, 2], [3, 5], [-1, 0.5]]);
    const t = [[0, 1], [4, 4], [0.25, 8]];
    const e = checked(mse).evaluate(y, t, createRng(0));
    const { target, value, loss } = newtonTarget(e, y, { curvature: 'hessian', lambda: 0 });
    expect(rowsOf(target)).to.deep.equal(t);
    expect([...value]).to.deep.equal([...e.value]);
    expect(loss).to.equal((e.value[0]! + e.value[1]! + e.value[2]!) / 3);
  });

  it('takes plain gradient steps with curvature none', () => {
    const y = batchOf([[1, 2, 0]]);
    const e = checked(softmaxCrossEntropy).evaluate(y, [1], createRng(0));
    const { direction, target } = newtonTarget(e, y, { curvature: 'none', lambda: 0 });
    expect([...direction.data]).to.deep.equal([...e.gradient().data]);
    expect([...target.data]).to.deep.equal([...y.data].map((x, j) => x - e.gradient().data[j]!));
  });
});
