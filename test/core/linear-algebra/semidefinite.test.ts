import { expect } from 'chai';
import { factorSemidefinite } from '../../../core/linear-algebra/semidefinite.js';
import { createRng } from '../../../core/random/rng.js';

/** A A^T of a random A (n x q). */
function ofRank(q: number, n: number, seed: number): Float64Array {
  const rng = createRng(seed);
  const A = Float64Array.from({ length: n * q }, () => rng.normal());
  return Float64Array.from({ length: n * n }, (_, k) => {
    let sum = 0;
    for (let j = 0; j < q; j++) sum += A[Math.floor(k / n) * q + j] * A[(k % n) * q + j];
    return sum;
  });
}

describe('factors of a semidefinite matrix', () => {
  it('are as many as its rank and give it back', () => {
    for (const [q, n] of [[0, 3], [1, 1], [1, 5], [3, 7], [6, 6]] as const) {
      const K = ofRank(q, n, 10 * q + n);
      const C = new Float64Array(n * n);
      expect(factorSemidefinite(K.slice(), n, 1e-12, C)).to.equal(q);
      K.forEach((right, k) => {
        let sum = 0;
        for (let c = 0; c < q; c++) sum += C[c * n + Math.floor(k / n)] * C[c * n + (k % n)];
        expect(sum).to.be.closeTo(right, 1e-12);
      });
    }
  });

  it('leave out no entry above the tolerance', () => {
    const K = ofRank(3, 5, 1);
    for (let a = 0; a < 5; a++) K[a * 6] += 1e-3;
    const C = new Float64Array(25);
    expect(factorSemidefinite(K.slice(), 5, 1e-2, C)).to.equal(3);
    K.forEach((right, k) => {
      let sum = 0;
      for (let c = 0; c < 3; c++) sum += C[c * 5 + Math.floor(k / 5)] * C[c * 5 + (k % 5)];
      expect(Math.abs(sum - right)).to.be.at.most(1e-2);
    });
  });
});
