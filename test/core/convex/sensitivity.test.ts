import { expect } from 'chai';
import type { ConeKind } from '../../../core/convex/cones/index.js';
import { sparseOf, sparseOfDense } from '../../../core/convex/linear-algebra/sparse.js';
import type { ConeProgram, ProgramData } from '../../../core/convex/solver/cone-program.js';
import { InteriorPoint } from '../../../core/convex/solver/interior-point.js';
import type { DataChange, SolutionChange } from '../../../core/convex/solver/linearisation.js';
import type { Sensitivity } from '../../../core/convex/solver/sensitivity.js';
import { createRng } from '../../../core/random/rng.js';
import { changed, randomChange, randomCones, randomProgram } from './random-program.js';
import { dotProduct as dot, slope, vector } from './support.js';

const inner = (a: DataChange, b: DataChange): number => dot(a.P, b.P) + dot(a.q, b.q) + dot(a.A, b.A) + dot(a.b, b.b);
const pair = (a: SolutionChange, b: SolutionChange): number => dot(a.x, b.x) + dot(a.s, b.s) + dot(a.z, b.z);

function sensitivityAt(program: ConeProgram, data: ProgramData, mu?: number): Sensitivity {
  const solver = new InteriorPoint(program, { tolerance: 1e-9 });
  const solution = solver.solve(data);
  expect(solution.status).to.be.oneOf(['solved', 'inaccurate']);
  return solver.differentiate(data, solution, mu);
}

const families: readonly (readonly ConeKind['kind'][])[] = [
  [],
  ['second-order'],
  ['semidefinite'],
  ['exponential'],
  ['power'],
  ['second-order', 'semidefinite', 'exponential', 'power'],
];

describe('points of the central path', () => {
  for (const kinds of families) {
    it(`${kinds.join(', ') || 'nonnegative alone'}: are the same by way of the solution and without it`, () => {
      const rng = createRng(12);
      for (const mu of [1e-8, 1e-3, 0.1, 10]) {
        for (const factor of [1, 1e4]) {
          const program = randomProgram(rng, randomCones(rng, kinds));
          const data = { ...program, q: program.q.map((value) => factor * value) };
          const solver = new InteriorPoint(program, { tolerance: 1e-9 });
          const straight = solver.solveOnPath(data, factor * mu).at!;
          const round = solver.differentiate(data, solver.solvePolished(data), factor * mu);
          for (const part of ['x', 's', 'z'] as const) {
            const size = 1 + Math.max(...round[part].map(Math.abs));
            const apart = Math.max(0, ...straight[part].map((value, j) => Math.abs(value - round[part][j]) / size));
            expect(apart, `${part} at ${factor * mu}`).to.be.below(1e-11);
          }
        }
      }
    }).timeout(60_000);
  }

  it('are none where no point meets the constraints', () => {
    const [P, A] = [sparseOf(1, 1, []), sparseOfDense(2, 1, [1, -1])];
    const program = { P, q: vector(createRng(1), 1), A, b: Float64Array.of(-1, -1) }; // x <= -1 and x >= 1
    const solver = new InteriorPoint({ P, A, cones: [{ kind: 'nonnegative', size: 2 }] });
    const { found, at } = solver.solveOnPath(program, 1e-3);
    expect([found.status, at]).to.deep.equal(['infeasible', undefined]);
  });
});

describe('derivatives of cone programs', () => {
  for (const kinds of families) {
    const name = kinds.join(', ') || 'nonnegative alone';
    it(`${name}: on the central path, first and second derivatives are those of differences`, function() {
      this.timeout(60_000);
      const rng = createRng(11);
      const mu = 1e-3;
      for (let trial = 0; trial < 8; trial++) {
        const program = randomProgram(rng, randomCones(rng, kinds));
        const [a, b] = [randomChange(rng, program), randomChange(rng, program)];
        const cotangent = {
          x: vector(rng, program.q.length),
          s: vector(rng, program.b.length),
          z: vector(rng, program.b.length),
        };
        const here = sensitivityAt(program, program, mu);
        expect(here.residual, `trial ${trial}`).to.be.below(1e-12);
        const tangent = here.tangent(a);
        const scale = 1 + Math.sqrt(pair(tangent, tangent) * pair(cotangent, cotangent));
        const measured = slope((t) => pair(cotangent, sensitivityAt(program, changed(program, t, a), mu)), 1e-4);
        expect(pair(cotangent, tangent) / scale).to.be.closeTo(measured / scale, 1e-6);
        expect(inner(here.adjoint(cotangent), a) / scale).to.be.closeTo(pair(cotangent, tangent) / scale, 1e-9);
        const { form } = here.curvature(cotangent, [a, b]);
        expect(form[1]).to.equal(form[2]);
        const size = 1 + Math.max(...form.map(Math.abs));
        [a, b].forEach((direction, k) => {
          const second = slope(
            (t) => inner(sensitivityAt(program, changed(program, t, a), mu).adjoint(cotangent), direction),
            1e-4,
          );
          expect(form[k] / size).to.be.closeTo(second / size, 1e-4);
        });
      }
    });
  }

  it('of a projection on the nonnegative orthant: 1 where positive, 0 where not, to 1e-9', () => {
    const n = 5;
    const eye = sparseOfDense(n, n, Array.from({ length: n * n }, (_, k) => (k % (n + 1) === 0 ? 1 : 0)));
    const A = { ...eye, value: eye.value.map((value) => -value) };
    const q = Float64Array.of(-2, 1, -0.5, 3, -1e-3); // -c: x = max(c, 0)
    const program: ConeProgram = { P: eye, q, A, b: new Float64Array(n), cones: [{ kind: 'nonnegative', size: n }] };
    const here = sensitivityAt(program, program);
    for (let j = 0; j < n; j++) {
      const change = { P: new Float64Array(n), q: new Float64Array(n), A: new Float64Array(n), b: new Float64Array(n) };
      change.q[j] = -1;
      here.tangent(change).x.forEach((value, i) =>
        expect(value).to.be.closeTo(i === j && q[j] < 0 ? 1 : 0, j === 4 ? 1e-4 : 1e-9)
      );
    }
  });

  it('of a projection on the unit ball outside it: (I - u u^T) / |c|, and its curvature', () => {
    const n = 3;
    const c = Float64Array.of(3, 0, 4);
    const length = 5;
    const P = sparseOfDense(n, n, [1, 0, 0, 0, 1, 0, 0, 0, 1]);
    const A = sparseOf(4, n, [[1, 0, -1], [2, 1, -1], [3, 2, -1]]);
    const program: ConeProgram = {
      P,
      q: c.map((x) => -x),
      A,
      b: Float64Array.of(1, 0, 0, 0),
      cones: [{ kind: 'second-order', size: 4 }],
    };
    const here = sensitivityAt(program, program);
    const u = c.map((x) => x / length);
    const unit = (j: number): DataChange => ({
      P: new Float64Array(3),
      q: u.map((_, i) => (i === j ? -1 : 0)),
      A: new Float64Array(3),
      b: new Float64Array(4),
    });
    for (let j = 0; j < n; j++) {
      here.tangent(unit(j)).x.forEach((value, i) => {
        expect(value).to.be.closeTo(((i === j ? 1 : 0) - u[i] * u[j]) / length, 1e-9);
      });
    }
    // d^2 (c_i / |c|) = -(d_ij u_k + d_ik u_j + d_jk u_i - 3 u_i u_j u_k) / |c|^2
    for (let i = 0; i < n; i++) {
      const x = new Float64Array(n);
      x[i] = 1;
      const { form } = here.curvature({ x, s: new Float64Array(4), z: new Float64Array(4) }, [
        unit(0),
        unit(1),
        unit(2),
      ]);
      for (let j = 0; j < n; j++) {
        for (let k = 0; k < n; k++) {
          const same = (a: number, b: number): number => (a === b ? 1 : 0);
          const expected = -(same(i, j) * u[k] + same(i, k) * u[j] + same(j, k) * u[i] - 3 * u[i] * u[j] * u[k])
            / length ** 2;
          expect(form[j * n + k]).to.be.closeTo(expected, 1e-8);
        }
      }
    }
  });

  it('polishes a solution of 1e-8 to rounding', () => {
    const rng = createRng(12);
    for (let trial = 0; trial < 20; trial++) {
      const program = randomProgram(rng, randomCones(rng, ['second-order', 'semidefinite']));
      const solver = new InteriorPoint(program, { tolerance: 1e-8 });
      expect(solver.differentiate(program, solver.solve(program)).residual).to.be.below(1e-13);
    }
  });

  it('is not disturbed by what the solver solves in between', () => {
    const rng = createRng(13);
    const program = randomProgram(rng, randomCones(rng, ['second-order']));
    const solver = new InteriorPoint(program);
    const here = solver.differentiate(program, solver.solve(program));
    const change = randomChange(rng, program);
    const before = here.tangent(change);
    solver.differentiate(changed(program, 0.5, change), solver.solve(changed(program, 0.5, change)));
    expect(here.tangent(change)).to.deep.equal(before);
  });
});
