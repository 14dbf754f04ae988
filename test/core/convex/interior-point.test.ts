import { expect } from 'chai';
import type { ConeKind } from '../../../core/convex/cones/index.js';
import {
  sparseOf,
  sparseOfDense,
  type SparseMatrix,
  type Triplet,
} from '../../../core/convex/linear-algebra/sparse.js';
import type { ConeProgram, ConeSolution } from '../../../core/convex/solver/cone-program.js';
import { InteriorPoint } from '../../../core/convex/solver/interior-point.js';
import { createRng } from '../../../core/random/rng.js';
import { randomCones, randomProgram } from './random-program.js';

const vec = (...x: number[]): Float64Array => Float64Array.from(x);
const none = (n: number): SparseMatrix => sparseOf(n, n, []);
const solve = (program: ConeProgram, tolerance = 1e-9): ConeSolution =>
  new InteriorPoint(program, { tolerance }).solve(program);

function expectSolution(
  { status, x, objective }: ConeSolution,
  expected: readonly number[],
  value: number,
  within = 1e-7,
): void {
  expect(status).to.equal('solved');
  expected.forEach((xj, j) => expect(x[j]).to.be.closeTo(xj, within));
  expect(objective).to.be.closeTo(value, within);
}

describe('interior-point method', () => {
  it('a linear program: the vertex', () => {
    const A = sparseOfDense(4, 2, [1, 2, 3, 1, -1, 0, 0, -1]); // x + 2 y <= 4, 3 x + y <= 6, x, y >= 0
    expectSolution(
      solve({ P: none(2), q: vec(-1, -1), A, b: vec(4, 6, 0, 0), cones: [{ kind: 'nonnegative', size: 4 }] }),
      [1.6, 1.2],
      -2.8,
    );
  });

  it('a quadratic program: projection on the simplex', () => {
    const P = sparseOfDense(3, 3, [1, 0, 0, 0, 1, 0, 0, 0, 1]);
    const A = sparseOfDense(4, 3, [1, 1, 1, -1, 0, 0, 0, -1, 0, 0, 0, -1]);
    const cones: ConeKind[] = [{ kind: 'zero', size: 1 }, { kind: 'nonnegative', size: 3 }];
    expectSolution(solve({ P, q: vec(-0.9, -0.5, 0.3), A, b: vec(1, 0, 0, 0), cones }), [0.7, 0.3, 0], -0.49);
  });

  it('a second-order cone: the distance of a point from a box', () => {
    const A = sparseOfDense(5, 3, [0, 1, 0, 0, 0, 1, -1, 0, 0, 0, -1, 0, 0, 0, -1]);
    const cones: ConeKind[] = [{ kind: 'nonnegative', size: 2 }, { kind: 'second-order', size: 3 }];
    expectSolution(
      solve({ P: none(3), q: vec(1, 0, 0), A, b: vec(1, 1, 0, -3, -4), cones }),
      [Math.sqrt(13), 1, 1],
      Math.sqrt(13),
    );
  });

  it('exponential cones: the softmax, which maximises <c, x> + entropy on the simplex', () => {
    const c = [0.3, -1, 2, 0.5];
    const n = c.length;
    const triplets: Triplet[] = c.map((_, i): Triplet => [0, i, 1]);
    for (let i = 0; i < n; i++) triplets.push([1 + 3 * i, n + i, -1], [2 + 3 * i, i, -1]); // (t, x, 1): t <= -x log x
    const b = new Float64Array(1 + 3 * n);
    b[0] = 1;
    for (let i = 0; i < n; i++) b[3 + 3 * i] = 1;
    const q = Float64Array.from([...c.map((ci) => -ci), ...c.map(() => -1)]);
    const cones: ConeKind[] = [{ kind: 'zero', size: 1 }, ...c.map((): ConeKind => ({ kind: 'exponential' }))];
    const sum = c.reduce((total, ci) => total + Math.exp(ci), 0);
    const program = { P: none(2 * n), q, A: sparseOf(1 + 3 * n, 2 * n, triplets), b, cones };
    const solver = new InteriorPoint(program);
    const solution = solver.solve(program);
    expect(solution.objective).to.be.closeTo(-Math.log(sum), 1e-7);
    solver.differentiate(program, solution).x.subarray(0, n).forEach((xi, i) =>
      expect(xi).to.be.closeTo(Math.exp(c[i]) / sum, 1e-9)
    );
  });

  it('a power cone: the largest x^0.3 y^0.7 on x + y <= 1', () => {
    const A = sparseOf(4, 3, [[0, 0, 1], [0, 1, 1], [1, 0, -1], [2, 1, -1], [3, 2, -1]]);
    const cones: ConeKind[] = [{ kind: 'nonnegative', size: 1 }, { kind: 'power', alpha: 0.3 }];
    const value = 0.3 ** 0.3 * 0.7 ** 0.7;
    expectSolution(
      solve({ P: none(3), q: vec(0, 0, -1), A, b: vec(1, 0, 0, 0), cones }, 1e-10),
      [0.3, 0.7, value],
      -value,
      1e-5,
    );
  });

  it('a semidefinite cone: the largest eigenvalue', () => {
    const b = vec(-2, -Math.SQRT2, -3, 0, Math.SQRT2, -1); // of [2, 1, 0; 1, 3, -1; 0, -1, 1]
    const A = sparseOf(6, 1, [[0, 0, -1], [2, 0, -1], [5, 0, -1]]);
    const largest = 2 + 2 * Math.cos(Math.PI / 9); // a root of l^3 - 6 l^2 + 9 l - 3
    const root = [largest].map((l) => l ** 3 - 6 * l ** 2 + 9 * l - 3);
    expect(root[0]).to.be.closeTo(0, 1e-12);
    expectSolution(
      solve({ P: none(1), q: vec(1), A, b, cones: [{ kind: 'semidefinite', order: 3 }] }),
      [largest],
      largest,
    );
  });

  it('no feasible point: z is a proof', () => {
    const A = sparseOfDense(3, 2, [1, 1, -1, 0, 0, -1]); // x + y <= -1, x, y >= 0
    const { status, z, objective } = solve({
      P: none(2),
      q: vec(1, 0),
      A,
      b: vec(-1, 0, 0),
      cones: [{ kind: 'nonnegative', size: 3 }],
    });
    expect(status).to.equal('infeasible');
    expect(objective).to.equal(Infinity);
    expect(-z[0]).to.be.closeTo(-1, 1e-9); // <b, z> = -1
    expect(z[0] - z[1]).to.be.closeTo(0, 1e-7); // A^T z = 0
    expect(Math.min(...z)).to.be.at.least(0);
  });

  it('no bound: x is a direction', () => {
    const A = sparseOfDense(2, 2, [-1, 0, 1, -1]); // x >= 0, x <= y
    const { status, x, objective } = solve({
      P: none(2),
      q: vec(-1, 0),
      A,
      b: vec(0, 0),
      cones: [{ kind: 'nonnegative', size: 2 }],
    });
    expect(status).to.equal('unbounded');
    expect(objective).to.equal(-Infinity);
    expect(x[0]).to.be.closeTo(1, 1e-9);
    expect(x[1]).to.be.at.least(1 - 1e-7);
  });

  it('a program without constraints, one with equations alone, and one of size 1', () => {
    const P = sparseOfDense(2, 2, [2, 1, 0, 3]);
    expectSolution(solve({ P, q: vec(-3, -4), A: sparseOf(0, 2, []), b: vec(), cones: [] }), [1, 1], -3.5);
    const A = sparseOfDense(1, 2, [1, 1]);
    const I = sparseOfDense(2, 2, [1, 0, 0, 1]);
    expectSolution(solve({ P: I, q: vec(0, 0), A, b: vec(1), cones: [{ kind: 'zero', size: 1 }] }), [0.5, 0.5], 0.25);
    const one = {
      P: none(1),
      q: vec(1),
      A: sparseOfDense(1, 1, [-1]),
      b: vec(-3),
      cones: [{ kind: 'nonnegative', size: 1 } as const],
    };
    expectSolution(solve(one), [3], 3);
  });

  it('data of very different sizes', () => {
    for (const [costs, rows] of [[1e6, 1e-6], [1e-6, 1e6], [1e6, 1e6]]) {
      const A = sparseOfDense(4, 2, [rows, 2 * rows, 3, 1, -1, 0, 0, -rows]);
      const program = {
        P: none(2),
        q: vec(-costs, -costs),
        A,
        b: vec(4 * rows, 6, 0, 0),
        cones: [{ kind: 'nonnegative', size: 4 } as const],
      };
      const { status, x } = solve(program);
      expect(status).to.equal('solved');
      expect(x[0]).to.be.closeTo(1.6, 1e-5);
      expect(x[1]).to.be.closeTo(1.2, 1e-5);
    }
  });

  it('redundant equations and rows given twice', () => {
    const A = sparseOfDense(5, 2, [1, 1, 1, 1, 2, 2, -1, 0, -1, 0]);
    const cones: ConeKind[] = [{ kind: 'zero', size: 3 }, { kind: 'nonnegative', size: 2 }];
    expectSolution(solve({ P: none(2), q: vec(1, 0), A, b: vec(1, 1, 2, 0, 0), cones }, 1e-8), [0, 1], 0, 1e-6);
  });

  it('the same bits again, whatever was solved in between', () => {
    const rng = createRng(8);
    const program = randomProgram(rng, randomCones(rng, ['second-order', 'exponential']));
    const solver = new InteriorPoint(program);
    const first = solver.solve(program);
    solver.solve({ ...program, q: program.q.map((value) => -2 * value) });
    expect(solver.solve(program)).to.deep.equal(first);
  });

  it('random programs over all cones at 1e-8, and most at 1e-10', function() {
    this.timeout(60_000);
    const rng = createRng(9);
    let tight = 0;
    const trials = 150;
    for (let trial = 0; trial < trials; trial++) {
      const program = randomProgram(rng, randomCones(rng, ['second-order', 'semidefinite', 'exponential', 'power']));
      const { status, residuals, iterations } = solve(program, 1e-8);
      expect(status, `trial ${trial}`).to.equal('solved');
      expect(Math.max(residuals.primal, residuals.dual, residuals.gap)).to.be.at.most(1e-8);
      expect(iterations).to.be.below(40);
      if (solve(program, 1e-10).status === 'solved') tight++;
    }
    expect(tight).to.be.at.least(0.95 * trials);
  });
});
