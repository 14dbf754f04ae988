import { expect } from 'chai';
import { sparseOf, sparseOfDense } from '../../../core/convex/linear-algebra/sparse.js';
import type { ConeProgram, ConeSolution } from '../../../core/convex/solver/cone-program.js';
import { InteriorPoint } from '../../../core/convex/solver/interior-point.js';
import type { DataChange, SolutionDerivative } from '../../../core/convex/solver/linearisation.js';
import { NormBoundProgram } from '../../../core/convex/solver/norm-bound-program.js';
import { createRng, type Rng } from '../../../core/random/rng.js';
import { changed, randomChange } from './random-program.js';
import { expectClose, innerOf, residual } from './solutions.js';
import { dotProduct, vector } from './support.js';

type Differentiable = ConeSolution & { readonly derivative: SolutionDerivative };

function solve(program: ConeProgram): Differentiable {
  const solution = new NormBoundProgram(program).solve(program);
  expect(solution?.derivative, 'a solution').to.not.equal(undefined);
  return solution as Differentiable;
}

/** minimise q^T w subject to equalities E w = e, inequalities G w <= h and |F w - f| <= r. */
interface Parts {
  readonly q: readonly number[];
  readonly E?: readonly (readonly number[])[];
  readonly e?: readonly number[];
  readonly G?: readonly (readonly number[])[];
  readonly h?: readonly number[];
  readonly F: readonly (readonly number[])[];
  readonly f?: readonly number[];
  readonly r: number;
}

/**
 * How the norm is bounded: `r` in the first row of the cone; by way of a height t <= r; or by way of t <= r^2 and
 * (t + 1)^2 >= (t - 1)^2 + 4 |F w - f|^2.
 */
type Spelling = 'constant' | 'height' | 'square';

function program(parts: Parts, spelling: Spelling = 'constant'): ConeProgram {
  const { q, E = [], e = [], G = [], h = [], F, f = F.map(() => 0), r } = parts;
  const scale = spelling === 'square' ? 2 : 1;
  const tail = F.map((row) => row.map((value) => scale * value));
  const ends = f.map((value) => scale * value);
  const zeros = q.map(() => 0);
  const withoutHeight = [...E, ...G, zeros, ...tail];
  const b = [...e, ...h, r, ...ends];
  const cones = (bounds: number, rows: number): ConeProgram['cones'] => [
    ...(E.length > 0 ? [{ kind: 'zero' as const, size: E.length }] : []),
    ...(bounds > 0 ? [{ kind: 'nonnegative' as const, size: bounds }] : []),
    { kind: 'second-order', size: rows },
  ];
  if (spelling === 'constant') return build(withoutHeight, q, b, cones(G.length, 1 + F.length));
  const linear = [...E, ...G].map((row) => [...row, 0]);
  const tailRows = tail.map((row) => [...row, 0]);
  const squares = spelling === 'square';
  const rows = squares
    ? [...linear, [...zeros, 1], [...zeros, -1], [...zeros, -1], ...tailRows]
    : [...linear, [...zeros, 1], [...zeros, -1], ...tailRows];
  const heights = squares ? [r * r, 1, -1] : [r, 0];
  return build(rows, [...q, 0], [...e, ...h, ...heights, ...ends], cones(G.length + 1, F.length + (squares ? 2 : 1)));
}

function build(
  rows: readonly (readonly number[])[],
  q: readonly number[],
  b: readonly number[],
  cones: ConeProgram['cones'],
): ConeProgram {
  const A = sparseOfDense(b.length, q.length, rows.flat());
  return { P: sparseOf(q.length, q.length, []), q: Float64Array.from(q), A, b: Float64Array.from(b), cones };
}

/** With points inside everything, and sides that make some rows bind. */
function randomParts(rng: Rng): Parts {
  const upTo = (most: number): number => Math.floor(rng.uniform() * (most + 1));
  const n = 3 + upTo(4);
  const rows = (count: number): number[][] => Array.from({ length: count }, () => [...vector(rng, n)]);
  const w = vector(rng, n);
  const times = (M: number[][]): number[] => M.map((row) => dotProduct(Float64Array.from(row), w));
  const [E, G, F] = [rows(upTo(1)), rows(2 + upTo(n)), rows(n + upTo(2))];
  const f = times(F).map((value) => value + 0.2 * rng.normal());
  const away = Math.hypot(...times(F).map((value, i) => value - f[i]));
  const h = times(G).map((value) => value + rng.uniform());
  return { q: [...vector(rng, n)], E, e: times(E), G, h, F, f, r: away + rng.uniform() };
}

const SPELLINGS: readonly Spelling[] = ['constant', 'height', 'square'];

/** Programs whose norm binds, of each spelling. */
function* randomPrograms(seed: number, count: number): Generator<ConeProgram> {
  const rng = createRng(seed);
  for (let k = 0; k < count;) {
    const made = program(randomParts(rng), SPELLINGS[k % SPELLINGS.length]);
    if (!new NormBoundProgram(made).solve(made)) continue;
    k++;
    yield made;
  }
}

describe('linear programs with a norm bound', () => {
  it('meet the optimality conditions to rounding, and are what the interior-point method finds', () => {
    let binding = 0;
    for (const made of randomPrograms(5, 90)) {
      const solution = solve(made);
      expect(residual(made, solution)).to.be.at.most(1e-12);
      let from = 0;
      for (const { kind, size } of made.cones as readonly { kind: string; size: number }[]) {
        const [s, z] = [solution.s, solution.z].map((part) => part.subarray(from, from + size));
        if (kind === 'nonnegative') {
          for (let i = 0; i < size; i++) {
            expect(Math.min(s[i], z[i])).to.equal(0);
            expect(Math.max(s[i], z[i])).to.be.above(0);
            binding += z[i] > 0 ? 1 : 0;
          }
        } else if (kind === 'second-order') {
          for (const part of [s, z]) expect(Math.hypot(...part.subarray(1))).to.be.closeTo(part[0], 1e-13 * part[0]);
          expect(Math.abs(dotProduct(s, z))).to.be.at.most(1e-13 * s[0] * z[0]);
          expect(z[0]).to.be.above(0);
        }
        from += size;
      }
      const other = new InteriorPoint(made, { tolerance: 1e-9 }).solve(made);
      expectClose(solution.x, other.x, 1e-5);
      expect(solution.objective).to.be.closeTo(other.objective, 1e-6 * Math.max(1, Math.abs(other.objective)));
      expect(solution.residuals.gap).to.be.at.most(1e-13);
    }
    expect(binding).to.be.above(90);
  });

  it('derivatives are those of differences and of the central path; the adjoint is the transpose', () => {
    const rng = createRng(7);
    for (const made of randomPrograms(7, 60)) {
      const { derivative } = solve(made);
      const data = randomChange(rng, made);
      const tangent = derivative.tangent(data);
      expect(tangent.residual).to.be.below(1e-13);
      const size = Math.max(1, ...tangent.x.map(Math.abs), ...tangent.z.map(Math.abs));
      const h = 1e-6 / size;
      const [after, before] = [h, -h].map((t) => new InteriorPoint(made).solvePolished(changed(made, t, data)));
      const conic = new InteriorPoint(made);
      const path = conic.differentiate(made, conic.solvePolished(made)).tangent(data);
      for (const part of ['x', 's', 'z'] as const) {
        expectClose(tangent[part], after[part].map((value, i) => (value - before[part][i]) / (2 * h)), 1e-4);
        expectClose(tangent[part], path[part], 1e-5);
      }
      const [n, m] = [made.q.length, made.b.length];
      const cotangent = { x: vector(rng, n), s: vector(rng, m), z: vector(rng, m) };
      const forward = innerOf(cotangent, tangent, ['x', 's', 'z']);
      const back = innerOf(derivative.adjoint(cotangent), data, ['P', 'q', 'A', 'b']);
      expect(back).to.be.closeTo(forward, 1e-10 * size * Math.max(1, Math.abs(forward)));
    }
  });

  it('second derivatives are those of differences of the first', () => {
    const rng = createRng(8);
    for (const made of randomPrograms(8, 30)) {
      const [n, m] = [made.q.length, made.b.length];
      const cotangent = { x: vector(rng, n), s: vector(rng, m), z: vector(rng, m) };
      const { derivative } = solve(made);
      const tame = (data: DataChange): DataChange => {
        const { x, z } = derivative.tangent(data);
        const scale = 1 / Math.max(1, ...x.map(Math.abs), ...z.map(Math.abs));
        const scaled = (part: Float64Array): Float64Array => part.map((value) => scale * value);
        return { P: scaled(data.P), q: scaled(data.q), A: scaled(data.A), b: scaled(data.b) };
      };
      const directions = [tame(randomChange(rng, made)), tame(randomChange(rng, made))];
      const { form } = derivative.curvature(cotangent, directions);
      const slope = (at: ConeProgram, along: DataChange): number =>
        innerOf(cotangent, solve(at).derivative.tangent(along), ['x', 's', 'z']);
      const h = 1e-6;
      directions.forEach((a, i) => {
        directions.forEach((b, j) => {
          const numerical = (slope(changed(made, h, a), b) - slope(changed(made, -h, a), b)) / (2 * h);
          expect(form[2 * i + j]).to.be.closeTo(numerical, 1e-4 * Math.max(1, Math.abs(numerical)));
        });
      });
    }
  });

  it('on a ball alone: w = f - r q / |q|', () => {
    const [q, f, r] = [[3, 0, 4], [1, 2, 3], 2];
    const eye = [[1, 0, 0], [0, 1, 0], [0, 0, 1]];
    for (const spelling of SPELLINGS) {
      const { x, z, objective, derivative } = solve(program({ q, F: eye, f, r }, spelling));
      expectClose(x.subarray(0, 3), Float64Array.of(1 - 1.2, 2, 3 - 1.6), 1e-15);
      expect(objective).to.be.closeTo(15 - 10, 1e-14);
      if (spelling === 'constant') expectClose(z, Float64Array.of(5, -3, 0, -4), 1e-14);
      expect(derivative.doubt()).to.be.below(1e-15);
    }
  });

  it('are solved in any units', () => {
    const made = program(randomParts(createRng(11)));
    const { x, z } = solve(made);
    for (const [ofCost, ofSize] of [[2 ** -200, 1], [2 ** 200, 2 ** -100], [1, 2 ** 120], [2 ** 100, 2 ** 100]]) {
      const scaled = solve({ ...made, q: made.q.map((v) => v * ofCost), b: made.b.map((v) => v * ofSize) });
      expectClose(scaled.x.map((v) => v / ofSize), x, 1e-14);
      expectClose(scaled.z.map((v) => v / ofCost), z, 1e-14);
    }
  });

  it('give the same bits whatever was solved before, wherever they begin, and from the solution alone', () => {
    const rng = createRng(10);
    for (const made of randomPrograms(10, 12)) {
      const solver = new NormBoundProgram(made);
      const near = changed(made, 1e-3, randomChange(rng, made));
      const start = solver.solve(near);
      const cold = solve(made);
      for (const warm of [solver.solve(made, start), solver.solve(made)]) {
        for (const part of ['x', 's', 'z'] as const) expect(warm?.[part]).to.deep.equal(cold[part]);
      }
      const data = randomChange(rng, made);
      expect(solver.differentiate(made, cold)?.tangent(data)).to.deep.equal(cold.derivative.tangent(data));
    }
  });

  it('rows that enter and leave: portfolios of 60 with every risk that is allowed', () => {
    const rng = createRng(4);
    const n = 60;
    const F = Array.from({ length: n }, () => [...vector(rng, n)].map((value) => value / Math.sqrt(n)));
    const none = F.map((_, i) => F.map((_row, j) => (i === j ? -1 : 0)));
    const q = [...vector(rng, n)];
    const sum = { E: [q.map(() => 1)], e: [1], G: none, h: q.map(() => 0), F };
    for (const r of [0.12, 0.2, 0.3, 0.5, 0.7]) {
      const made = program({ q, ...sum, r }, 'height');
      const solution = solve(made);
      expect(residual(made, solution)).to.be.at.most(1e-12);
      expect(Math.min(...solution.x)).to.equal(0);
      expect(solution.iterations).to.be.below(40);
    }
  });

  const eye = [[1, 0], [0, 1]];
  const left: Readonly<Record<string, Parts>> = {
    'without a solution': { q: [1, 0], F: eye, r: 1, G: [[-1, 0]], h: [-2] },
    'with one point': { q: [1, 0], F: eye, r: 1, G: [[-1, 0]], h: [-1] },
    'whose norm does not bind': { q: [1, 1], F: eye, r: 10, G: [[-1, 0], [0, -1]], h: [0, 0] },
    'whose norm just binds': { q: [1, 1], F: eye, r: Math.SQRT2, G: [[-1, 0], [0, -1]], h: [1, 1] },
    'without an objective': { q: [0, 0], F: eye, r: 1 },
    'with a singular norm': { q: [1, 1], F: [[1, 1]], r: 1 },
    'with a norm of at most 0': { q: [1, 1], F: eye, r: 0 },
    'at a kink': { q: [1, 0], F: eye, r: 1, G: [[0, 1]], h: [0] },
  };
  for (const [what, parts] of Object.entries(left)) {
    for (const spelling of SPELLINGS) {
      it(`leave programs ${what} (${spelling})`, () => {
        const made = program(parts, spelling);
        expect(NormBoundProgram.takes(made)).to.equal(true);
        expect(new NormBoundProgram(made).solve(made)).to.equal(undefined);
      });
    }
  }

  it('leave programs of another form', () => {
    const takes = (rows: number[][], cones: ConeProgram['cones']): boolean =>
      NormBoundProgram.takes(build(rows, rows[0].map(() => 1), rows.map(() => 1), cones));
    const cone = (size: number) => ({ kind: 'second-order' as const, size });
    const bounds = (size: number) => ({ kind: 'nonnegative' as const, size });
    expect(takes([[0, 0], [1, 0], [0, 1]], [cone(3)])).to.equal(true);
    expect(takes([[1, 0], [0, 0], [0, 1]], [cone(3)]), 'a height without a bound').to.equal(false);
    expect(takes([[1, 1], [1, 0], [0, 1]], [cone(3)]), 'a first row of two unknowns').to.equal(false);
    expect(takes([[1, 0], [-1, 0], [-1, 0], [0, 1]], [bounds(2), cone(2)]), 'two bounds').to.equal(false);
    expect(takes([[1, 1], [-1, 0], [0, 1]], [bounds(1), cone(2)]), 'a bound of two unknowns').to.equal(false);
    expect(takes([[0, 0], [1, 0], [0, 0], [0, 1]], [cone(2), cone(2)]), 'two norms').to.equal(false);
    expect(takes([[0, 0], [1, 0]], [bounds(2)]), 'no norm').to.equal(false);
  });
});
