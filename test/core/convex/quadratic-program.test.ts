import { expect } from 'chai';
import { sparseOfDense } from '../../../core/convex/linear-algebra/sparse.js';
import type { ConeProgram, ConeSolution } from '../../../core/convex/solver/cone-program.js';
import { InteriorPoint } from '../../../core/convex/solver/interior-point.js';
import type { DataChange, SolutionDerivative } from '../../../core/convex/solver/linearisation.js';
import { QuadraticProgram } from '../../../core/convex/solver/quadratic-program.js';
import { createRng } from '../../../core/random/rng.js';
import { changed, randomChange, randomCones, randomProgram } from './random-program.js';
import { expectClose, innerOf, residual } from './solutions.js';
import { vector } from './support.js';

function solve(program: ConeProgram): ConeSolution & { readonly derivative: SolutionDerivative } {
  const solution = new QuadraticProgram(program).solve(program);
  expect(solution?.derivative, 'a solution').to.not.equal(undefined);
  return solution as ConeSolution & { readonly derivative: SolutionDerivative };
}

/** minimise 1/2 x^T P x + q^T x subject to equalities, then inequalities A x <= b. */
function quadratic(P: number[][], q: number[], A: number[][], b: number[], equalities = 0): ConeProgram {
  const n = q.length;
  const upper = P.flatMap((row, i) => row.map((value, j) => (j < i ? 0 : value)));
  return {
    P: sparseOfDense(n, n, upper),
    q: Float64Array.from(q),
    A: sparseOfDense(b.length, n, A.flat()),
    b: Float64Array.from(b),
    cones: [{ kind: 'zero', size: equalities }, { kind: 'nonnegative', size: b.length - equalities }],
  };
}

describe('quadratic programs by active sets', () => {
  it('meet the optimality conditions to rounding, and are what the interior-point method finds', () => {
    const rng = createRng(5);
    for (let k = 0; k < 60; k++) {
      const program = randomProgram(rng, randomCones(rng, []));
      const solution = solve(program);
      expect(residual(program, solution)).to.be.at.most(1e-12);
      const equalities = program.cones[0].kind === 'zero' ? program.cones[0].size : 0;
      for (let i = equalities; i < program.b.length; i++) {
        expect(Math.min(solution.s[i], solution.z[i])).to.equal(0);
        expect(Math.max(solution.s[i], solution.z[i])).to.be.above(0);
      }
      const other = new InteriorPoint(program, { tolerance: 1e-9 }).solve(program);
      expectClose(solution.x, other.x, 1e-5);
      expect(solution.objective).to.be.closeTo(other.objective, 1e-7 * Math.max(1, Math.abs(other.objective)));
    }
  });

  it('many more inequalities than unknowns: rows enter one by one', () => {
    const rng = createRng(6);
    let turns = 0;
    for (let k = 0; k < 20; k++) {
      const [n, m] = [8, 60];
      const P = Array.from(
        { length: n },
        (_, i) => Array.from({ length: n }, (_, j) => (i === j ? 2 : 1 / (1 + i + j))),
      );
      const A = Array.from({ length: m }, () => [...vector(rng, n)]);
      const program = quadratic(P, [...vector(rng, n)], A, A.map(() => 0.1 * rng.uniform()));
      const solution = solve(program);
      expect(residual(program, solution)).to.be.at.most(1e-12);
      expect(Math.min(...solution.s, ...solution.z)).to.equal(0);
      turns = Math.max(turns, solution.iterations);
    }
    expect(turns).to.be.above(10);
  });

  it('derivatives are those of differences and of the central path; the adjoint is the transpose', () => {
    const rng = createRng(7);
    for (let k = 0; k < 25; k++) {
      const program = randomProgram(rng, randomCones(rng, []));
      const { derivative } = solve(program);
      const data = randomChange(rng, program);
      const tangent = derivative.tangent(data);
      expect(tangent.residual).to.be.below(1e-13);
      const h = 1e-6;
      const [after, before] = [h, -h].map((t) => solve(changed(program, t, data)));
      for (const part of ['x', 's', 'z'] as const) {
        expectClose(tangent[part], after[part].map((value, i) => (value - before[part][i]) / (2 * h)), 1e-5);
      }
      const solver = new InteriorPoint(program, { tolerance: 1e-9 });
      const path = solver.differentiate(program, solver.solve(program));
      for (const part of ['x', 's', 'z'] as const) expectClose(tangent[part], path.tangent(data)[part], 1e-5);
      const [n, m] = [program.q.length, program.b.length];
      const cotangent = { x: vector(rng, n), s: vector(rng, m), z: vector(rng, m) };
      const forward = innerOf(cotangent, tangent, ['x', 's', 'z']);
      const back = innerOf(derivative.adjoint(cotangent), data, ['P', 'q', 'A', 'b']);
      expect(back).to.be.closeTo(forward, 1e-10 * Math.max(1, Math.abs(forward)));
    }
  });

  it('second derivatives are those of differences of the first', () => {
    const rng = createRng(8);
    for (let k = 0; k < 10; k++) {
      const program = randomProgram(rng, randomCones(rng, []));
      const [n, m] = [program.q.length, program.b.length];
      const cotangent = { x: vector(rng, n), s: new Float64Array(m), z: vector(rng, m) };
      const directions = [randomChange(rng, program), randomChange(rng, program)];
      const { form } = solve(program).derivative.curvature(cotangent, directions);
      const slope = (at: ConeProgram, along: DataChange): number => {
        const { x, z } = solve(at).derivative.tangent(along);
        return x.reduce((sum, value, j) => sum + value * cotangent.x[j], 0) +
          z.reduce((sum, value, i) => sum + value * cotangent.z[i], 0);
      };
      const h = 1e-6;
      directions.forEach((a, i) => {
        directions.forEach((b, j) => {
          const numerical = (slope(changed(program, h, a), b) - slope(changed(program, -h, a), b)) / (2 * h);
          expect(form[2 * i + j]).to.be.closeTo(numerical, 1e-4 * Math.max(1, Math.abs(numerical)));
        });
      });
    }
  });

  it('bounds that bind are met exactly', () => {
    const rng = createRng(12);
    for (let k = 0; k < 20; k++) {
      const n = 6;
      const ones = Array.from({ length: n }, () => 1);
      const bounds = ones.map((_, i) => ones.map((_one, j) => (i === j ? -3 : 0)));
      const eye = ones.map((_, i) => ones.map((_one, j) => (i === j ? 1 : 0.1)));
      const { x, z } = solve(quadratic(eye, [...vector(rng, n)], [ones, ...bounds], [1, ...ones.map(() => 0)], 1));
      z.slice(1).forEach((multiplier, j) => expect(Object.is(x[j], 0)).to.equal(multiplier > 0));
      expect(Math.min(...x)).to.equal(0);
    }
  });

  it('P may be singular where equalities fix x', () => {
    const program = quadratic([[0, 0], [0, 2]], [0, 0], [[1, -1], [-1, 0]], [3, 10], 1);
    const { x, z } = solve(program);
    expectClose(x, Float64Array.of(3, 0), 1e-15);
    expectClose(z, Float64Array.of(0, 0), 1e-14);
    const plain = quadratic([[2, 0], [0, 2]], [-2, -4], [], []);
    expectClose(solve(plain).x, Float64Array.of(1, 2), 1e-15);
  });

  it('are solved in any units', () => {
    const rng = createRng(9);
    const program = randomProgram(rng, [{ kind: 'zero', size: 2 }, { kind: 'nonnegative', size: 12 }]);
    const { x, z } = solve(program);
    for (const unit of [2 ** -300, 2 ** -20, 2 ** 20, 2 ** 300]) {
      const scaled = solve({ ...program, q: program.q.map((v) => v * unit), b: program.b.map((v) => v * unit) });
      expectClose(scaled.x.map((v) => v / unit), x, 1e-15);
      expectClose(scaled.z.map((v) => v / unit), z, 1e-15);
    }
  });

  it('give the same bits whatever was solved before', () => {
    const rng = createRng(10);
    const program = randomProgram(rng, [{ kind: 'zero', size: 1 }, { kind: 'nonnegative', size: 9 }]);
    const solver = new QuadraticProgram(program);
    const others = Array.from({ length: 4 }, () => changed(program, 0.01, randomChange(rng, program)));
    for (const other of [program, ...others, program]) {
      expect(solver.solve(other)?.x).to.deep.equal(solve(other).x);
      const shifted = { ...other, q: other.q.map((value) => value + 0.01) };
      expect(solver.solve(shifted)?.z).to.deep.equal(solve(shifted).z);
    }
  });

  const eye = [[1, 0], [0, 1]];
  const left: Readonly<Record<string, ConeProgram>> = {
    'without a solution': quadratic(eye, [0, 0], [[1, 0], [-1, 0]], [-1, -1]),
    'at a kink': quadratic(eye, [0, 0], [[1, 0]], [0]),
    'with a row that binds twice': quadratic(eye, [-2, 0], [[1, 0], [1, 0]], [1, 1]),
    'with a row that binds twice, an equality': quadratic(eye, [-2, 0], [[1, 0], [1, 0]], [1, 1], 2),
    'whose P is singular': quadratic([[1, 1], [1, 1]], [-2, 0], [[1, 0]], [1]),
    'without a bound': quadratic([[1, 0], [0, 0]], [0, -1], [[1, 0]], [1]),
    'with a row of zeros that does not hold': quadratic(eye, [-2, 0], [[1, 0], [0, 0]], [1, -1]),
  };
  for (const [what, program] of Object.entries(left)) {
    it(`leave programs ${what}`, () => {
      expect(new QuadraticProgram(program).solve(program)).to.equal(undefined);
    });
  }

  it('leave cones, linear programs and large programs', () => {
    const cone = randomProgram(createRng(1), [{ kind: 'second-order', size: 3 }]);
    expect(QuadraticProgram.takes(cone)).to.equal(false);
    expect(QuadraticProgram.takes(quadratic([[0, 0], [0, 0]], [1, 1], [[-1, 0], [0, -1]], [0, 0]))).to.equal(false);
    expect(QuadraticProgram.takes(quadratic(eye, [0, 0], [[1, 0]], [0]))).to.equal(true);
  });
});
