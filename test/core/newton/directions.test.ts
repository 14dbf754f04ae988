import { expect } from 'chai';
import { type Batch, batchOf, takeRows } from '../../../core/batch.js';
import { fisherDirections, newtonStep } from '../../../core/newton/index.js';
import { createRng } from '../../../core/random/rng.js';
import {
  evaluationOf,
  identity,
  inverse,
  type Matrix,
  meanBlock,
  normalBatch,
  plus,
  relativeError,
  rowsOf,
  scale,
  square,
  symmetricBlocks,
  times,
  transposed,
} from './dense.js';

const damped = (C: Matrix, lambda: number): Matrix => inverse(plus(C, scale(identity(C.length), lambda)));
const SHAPES = [[1, 1], [1, 4], [3, 2], [7, 5], [5, 5], [4, 9], [10, 33], [100, 5]] as const;

describe('newtonStep', () => {
  it('solves with the batch-mean Hessian as a dense inverse does, positive or indefinite', () => {
    const rng = createRng(1);
    for (const [N, m] of SHAPES) {
      for (const kind of ['psd', 'indefinite'] as const) {
        const G = normalBatch(rng, N, m);
        const H = symmetricBlocks(rng, N, m, kind);
        const { direction } = newtonStep(evaluationOf(G, { hessian: () => H }), { curvature: 'hessian', lambda: 0.3 });
        expect(relativeError(rowsOf(direction), times(rowsOf(G), damped(meanBlock(H), 0.3))), `${kind} ${N} x ${m}`).to
          .be.below(1e-11);
      }
    }
  });

  it('symmetrises a Hessian that is not symmetric', () => {
    const e = evaluationOf(batchOf([[1, 0]]), { hessian: () => batchOf([[2, 3, -1, 2]]) });
    for (const scope of ['batch', 'sample'] as const) {
      const { direction } = newtonStep(e, { curvature: 'hessian', lambda: 0, scope }); // [[2, 1], [1, 2]]^-1 = [[2, -1], [-1, 2]] / 3
      expect(relativeError(rowsOf(direction), [[2 / 3, -1 / 3]]), scope).to.be.below(1e-15);
    }
  });

  it('uses gaussNewton() for gauss-newton', () => {
    const rng = createRng(2);
    const G = normalBatch(rng, 6, 4);
    const B = symmetricBlocks(rng, 6, 4, 'psd');
    const { direction } = newtonStep(evaluationOf(G, { gaussNewton: () => B }), {
      curvature: 'gauss-newton',
      lambda: 0.2,
    });
    expect(relativeError(rowsOf(direction), times(rowsOf(G), damped(meanBlock(B), 0.2)))).to.be.below(1e-12);
  });

  it('gives each sample its own matrix in sample scope', () => {
    const rng = createRng(3);
    const m = 4;
    const G = normalBatch(rng, 6, m);
    const H = symmetricBlocks(rng, 6, m, 'indefinite');
    const options = { lambda: 0.05, scope: 'sample' } as const;
    const hessian = newtonStep(evaluationOf(G, { hessian: () => H }), { ...options, curvature: 'hessian' });
    const gaussNewton = newtonStep(evaluationOf(G, { gaussNewton: () => H }), {
      ...options,
      curvature: 'gauss-newton',
    });
    const expected = rowsOf(G).map((g, i) => times([g], damped(square(rowsOf(H)[i], m), 0.05))[0]);
    expect(relativeError(rowsOf(hessian.direction), expected)).to.be.below(1e-11);
    expect(rowsOf(gaussNewton.direction)).to.deep.equal(rowsOf(hessian.direction));
  });

  it('leaves gradient and Hessian as they were', () => {
    const rng = createRng(4);
    const G = normalBatch(rng, 5, 3);
    const H = normalBatch(rng, 5, 9);
    const before = [rowsOf(G), rowsOf(H)];
    for (const curvature of ['hessian', 'fisher', 'none'] as const) {
      for (const scope of ['batch', 'sample'] as const) {
        const step = newtonStep(evaluationOf(G, { hessian: () => H }), { curvature, scope, lambda: 0.4 });
        step.direction.data.fill(0);
        expect([rowsOf(G), rowsOf(H)]).to.deep.equal(before);
      }
    }
  });

  it('permutes with the batch', () => {
    const rng = createRng(5);
    const G = normalBatch(rng, 9, 6);
    const H = symmetricBlocks(rng, 9, 6, 'indefinite');
    const order = rng.permutation(9);
    const shuffled = evaluationOf(takeRows(G, order), { hessian: () => takeRows(H, order) });
    for (const curvature of ['hessian', 'fisher'] as const) {
      for (const scope of ['batch', 'sample'] as const) {
        const options = { curvature, scope, lambda: 0.4 };
        const expected = takeRows(newtonStep(evaluationOf(G, { hessian: () => H }), options).direction, order);
        const { direction } = newtonStep(shuffled, options);
        expect(relativeError(rowsOf(direction), rowsOf(expected)), `${curvature} ${scope}`).to.be.below(1e-12);
      }
    }
  });

  it('scales with a relative lambda as Newton steps do', () => {
    const rng = createRng(6);
    const G = normalBatch(rng, 8, 5);
    const H = symmetricBlocks(rng, 8, 5, 'psd');
    const c = 4096; // a power of two: exact
    const [cG, cH] = [{ ...G, data: G.data.map((x) => c * x) }, { ...H, data: H.data.map((x) => c * x) }];
    for (const scope of ['batch', 'sample'] as const) {
      const options = { lambda: { relative: 0.1 }, scope };
      const newton = (g: Batch, h: Batch): Matrix =>
        rowsOf(newtonStep(evaluationOf(g, { hessian: () => h }), { ...options, curvature: 'hessian' }).direction);
      expect(newton(cG, cH)).to.deep.equal(newton(G, H));
      const large = fisherDirections(cG, options).direction;
      expect(scale(rowsOf(large), c)).to.deep.equal(rowsOf(fisherDirections(G, options).direction));
    }
  });
});

describe('fisherDirections', () => {
  it('is algorithm 2: with g = G / N the gradient of the batch mean, g (N g^T g + lambda I)^-1 is d / N', () => {
    const rng = createRng(7);
    for (const [N, m] of SHAPES) {
      const G = normalBatch(rng, N, m);
      const g = scale(rowsOf(G), 1 / N);
      const expected = times(g, damped(scale(times(transposed(g), g), N), 0.1));
      const { direction } = fisherDirections(G, { lambda: 0.1 });
      expect(relativeError(scale(rowsOf(direction), 1 / N), expected), `${N} x ${m}`).to.be.below(1e-12);
    }
  });

  it('by Woodbury, directly and as printed in supplement F are the same', () => {
    const rng = createRng(8);
    for (const [N, m] of SHAPES) {
      for (const lambda of [0.03, 1, 100]) {
        const G = normalBatch(rng, N, m);
        const g = rowsOf(G);
        const K = plus(scale(times(g, transposed(g)), 1 / (N * lambda)), identity(N));
        const printed = plus(
          scale(identity(m), 1 / lambda),
          scale(times(times(transposed(g), inverse(K)), g), -1 / (N * lambda ** 2)),
        );
        const woodbury = rowsOf(fisherDirections(G, { lambda, solver: 'woodbury' }).direction);
        const direct = rowsOf(fisherDirections(G, { lambda, solver: 'direct' }).direction);
        expect(relativeError(woodbury, direct), `${N} x ${m}, ${lambda}`).to.be.below(1e-12);
        expect(relativeError(woodbury, times(g, printed)), `${N} x ${m}, ${lambda}`).to.be.below(1e-11);
      }
    }
  });

  it('by Woodbury loses no digits to a small lambda, with fewer samples than outputs or more', () => {
    const rng = createRng(10);
    for (const [N, m] of [[3, 8], [10, 33], [8, 3], [100, 5]] as const) {
      const G = normalBatch(rng, N, m);
      const g = rowsOf(G);
      for (const lambda of [1e-6, 1e-12, 1e-100]) {
        const exact = N < m
          ? times(damped(scale(times(g, transposed(g)), 1 / N), lambda), g)
          : times(g, damped(scale(times(transposed(g), g), 1 / N), lambda));
        const { direction } = fisherDirections(G, { lambda, solver: 'woodbury' });
        expect(relativeError(rowsOf(direction), exact), `${N} x ${m}, ${lambda}`).to.be.below(1e-13);
        if (N >= m) {
          expect(
            relativeError(rowsOf(direction), rowsOf(fisherDirections(G, { lambda, solver: 'direct' }).direction)),
          ).to.be.below(1e-13);
        }
      }
    }
  });

  it('in sample scope is Sherman and Morrison, a dense solve for each sample', () => {
    const rng = createRng(9);
    const G = normalBatch(rng, 6, 5);
    const { direction } = fisherDirections(G, { lambda: 0.05, scope: 'sample' });
    const expected = rowsOf(G).map((g) => times([g], damped(times(transposed([g]), [g]), 0.05))[0]);
    expect(relativeError(rowsOf(direction), expected)).to.be.below(1e-12);
  });

  it('of identical gradients, and of one sample, is g / (|g|^2 + lambda)', () => {
    const g = [3, 0, -4];
    const expected = g.map((x) => x / 25.5);
    for (const N of [1, 2, 8]) {
      const { direction } = fisherDirections(batchOf(Array.from({ length: N }, () => g)), { lambda: 0.5 });
      for (const d of rowsOf(direction)) expect(relativeError([d], [expected]), String(N)).to.be.below(1e-14);
    }
  });

  it('damps relative to the mean diagonal, of the batch or of the sample', () => {
    const G = batchOf([[3, 0, 0], [0, 4, 0]]); // |g|^2 is 9 and 16, the mean diagonal of the batch (4.5 + 8) / 3
    const own = fisherDirections(G, { lambda: { relative: 0.5 }, scope: 'sample' });
    expect(relativeError(rowsOf(own.direction), [[3 / (9 + 1.5), 0, 0], [0, 4 / (16 + 16 / 6), 0]])).to.be.below(1e-15);
    const batch = fisherDirections(G, { lambda: { relative: 0.5 } });
    const lambda = 0.5 * (12.5 / 3);
    expect(relativeError(rowsOf(batch.direction), [[3 / (4.5 + lambda), 0, 0], [0, 4 / (8 + lambda), 0]])).to.be.below(
      1e-15,
    );
  });

  it('of a batch without gradient is zero, and so is that of one sample', () => {
    for (const lambda of [0.1, { relative: 0.1 }]) {
      for (const scope of ['batch', 'sample'] as const) {
        const step = fisherDirections(batchOf([[0, 0], [0, 0]]), { lambda, scope });
        expect([...step.direction.data, step.skipped]).to.deep.equal([0, 0, 0, 0, false]);
        const [first, second] = rowsOf(fisherDirections(batchOf([[0, 0], [1, 2]]), { lambda, scope }).direction);
        expect(first).to.deep.equal([0, 0]);
        expect(second[0]).to.be.above(0);
      }
    }
  });
});
