import { expect } from 'chai';
import { type ConeKind, coneOf } from '../../../core/convex/cones/index.js';
import { rowsOfCones, scaledSize, scaleRows } from '../../../core/convex/solver/cone-rows.js';
import { DenseKkt } from '../../../core/convex/solver/dense-kkt.js';
import { REGULARISATION } from '../../../core/convex/solver/kkt-factor.js';
import { KktSystem } from '../../../core/convex/solver/kkt.js';
import { SparseKkt } from '../../../core/convex/solver/sparse-kkt.js';
import { createRng } from '../../../core/random/rng.js';
import { randomCones, randomProgram } from './random-program.js';
import { vector } from './support.js';

const kinds: readonly ConeKind['kind'][] = ['second-order', 'semidefinite', 'exponential', 'power'];

/** A random program, its cones scaled at points inside. */
function scaledProgram(seed: number) {
  const rng = createRng(seed);
  const program = randomProgram(rng, randomCones(rng, kinds));
  const cones = program.cones.map(coneOf);
  for (const cone of cones) {
    const [s, z] = [new Float64Array(cone.size), new Float64Array(cone.size)];
    cone.centre(s, z);
    const bent = (x: Float64Array): Float64Array => x.map((value) => value * (1 + 0.1 * (rng.uniform() - 0.5)));
    expect(cone.scale(bent(s), bent(z), 1)).to.equal(true);
  }
  return { rng, program, cones };
}

describe('systems of the optimality conditions', () => {
  it('dense and sparse factorisations solve the same system', () => {
    for (let seed = 0; seed < 40; seed++) {
      const { rng, program: { P, A }, cones } = scaledProgram(seed);
      const rows = rowsOfCones(A, cones);
      const W = new Float64Array(rows.reduce((sum, part) => sum + scaledSize(part), 0));
      scaleRows(rows, A, W);
      const right = vector(rng, P.cols + A.rows);
      const [dense, sparse] = [new DenseKkt(P.cols, rows), new SparseKkt(P, A.rows, rows)].map((factor) => {
        expect(factor.factorise(P, W, REGULARISATION)).to.equal(true);
        const xy = right.slice();
        factor.solve(xy);
        return xy;
      });
      const size = Math.max(...sparse.map(Math.abs));
      dense.forEach((value, k) => expect(value).to.be.closeTo(sparse[k], 1e-5 * size));
    }
  });

  it('solutions meet P x + A^T z = f, A x - H z = g, to the accuracy asked for', () => {
    for (let seed = 0; seed < 40; seed++) {
      const { rng, program: { P, A, q, b }, cones } = scaledProgram(seed);
      const kkt = new KktSystem(P, A, cones);
      kkt.factorise(P, A);
      const [f, g] = [vector(rng, q.length), vector(rng, b.length)];
      const [x, z, y] = [new Float64Array(q.length), new Float64Array(b.length), new Float64Array(b.length)];
      expect(kkt.solve(f, g, x, z, y)).to.be.below(1e-13);
      let from = 0;
      const left = g.slice();
      for (let j = 0; j < A.cols; j++) {
        for (let k = A.start[j]; k < A.start[j + 1]; k++) left[A.index[k]] -= A.value[k] * x[j];
      }
      for (const cone of cones) {
        const to = from + cone.size;
        const V = new Float64Array(cone.size);
        if (cone.degree > 0) cone.times(y.subarray(from, to), V);
        V.forEach((value, i) => expect(left[from + i] + value).to.be.closeTo(0, 1e-10));
        from = to;
      }
    }
  });

  it('a system that nothing determines in some direction leaves a residual', () => {
    const { program: { P, A }, cones } = scaledProgram(1);
    const flat = { ...P, value: P.value.map(() => 0) };
    const none = { ...A, value: A.value.map(() => 0) };
    const kkt = new KktSystem(flat, none, cones);
    kkt.factorise(flat, none);
    const [n, m] = [P.cols, A.rows];
    const f = new Float64Array(n).fill(1);
    expect(kkt.solve(f, new Float64Array(m), new Float64Array(n), new Float64Array(m), undefined, 1e-16)).to.be.above(
      0.1,
    );
  });
});
