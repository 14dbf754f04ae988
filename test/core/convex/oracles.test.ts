import { expect } from 'chai';
import linearProgram from '../../../core/algorithms/linear-program.js';
import type { ConeKind } from '../../../core/convex/cones/index.js';
import { addTransposedTimes, sparseOf, sparseOfDense } from '../../../core/convex/linear-algebra/sparse.js';
import type { ConeProgram } from '../../../core/convex/solver/cone-program.js';
import { InteriorPoint } from '../../../core/convex/solver/interior-point.js';
import { createRng, type Rng } from '../../../core/random/rng.js';
import { clarabel, type Oracle, scs } from './oracles.js';
import { randomCones, randomProgram } from './random-program.js';
import { dotProduct, vector } from './support.js';

const oracles: Record<string, { make: () => Oracle | Promise<Oracle>; within: number }> = {
  Clarabel: { make: clarabel, within: 1e-6 },
  SCS: { make: scs, within: 1e-4 },
};

/** The same constraints with a linear objective, for which the z of the random program stays a dual point. */
function linearised(rng: Rng, program: ConeProgram): ConeProgram {
  const n = program.q.length;
  const z = vector(rng, program.b.length).map(Math.abs);
  const q = new Float64Array(n);
  addTransposedTimes(program.A, -1, z, q);
  return { ...program, P: sparseOf(n, n, []), q };
}

const families: Record<string, (rng: Rng) => ConeProgram> = {
  'linear programs': (rng) => linearised(rng, randomProgram(rng, randomCones(rng, []))),
  'quadratic programs': (rng) => randomProgram(rng, randomCones(rng, [])),
  'second-order cone programs': (rng) => randomProgram(rng, randomCones(rng, ['second-order'])),
  'exponential cone programs': (rng) => randomProgram(rng, randomCones(rng, ['exponential'])),
  'programs over all of their cones': (rng) =>
    randomProgram(rng, randomCones(rng, ['second-order', 'exponential', 'power'])),
};

describe('agreement with other solvers', () => {
  for (const [solver, { make, within }] of Object.entries(oracles)) {
    for (const [family, draw] of Object.entries(families)) {
      it(`${solver}, ${family}: the same optimum`, async () => {
        const oracle = await make();
        const rng = createRng(21);
        for (let trial = 0; trial < 20; trial++) {
          const program = draw(rng);
          const ours = new InteriorPoint(program).solve(program);
          const theirs = oracle(program);
          expect([ours.status, theirs.status], `trial ${trial}`).to.deep.equal(['solved', 'solved']);
          const size = 1 + Math.abs(theirs.objective);
          expect(ours.objective / size, `trial ${trial}`).to.be.closeTo(theirs.objective / size, within);
          if (program.P.value.length === 0) continue; // may have several solutions
          const spread = 1 + Math.sqrt(dotProduct(ours.x, ours.x));
          ours.x.forEach((value, j) => {
            expect(value / spread, `trial ${trial}, entry ${j}`).to.be.closeTo(theirs.x[j] / spread, Math.sqrt(within));
          });
        }
      });
    }

    it(`${solver}: the same verdict on programs without a feasible point, and without a bound`, async () => {
      const oracle = await make();
      const rng = createRng(22);
      for (let trial = 0; trial < 10; trial++) {
        const n = 2 + rng.integer(4);
        const q = vector(rng, n);
        const cones: ConeKind[] = [{ kind: 'nonnegative', size: 2 }];
        const linear = (rows: readonly number[], b: Float64Array): ConeProgram => ({
          P: sparseOf(n, n, []),
          q,
          A: sparseOfDense(2, n, rows),
          b,
          cones,
        });
        const programs = {
          infeasible: linear([...q, ...q.map((value) => -value)], Float64Array.of(-1, 0)), // q x <= -1 and q x >= 0
          unbounded: linear([...q, ...q.map((value) => 2 * value)], Float64Array.of(1, 3)), // q x <= 1 and 2 q x <= 3
        };
        for (const [status, program] of Object.entries(programs)) {
          const got = [new InteriorPoint(program).solve(program).status, oracle(program).status];
          expect(got, `trial ${trial}`).to.deep.equal([status, status]);
        }
      }
    });
  }

  it('HiGHS: the vertex of random linear programs in a box', () => {
    const rng = createRng(23);
    for (let trial = 0; trial < 20; trial++) {
      const [n, m] = [3 + rng.integer(4), 2 + rng.integer(4)];
      const rows = Array.from({ length: m }, () => [...vector(rng, n)]);
      const limits = rows.map(() => 0.5 + rng.uniform());
      const costs = vector(rng, n);
      const constraints = rows.map((coefficients, i) => ({ coefficients, upper: limits[i] }));
      const vertex = new Float64Array(n);
      linearProgram.create({ sense: 'minimise', constraints, lower: -1, upper: 2, integers: [] }).solve(costs, vertex);
      const box = Array.from({ length: n }, (_, j) => Array.from({ length: n }, (__, k) => (j === k ? 1 : 0)));
      const A = sparseOfDense(m + 2 * n, n, [...rows, ...box, ...box.map((row) => row.map((value) => -value))].flat());
      const b = Float64Array.from([...limits, ...box.map(() => 2), ...box.map(() => 1)]);
      const cones: ConeKind[] = [{ kind: 'nonnegative', size: m + 2 * n }];
      const program = { P: sparseOf(n, n, []), q: costs, A, b, cones };
      const { status, x } = new InteriorPoint(program).solve(program);
      expect(status).to.equal('solved');
      x.forEach((value, j) => expect(value, `trial ${trial}, entry ${j}`).to.be.closeTo(vertex[j], 1e-6));
    }
  });
});
