import { expect } from 'chai';
import { addSymmetricTimes, sparseOf, type Triplet } from '../../../core/convex/linear-algebra/sparse.js';
import { SparseLdl } from '../../../core/convex/linear-algebra/sparse-ldl.js';
import { createRng } from '../../../core/random/rng.js';

/** The coordinates of the stored entries. */
function coordinates({ cols, start, index }: ReturnType<typeof sparseOf>): { row: Int32Array; col: Int32Array } {
  const col = new Int32Array(index.length);
  for (let j = 0; j < cols; j++) col.fill(j, start[j], start[j + 1]);
  return { row: index, col };
}

describe('sparse LDL^T', () => {
  it('solves with random quasidefinite matrices', () => {
    const rng = createRng(1);
    for (let trial = 0; trial < 60; trial++) {
      const [n, m] = [1 + Math.floor(rng.uniform() * 20), Math.floor(rng.uniform() * 20)];
      const triplets: Triplet[] = [];
      for (let j = 0; j < n + m; j++) {
        triplets.push([j, j, (j < n ? 1 : -1) * (1 + rng.uniform())]);
        for (let i = 0; i < Math.min(n, j); i++) if (j >= n && rng.uniform() < 0.2) triplets.push([i, j, rng.normal()]);
      }
      const K = sparseOf(n + m, n + m, triplets);
      const signs = Int8Array.from({ length: n + m }, (_, j) => (j < n ? 1 : -1));
      const ldl = new SparseLdl({ size: n + m, ...coordinates(K) }, signs);
      expect(ldl.factorise(K.value, 1e-12)).to.equal(0);
      const x = Float64Array.from({ length: n + m }, () => rng.normal());
      const b = new Float64Array(n + m);
      addSymmetricTimes(K, 1, x, b);
      ldl.solve(b);
      b.forEach((value, j) => expect(value).to.be.closeTo(x[j], 1e-10));
    }
  });

  it('adds up entries of one place, on either side of the diagonal', () => {
    const pattern = { size: 2, row: Int32Array.of(0, 1, 0, 1, 1), col: Int32Array.of(0, 0, 1, 1, 1) };
    const ldl = new SparseLdl(pattern, Int8Array.of(1, 1));
    ldl.factorise(Float64Array.of(4, 0.5, 0.5, 1, 2), 1e-12); // [4, 1; 1, 3]
    const x = Float64Array.of(6, 7);
    ldl.solve(x);
    expect(Array.from(x)).to.deep.equal([1, 2]);
  });

  it('replaces pivots of the wrong sign and says how many', () => {
    const ldl = new SparseLdl({ size: 2, row: Int32Array.of(0, 1), col: Int32Array.of(0, 1) }, Int8Array.of(1, -1));
    expect(ldl.factorise(Float64Array.of(-1, -1), 1e-6)).to.equal(1);
  });

  it('makes no fill in an arrow whose head comes first', () => {
    const size = 50;
    const row = Int32Array.from({ length: 2 * size - 1 }, (_, k) => (k < size ? k : 0));
    const col = Int32Array.from({ length: 2 * size - 1 }, (_, k) => (k < size ? k : k - size + 1));
    expect(new SparseLdl({ size, row, col }, new Int8Array(size).fill(1)).fill).to.equal(size - 1);
  });

  it('eliminates the rows of a dense block together, the smaller side of it as the clique', () => {
    const [n, m] = [7, 30]; // columns of which each is in all rows
    const row = Int32Array.from({ length: n * m + n + m }, (_, k) => (k < n * m ? k % n : k - n * m));
    const col = Int32Array.from({ length: n * m + n + m }, (_, k) => (k < n * m ? n + Math.floor(k / n) : k - n * m));
    const ldl = new SparseLdl({ size: n + m, row, col }, Int8Array.from({ length: n + m }, (_, j) => (j < n ? 1 : -1)));
    expect(ldl.fill).to.equal(n * m + (n * (n - 1)) / 2);
  });
});
