import { expect } from 'chai';
import {
  type Constraint,
  evaluate,
  type Operand,
  packParameters,
  type Parameter,
} from '../../../../core/convex/model/index.js';
import { createRng } from '../../../../core/random/rng.js';
import { dotProduct, vector } from '../support.js';
import { type Drawn, drawProgram } from './random-dpp.js';
import { solved, type Solved } from './support.js';

const PROGRAMS = 200;

/** Of each constraint: how far it is from holding, how far its dual is from being one, and <dual, slack>. */
function residualOf(constraint: Constraint, dual: readonly number[], at: (e: Operand) => Float64Array): number {
  switch (constraint.kind) {
    case 'inequality': {
      const slack = at(constraint.slack);
      return Math.max(...dual.map((z, k) => Math.max(-slack[k], -z, Math.abs(z * slack[k]))));
    }
    case 'equality':
      return Math.max(...at(constraint.slack).map(Math.abs));
    case 'second-order': {
      const [t, e] = [at(constraint.t)[0], at(constraint.x)];
      const product = dual[0] * t + e.reduce((total, value, k) => total + value * dual[k + 1], 0);
      return Math.max(Math.hypot(...e) - t, Math.hypot(...dual.slice(1)) - dual[0], Math.abs(product));
    }
    default:
      throw new Error(`not drawn here: ${constraint.kind}`);
  }
}

/** f - sum <dual, slack>, which the solution minimises over all x. */
function lagrangian({ objective, constraints }: Drawn, { dual }: Solved, at: (e: Operand) => Float64Array): number {
  return constraints.reduce((total, constraint) => {
    const z = Float64Array.from(dual(constraint));
    const inner = (slack: Float64Array): number => dotProduct(slack, z);
    if (constraint.kind === 'second-order') {
      return total - inner(Float64Array.of(at(constraint.t)[0], ...at(constraint.x)));
    }
    return 'slack' in constraint ? total - inner(at(constraint.slack)) : total;
  }, at(objective)[0]);
}

describe(`random programs of the modelling language`, () => {
  it(`${PROGRAMS} strictly feasible ones: solutions meet the optimality conditions of what was written`, function() {
    this.timeout(120_000);
    for (let seed = 0; seed < PROGRAMS; seed++) {
      const rng = createRng(seed);
      const drawn = drawProgram(rng);
      const solution = solved(drawn.problem, drawn.values as Map<Parameter, Float64Array>, 1e-10);
      expect(solution.status, `seed ${seed}`).to.be.oneOf(['solved', 'inaccurate']);
      // Moved inside a little: a function may be infinite beyond the boundary of its domain, by rounding.
      const point = Float64Array.from(solution.value(drawn.x), (value, k) => value + 1e-8 * (drawn.x0[k] - value));
      const atPoint = (of: Float64Array) => (e: Operand): Float64Array =>
        evaluate(e, new Map([...drawn.values, [drawn.x, of]]));
      for (const constraint of drawn.constraints) {
        const dual = solution.dual(constraint);
        const residual = residualOf(constraint, dual, atPoint(point));
        expect(residual / Math.max(1, ...dual), `seed ${seed}: ${constraint.text}`).to.be.below(1e-6);
      }
      expect(Math.abs(solution.objective - atPoint(point)(drawn.objective)[0]), `seed ${seed}: objective`).to.be.below(
        1e-5,
      );
      const least = lagrangian(drawn, solution, atPoint(point));
      for (const size of [1e-3, 1e-2, 0.1, 1, 1, 1]) {
        const beside = point.map((value) => value + size * rng.normal());
        expect(lagrangian(drawn, solution, atPoint(beside)) - least, `seed ${seed}: ${size} beside`).to.be.above(-1e-6);
      }
    }
  });

  it('data of the same programs are affine in their parameters', () => {
    for (let seed = 0; seed < 20; seed++) {
      const rng = createRng(seed);
      const { problem: { canonical }, values } = drawProgram(rng);
      const theta = packParameters(canonical, values as Map<Parameter, Float64Array>);
      const step = vector(rng, theta.length);
      const [a, b, c] = [-1, 0, 1].map((h) => canonical.data(theta.map((value, k) => value + h * step[k])));
      for (const part of ['P', 'q', 'A', 'b'] as const) {
        b[part].forEach((value, k) => expect(Math.abs(a[part][k] + c[part][k] - 2 * value)).to.be.below(1e-12));
      }
    }
  });
});
