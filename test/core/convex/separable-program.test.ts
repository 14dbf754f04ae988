import { expect } from 'chai';
import { sparseOf } from '../../../core/convex/linear-algebra/sparse.js';
import type { ConeProgram } from '../../../core/convex/solver/cone-program.js';
import { QuadraticProgram } from '../../../core/convex/solver/quadratic-program.js';
import { SeparableProgram } from '../../../core/convex/solver/separable-program.js';
import { createRng } from '../../../core/random/rng.js';
import { vector } from './support.js';

type Bound = readonly [column: number, a: number, b: number];

/** minimise sum p_j x_j^2 / 2 + q_j x_j subject to equalities, then inequalities a x_column <= b. */
function bounded(p: number[], q: number[], bounds: readonly Bound[], equalities = 0): ConeProgram {
  return {
    P: sparseOf(p.length, p.length, p.map((value, j) => [j, j, value])),
    q: Float64Array.from(q),
    A: sparseOf(bounds.length, p.length, bounds.map(([column, a], i) => [i, column, a])),
    b: Float64Array.from(bounds, ([, , b]) => b),
    cones: [{ kind: 'zero', size: equalities }, { kind: 'nonnegative', size: bounds.length - equalities }],
  };
}

function expectClose(got: Float64Array, expected: Float64Array, within: number): void {
  expect(got.length).to.equal(expected.length);
  got.forEach((value, k) => expect(value).to.be.closeTo(expected[k], within * Math.max(1, Math.abs(value))));
}

describe('separable quadratic programs', () => {
  it('are solved as by active sets, and have the same derivatives', () => {
    const rng = createRng(3);
    for (let k = 0; k < 50; k++) {
      const n = 1 + Math.floor(6 * rng.uniform());
      const [p, q] = [vector(rng, n).map((value) => 0.1 + value * value), vector(rng, n)];
      const bounds: Bound[] = [[0, rng.normal(), rng.normal()]];
      for (let j = 1; j < n; j++) {
        bounds.push([j, 1 + rng.uniform(), 0.1 + rng.uniform()], [j, -1 - rng.uniform(), 0.1 + rng.uniform()]);
      }
      const program = bounded([...p], [...q], bounds, 1);
      expect(SeparableProgram.takes(program)).to.equal(true);
      const [one, other] = [new SeparableProgram(program), new QuadraticProgram(program)].map((s) => s.solve(program));
      const rows = bounds.length;
      const cotangent = { x: vector(rng, n), s: new Float64Array(rows), z: vector(rng, rows) };
      const data = { P: vector(rng, n), q: vector(rng, n), A: vector(rng, rows), b: vector(rng, rows) };
      for (const part of ['x', 's', 'z'] as const) {
        expectClose(one![part], other![part], 1e-13);
        expectClose(one!.derivative!.tangent(data)[part], other!.derivative!.tangent(data)[part], 1e-11);
      }
      for (const part of ['P', 'q', 'A', 'b'] as const) {
        expectClose(one!.derivative!.adjoint(cotangent)[part], other!.derivative!.adjoint(cotangent)[part], 1e-11);
      }
      expect(one!.objective).to.be.closeTo(other!.objective, 1e-12);
    }
  });

  it('numbers of very different sizes are exact, each in its own units', () => {
    const q = [-1e12, -1e-12, 3e-12];
    const program = bounded([1, 1, 1], q, [[0, 1, 5e11], [1, -1, 0], [2, -1, 0]]);
    const { x, z } = new SeparableProgram(program).solve(program)!;
    expect([...x]).to.deep.equal([5e11, 1e-12, 0]);
    expect([...z]).to.deep.equal([5e11, 0, 3e-12]);
  });

  it('the tightest of several bounds binds', () => {
    const program = bounded([2], [-8], [[0, 1, 3], [0, 2, 2], [0, 1, 2], [0, -1, 0]]);
    const { x, s, z } = new SeparableProgram(program).solve(program)!;
    expect([[...x], [...s], [...z]]).to.deep.equal([[1], [2, 0, 1, 1], [0, 3, 0, 0]]);
  });

  const left: Readonly<Record<string, ConeProgram>> = {
    'without a solution': bounded([1], [0], [[0, 1, -1], [0, -1, -1]]),
    'at a kink': bounded([1, 1], [-1, 0], [[0, -1, 0], [1, -1, 0]]),
    'with a bound twice': bounded([1], [-2], [[0, 1, 1], [0, 1, 1]]),
    'with two equalities': bounded([1], [-2], [[0, 1, 1], [0, 1, 1]], 2),
    'fixed on a bound': bounded([1], [-2], [[0, 1, 1], [0, 1, 1]], 1),
    'without a square': bounded([1, 0], [0, 1], [[0, -1, 0], [1, -1, 0]]),
    'with a row of zeros': bounded([1], [-2], [[0, 0, 1]]),
  };
  for (const [what, program] of Object.entries(left)) {
    it(`leave programs ${what}`, () => {
      expect(new SeparableProgram(program).solve(program)).to.equal(undefined);
    });
  }

  it('are none with two unknowns in a row or a square', () => {
    const program = bounded([1, 1], [0, 0], [[0, 1, 1]]);
    expect(SeparableProgram.takes(program)).to.equal(true);
    expect(SeparableProgram.takes({ ...program, A: sparseOf(1, 2, [[0, 0, 1], [0, 1, 1]]) })).to.equal(false);
    expect(SeparableProgram.takes({ ...program, P: sparseOf(2, 2, [[0, 0, 1], [0, 1, 1], [1, 1, 3]]) })).to.equal(
      false,
    );
  });
});
