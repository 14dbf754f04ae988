import { expect } from 'chai';
import { type Batch, batchOf, copyOf, row, zeros } from '../../core/batch.js';
import type { Factors } from '../../core/factors.js';
import {
  byProducts,
  dense,
  isMatrices,
  lazilyDense,
  lowRank,
  type Matrices,
  matricesOf,
  once,
  outerProducts,
} from '../../core/matrices.js';
import { createRng } from '../../core/random/rng.js';
import { codeOf } from '../harness/helpers.js';
import { expectClose } from '../core/convex/model/support.js';

const [N, m] = [5, 4];

function normals(rows: number, cols: number, seed: number): Batch {
  const out = zeros(rows, cols);
  const rng = createRng(seed);
  for (let k = 0; k < out.data.length; k++) out.data[k] = rng.normal();
  return out;
}

/** (N, m * m): g_i g_i^T, by hand. */
function outerBlocks(G: Batch): Batch {
  const out = zeros(G.rows, G.cols ** 2);
  for (let i = 0; i < G.rows; i++) {
    for (let a = 0; a < G.cols; a++) {
      for (let b = 0; b < G.cols; b++) row(out, i)[a * G.cols + b] = row(G, i)[a] * row(G, i)[b];
    }
  }
  return out;
}

/** (N, m): each block times its own row, by hand. */
function productsOf(blocks: Batch, V: Batch): Batch {
  const out = zeros(V.rows, V.cols);
  for (let i = 0; i < V.rows; i++) {
    for (let a = 0; a < V.cols; a++) {
      for (let b = 0; b < V.cols; b++) row(out, i)[a] += row(blocks, i)[a * V.cols + b] * row(V, i)[b];
    }
  }
  return out;
}

const G = normals(N, m, 1);
const blocks = outerBlocks(G);
const factors: Factors = { rank: 1, weights: new Float64Array(N).fill(1), left: G, right: G };

/** The same matrices, by all that can be known of them. */
const forms: Record<string, { make: () => Matrices; known: Matrices['known'] }> = {
  dense: { make: () => dense(blocks), known: 'blocks' },
  'lazily dense': { make: () => lazilyDense(N, m, () => copyOf(blocks), () => dense(blocks).mean()), known: 'blocks' },
  'by products': { make: () => byProducts((V) => productsOf(blocks, V), N, m), known: 'products' },
  'by products and blocks': {
    make: () => byProducts((V) => productsOf(blocks, V), N, m, () => copyOf(blocks)),
    known: 'blocks',
  },
  'low rank': { make: () => lowRank(factors), known: 'factors' },
  'outer products': { make: () => outerProducts(G), known: 'factors' },
};

describe('matrices', () => {
  for (const [form, { make, known }] of Object.entries(forms)) {
    it(`give blocks, products and mean: ${form}`, () => {
      const C = make();
      const V = normals(N, m, 2);
      expect([C.count, C.size, C.known]).to.deep.equal([N, m, known]);
      expectClose(C.blocks().data, blocks.data, 1e-14);
      expectClose(C.times(V).data, productsOf(blocks, V).data, 1e-14);
      const mean = Float64Array.from({ length: m * m }, (_, k) => {
        let sum = 0;
        for (let i = 0; i < N; i++) sum += row(blocks, i)[k];
        return sum / N;
      });
      expectClose(C.mean(), mean, 1e-14);
      const v = row(V, 0);
      const timesMean = Array.from({ length: m }, (_, a) => v.reduce((sum, x, b) => sum + mean[a * m + b] * x, 0));
      expectClose(C.timesMean(v), timesMean, 1e-14);
    });

    it(`have a mean that is symmetric to the bit: ${form}`, () => {
      const C = make().mean();
      for (let a = 0; a < m; a++) for (let b = 0; b < a; b++) expect(C[a * m + b]).to.equal(C[b * m + a]);
    });

    it(`hand out blocks that may be written to: ${form}`, () => {
      const C = make();
      const [before, V] = [copyOf(C.blocks()), normals(N, m, 3)];
      const products = copyOf(C.times(V));
      C.blocks().data.fill(7);
      expect(C.blocks()).to.deep.equal(before);
      expect(C.times(V)).to.deep.equal(products);
    });
  }

  it('average blocks that are not symmetric with their transposes', () => {
    expect([...dense(batchOf([[1, 2, 4, 3]])).mean()]).to.deep.equal([1, 3, 3, 3]);
    const skew = byProducts((V) => productsOf(batchOf([[1, 2, 4, 3]]), V), 1, 2);
    expect([...skew.mean()]).to.deep.equal([1, 3, 3, 3]);
    expect([...skew.blocks().data]).to.deep.equal([1, 2, 4, 3]);
  });

  it('take m products for blocks and mean that are not given, one for the mean times a vector', () => {
    let calls = 0;
    const counted = byProducts((V) => (calls++, productsOf(blocks, V)), N, m);
    counted.blocks();
    expect(calls).to.equal(m);
    counted.mean();
    expect(calls).to.equal(2 * m);
    counted.timesMean(new Float64Array(m));
    expect(calls).to.equal(2 * m + 1);
  });

  it('refuse products of another shape', () => {
    for (
      const wrong of [zeros(N, m + 1), zeros(N - 1, m), { rows: N, cols: m, data: new Float64Array(3) }, undefined]
    ) {
      const C = byProducts(() => wrong as Batch, N, m);
      expect(codeOf(() => C.times(zeros(N, m)))).to.equal('SHAPE');
      expect(codeOf(() => C.mean())).to.equal('SHAPE');
    }
  });

  it('are told from batches, which are their blocks', () => {
    expect([isMatrices(blocks), isMatrices(dense(blocks))]).to.deep.equal([false, true]);
    const given = dense(blocks);
    expect(matricesOf(given)).to.equal(given);
    expect(matricesOf(blocks).blocks()).to.deep.equal(blocks);
  });
});

describe('once', () => {
  it('makes at the first call, and never again', () => {
    let calls = 0;
    const make = once(() => ({ made: ++calls }));
    expect(calls).to.equal(0);
    expect(make()).to.equal(make());
    expect(calls).to.equal(1);
  });

  it('tries again after a failure', () => {
    let calls = 0;
    const make = once(() => {
      if (++calls === 1) throw new Error('on purpose');
      return calls;
    });
    expect(make).to.throw('on purpose');
    expect(make()).to.equal(2);
  });
});
