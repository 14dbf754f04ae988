import { byProducts } from '../../../core/matrices.js';
import { expect } from 'chai';
import { type Batch, batchOf, timesBlocks, zeros } from '../../../core/batch.js';
import { checked } from '../../../core/checked.js';
import type { Evaluation } from '../../../core/loss.js';
import { newtonStep, type NewtonOptions } from '../../../core/newton/index.js';
import type { BellmanFordParams } from '../../../plugins/bellman-ford/evaluate.js';
import { principalDirections } from '../../../core/linear-algebra/principal-directions.js';
import { createRng } from '../../../core/random/rng.js';
import bellmanFord from '../../../plugins/bellman-ford.js';
import {
  codeOf,
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
  symmetricBlocks,
  times,
  transposed,
} from './dense.js';

/** A loss whose Hessian is known by products alone, and how often it was asked. */
function productsOf(G: Batch, H: Batch): Evaluation & { calls: number } {
  const times = (v: Batch): Batch => (e.calls++, timesBlocks(H, v));
  const e = { ...evaluationOf(G), calls: 0, hessian: () => byProducts(times, G.rows, G.cols) };
  return e;
}

const step = (e: Evaluation, options: Partial<NewtonOptions>): Matrix =>
  rowsOf(newtonStep(e, { curvature: 'hessian', lambda: 1, ...options }).direction);

/** P C P + P C (I - P) + (I - P) C P for the leading q directions of the gradients. */
function sketchOf(C: Matrix, G: Batch, q: number): Matrix {
  const B = rowsOf(principalDirections(G, q));
  const P = times(transposed(B), B);
  const rest = plus(identity(C.length), scale(P, -1));
  return [P, rest].reduce((sum, left) => plus(sum, times(times(left, C), P)), times(times(P, C), rest));
}

describe('a Hessian from fewer products than all', () => {
  const rng = createRng(3);
  const [N, m] = [9, 6];
  const G = normalBatch(rng, N, m);
  const H = symmetricBlocks(rng, N, m, 'indefinite');
  const C = meanBlock(H);

  it('is what it should be of the dense one, from as many products', () => {
    for (const products of [1, 2, 4]) {
      const e = productsOf(G, H);
      const expected = times(rowsOf(G), inverse(plus(sketchOf(C, G, products), scale(identity(m), 0.7))));
      expect(relativeError(step(e, { lambda: 0.7, products }), expected)).to.be.below(1e-11);
      expect(e.calls).to.equal(products);
    }
  });

  it('is the dense one where the directions are all there are', () => {
    for (const definiteness of ['tikhonov', 'absolute', 'clip'] as const) {
      for (const lambda of [0.5, { relative: 2 }]) {
        const expected = step(productsOf(G, H), { lambda, definiteness });
        expect(relativeError(step(productsOf(G, H), { lambda, definiteness, products: m }), expected)).to.be.below(
          1e-11,
        );
        expect(relativeError(step(productsOf(G, H), { lambda, definiteness, products: 100 }), expected)).to.be.below(
          1e-11,
        );
      }
    }
  });

  it('has the dense one of a sketch as its spectrum', () => {
    const sketched = evaluationOf(G, {
      hessian: () => batchOf(Array.from({ length: N }, () => sketchOf(C, G, 2).flat())),
    });
    for (const definiteness of ['tikhonov', 'clip'] as const) {
      const options: NewtonOptions = { curvature: 'hessian', lambda: { relative: 1 }, definiteness };
      const expected = newtonStep(sketched, options).diagnostics();
      const got = newtonStep(productsOf(G, H), { ...options, products: 2 }).diagnostics();
      for (
        const key of [
          'smallestEigenvalue',
          'largestEigenvalue',
          'conditionNumber',
          'smallestLambda',
          'directionToGradient',
        ] as const
      ) {
        expect(got[key], key).to.be.closeTo(expected[key], 1e-11 * Math.abs(expected[key]));
      }
    }
  });

  it('takes fewer products where the gradients have fewer directions', () => {
    const few = productsOf(batchOf([[1, 2, 0], [2, 4, 0], [-1, -2, 0]]), symmetricBlocks(rng, 3, 3, 'psd'));
    step(few, { products: 3 });
    expect(few.calls).to.equal(1);
    const none = productsOf(zeros(2, 3), symmetricBlocks(rng, 2, 3, 'psd'));
    expect(step(none, { products: 2 })).to.deep.equal([[0, 0, 0], [0, 0, 0]]);
    expect(none.calls).to.equal(0);
  });

  it('of relaxed shortest paths: the directions come nearer to the dense ones with more products', () => {
    const size = { rows: 5, columns: 5, iterations: 8, beta: 3 };
    const params: BellmanFordParams = {
      ...size,
      loop: 'for',
      distance: 'l2',
      tConorm: 'probabilistic',
      hamacher: 2,
      absorbSource: true,
    };
    const { y, targets } = bellmanFord.sample(params, createRng(5), 20);
    const e = checked(bellmanFord, params).evaluate(y, targets, rng);
    const options = { lambda: 0.05, definiteness: 'absolute' } as const;
    const dense = step(e, options);
    const cosine = (A: Matrix): number => {
      const dot = (X: Matrix, Y: Matrix): number => X.flat().reduce((sum, x, k) => sum + x * Y.flat()[k], 0);
      return dot(A, dense) / Math.sqrt(dot(A, A) * dot(dense, dense));
    };
    const cosines = [rowsOf(e.gradient()), ...[4, 8, 16].map((products) => step(e, { ...options, products }))].map(
      cosine,
    );
    cosines.slice(1).forEach((c, k) => expect(1 - c).to.be.below(0.7 * (1 - cosines[k])));
    expect(cosines[3]).to.be.above(0.999);
  });

  it('is refused where it cannot be', () => {
    const options: NewtonOptions = { curvature: 'hessian', lambda: 1, products: 2 };
    const code = (e: Evaluation, change: Partial<NewtonOptions>): string | undefined =>
      codeOf(() => newtonStep(e, { ...options, ...change }));
    expect(code(productsOf(G, H), { lambda: 0 })).to.equal('PARAMS');
    expect(code(productsOf(G, H), { products: 0 })).to.equal('PARAMS');
    expect(code(productsOf(G, H), { products: 1.5 })).to.equal('PARAMS');
    expect(code(productsOf(G, H), { scope: 'sample' })).to.equal('PARAMS');
    expect(code(productsOf(G, H), { curvature: 'fisher' })).to.equal('PARAMS');
    expect(code(productsOf(G, H), { solver: 'conjugate-gradient' })).to.equal('UNSUPPORTED');
    expect(code(evaluationOf(G), {})).to.equal('UNSUPPORTED');
    const nan = byProducts(() => ({ ...G, data: G.data.map(() => NaN) }), G.rows, G.cols);
    expect(code(evaluationOf(G, { hessian: () => nan }), {})).to.equal('NONFINITE');
    const singular = productsOf(batchOf([[1, 0]]), batchOf([[-1, 0, 0, 3]]));
    expect(code(singular, { products: 1 })).to.equal('NONFINITE');
    expect(code(singular, { products: 1, definiteness: 'absolute' })).to.equal(undefined);
  });
});
