import { expect } from 'chai';
import { gram, meanOfRows, symmetrise, transpose } from '../../../core/linear-algebra/gram.js';
import { lu } from '../../../core/linear-algebra/lu.js';
import { symmetricEigen } from '../../../core/linear-algebra/symmetric-eigen.js';
import { factorise, solveRows } from '../../../core/linear-algebra/symmetric-solve.js';
import { createRng, type Rng } from '../../../core/random/rng.js';

const normals = (rng: Rng, size: number): Float64Array => Float64Array.from({ length: size }, () => rng.normal());

function symmetric(rng: Rng, m: number): Float64Array {
  const A = normals(rng, m * m);
  symmetrise(A, m);
  return A;
}

/** max |a - b|. */
function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).to.equal(b.length);
  return Array.from(a).reduce((most, x, k) => Math.max(most, Math.abs(x - b[k])), 0);
}

/** A (r, k) times B (k, c), by definition. */
function product(A: Float64Array, B: Float64Array, k: number): Float64Array {
  const r = A.length / k;
  const c = B.length / k;
  return Float64Array.from({ length: r * c }, (_, e) => {
    let sum = 0;
    for (let l = 0; l < k; l++) sum += A[Math.floor(e / c) * k + l] * B[l * c + (e % c)];
    return sum;
  });
}

/** Around multiples of four, the kernels' block size. */
const SIZES = [1, 2, 3, 4, 5, 7, 8, 9, 33];

describe('gram, meanOfRows', () => {
  it('agree with their definitions, also where rows and columns do not fill a block', () => {
    const rng = createRng(1);
    for (const rows of SIZES) {
      for (const cols of [...SIZES, 1500]) {
        const A = normals(rng, rows * cols);
        const ones = new Float64Array(rows).fill(1 / rows);
        expect(distance(meanOfRows(A, rows, cols), product(ones, A, rows)), `mean ${rows} x ${cols}`).to.be.below(
          1e-14,
        );
        if (cols > 100) continue;
        expect(distance(gram(A, rows, cols), product(transpose(A, rows, cols), A, rows)), `gram ${rows} x ${cols}`).to
          .be.below(1e-13);
      }
    }
  });
});

describe('factorise, solveRows', () => {
  it('solve positive definite and indefinite systems, any number of rows', () => {
    const rng = createRng(2);
    for (const m of SIZES) {
      for (const rows of SIZES) {
        const B = normals(rng, m * m);
        const positive = gram(B, m, m);
        for (let k = 0; k < m; k++) positive[k * m + k] += 1;
        for (const [kind, A] of [['positive', positive], ['indefinite', symmetric(rng, m)]] as const) {
          const X = normals(rng, rows * m);
          const b = product(X, A, m); // A is symmetric, so A x is x^T A
          const factors = factorise(A, m);
          if ('smallestPivot' in factors) throw new Error(`${kind} ${m}: taken for singular`);
          solveRows(factors, b);
          const condition = symmetricEigen(A, m).values.map(Math.abs).sort();
          expect(distance(b, X), `${kind} ${m}, ${rows} rows`).to.be.below(
            (1e-14 * m * condition[m - 1]) / condition[0],
          );
        }
      }
    }
  });

  it('pivot where the diagonal is zero', () => {
    const factors = factorise(Float64Array.of(0, 1, 1, 0), 2);
    if ('smallestPivot' in factors) throw new Error('taken for singular');
    const x = Float64Array.of(3, 5);
    solveRows(factors, x);
    expect([...x]).to.deep.equal([5, 3]);
  });

  it('find a graph Laplacian, whose rows sum to zero, singular whatever the rounding', () => {
    const rng = createRng(3);
    for (let m = 2; m < 60; m++) {
      const L = symmetric(rng, m).map((x) => -Math.abs(x));
      for (let a = 0; a < m; a++) {
        L[a * m + a] = 0;
        for (let b = 0; b < m; b++) if (b !== a) L[a * m + a] -= L[a * m + b];
      }
      expect(factorise(L, m), String(m)).to.have.property('smallestPivot').below(1e-12);
      for (let k = 0; k < m; k++) L[k * m + k] += 1e-6;
      expect(factorise(L, m), String(m)).not.to.have.property('smallestPivot');
    }
  });

  it('find a matrix that is not finite singular, with pivot NaN', () => {
    for (const bad of [NaN, Infinity, -Infinity]) {
      expect(factorise(Float64Array.of(1, bad, bad, 1), 2)).to.deep.equal({ smallestPivot: NaN });
    }
  });

  it('stop at the first pivot of a matrix of zeros', () => {
    expect(lu(new Float64Array(9), 3, 0).smallestPivot).to.equal(0);
  });
});

describe('symmetricEigen', () => {
  it('takes entries of any sizes beside one another', () => {
    const rng = createRng(3);
    for (let trial = 0; trial < 20_000; trial++) {
      const m = 2 + rng.integer(4);
      const A = new Float64Array(m * m);
      for (let i = 0; i < m; i++) {
        for (let j = 0; j <= i; j++) {
          const sign = rng.uniform() < 0.5 ? -1 : 1;
          A[i * m + j] = A[j * m + i] = rng.uniform() < 0.3 ? 0 : sign * 10 ** (-320 * rng.uniform());
        }
      }
      const { values } = symmetricEigen(A, m);
      const trace = A.reduce((sum, a, k) => (k % (m + 1) === 0 ? sum + a : sum), 0);
      const largest = A.reduce((most, a) => Math.max(most, Math.abs(a)), 0);
      expect(Math.abs(values.reduce((sum, w) => sum + w, 0) - trace)).to.be.at.most(1e-14 * m * largest);
    }
  });

  it('gives ascending eigenvalues and orthonormal eigenvectors', () => {
    const rng = createRng(4);
    for (const m of SIZES) {
      const A = symmetric(rng, m);
      const { values, vectors } = symmetricEigen(A, m);
      const scaled = vectors.map((v, k) => v * values[Math.floor(k / m)]);
      expect(distance(product(transpose(vectors, m, m), scaled, m), A), String(m)).to.be.below(1e-13);
      const identity = Float64Array.from({ length: m * m }, (_, k) => (k % (m + 1) === 0 ? 1 : 0));
      expect(distance(gram(vectors, m, m), identity)).to.be.below(1e-14 * m);
      expect([...values]).to.deep.equal([...values].sort((a, b) => a - b));
    }
  });

  it('is the same at every scale, and of zeros, of single large entries and of graded matrices', () => {
    const rng = createRng(5);
    for (const m of [1, 3, 6]) {
      const A = symmetric(rng, m);
      const { values, vectors } = symmetricEigen(A, m);
      for (const shift of [-1000, -520, 520, 1000]) {
        expect(
          symmetricEigen(
            A.map((a) => a * 2 ** shift),
            m,
          ),
        ).to.deep.equal({ values: values.map((w) => w * 2 ** shift), vectors });
      }
      expect([...symmetricEigen(new Float64Array(m * m), m).values]).to.deep.equal(new Array(m).fill(0));
    }
    expect(
      [...symmetricEigen(Float64Array.of(0, 1.5e308, 1.5e308, 0), 2).values].map((w) => w / 1.5e308),
    ).to.deep.equal([-1, 1]);
    const graded = symmetricEigen(Float64Array.of(1e300, 1, 1e-300, 1, 1e-8, 1, 1e-300, 1, 1e-300), 3).values;
    expect(graded[2]).to.equal(1e300);
    expect(Math.abs(graded[0])).to.be.below(1e285); // as accurate as eps |A|
    expect([...symmetricEigen(new Float64Array(16).fill(1.7e308), 4).values][3]).to.equal(Infinity);
  });
});
