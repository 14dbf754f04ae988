import { expect } from 'chai';
import {
  abs,
  add,
  constant,
  type Constraint,
  dot,
  diag,
  entropy,
  eq,
  evaluate,
  exp,
  type Expression,
  geoMean,
  huber,
  invPos,
  kron,
  lambdaMax,
  lambdaMin,
  leq,
  log,
  logDet,
  logistic,
  logSumExp,
  matmul,
  max,
  multiply,
  negate,
  norm1,
  norm2,
  normInf,
  nuclearNorm,
  type Operand,
  packParameters,
  parameter,
  type Parameter,
  pos,
  power,
  problem,
  type Problem,
  quadForm,
  quadOverLin,
  relEntr,
  reshape,
  soc,
  spectralNorm,
  sqrt,
  square,
  subtract,
  sum,
  sumLargest,
  sumSquares,
  type Variable,
  variable,
} from '../../../../core/convex/model/index.js';
import { createRng, type Rng } from '../../../../core/rng.js';
import { dotProduct, vector } from '../support.js';
import { solved, type Solved } from './support.js';

const PROGRAMS = 500;

type Known = Map<Variable | Parameter, Float64Array>;

/**
 * Convex functions of an affine one whose entries may have any sign, or are positive at the point that is to be
 * feasible.
 */
const anywhere: readonly ((e: Expression) => Expression)[] = [
  (e) => sum(square(e)),
  sumSquares,
  (e) => sum(huber(e)),
  norm1,
  norm2,
  normInf,
  (e) => max(e),
  (e) => sum(pos(e)),
  (e) => sumLargest(e, 1),
  (e) => sum(logistic(e)),
  logSumExp,
  (e) => sum(exp(multiply(0.5, e))),
  (e) => sum(square(pos(add(e, 0.3)))),
  (e) => sum(power(e, 4)),
  (e) => max(abs(e)),
  (e) => norm2(pos(e)),
  (e) => lambdaMax(add(diag(e), 0.5)),
  (e) => negate(lambdaMin(diag(e))),
  (e) => nuclearNorm(kron([[1, 2], [0, 1]], reshape(e, [1, e.shape[0]]))),
  (e) => spectralNorm(kron([[1, 2], [0, 1]], reshape(e, [1, e.shape[0]]))),
];
const positive: readonly ((e: Expression) => Expression)[] = [
  (e) => negate(sum(log(e))),
  (e) => negate(sum(entropy(e))),
  (e) => negate(sum(sqrt(e))),
  (e) => sum(invPos(e)),
  (e) => sum(power(e, 1.5)),
  (e) => sum(relEntr(e, add(e, 1))),
  (e) => negate(geoMean(e)),
  (e) => negate(logDet(add(diag(e), 0.2))),
  (e) => quadOverLin(e, sum(e)),
];

interface Drawn {
  readonly problem: Problem;
  readonly objective: Expression;
  readonly constraints: Constraint[];
  readonly values: Known;
  readonly x: Variable;
  readonly x0: Float64Array;
}

/**
 * A program with parameters that is strictly feasible at a point x0 and has a solution: its objective grows in all
 * directions.
 */
function draw(rng: Rng): Drawn {
  const n = 2 + rng.integer(3);
  const x = variable([n]);
  const x0 = vector(rng, n);
  const values: Known = new Map();
  const given = (value: Float64Array, shape: number[], options = {}): Parameter => {
    const fresh = parameter(shape, options);
    values.set(fresh, value);
    return fresh;
  };
  const at = (e: Operand): Float64Array => evaluate(e, new Map([...values, [x, x0]]));
  const affine = (rows: number): Expression => {
    const matrix = given(vector(rng, rows * n), [rows, n]);
    return add(matmul(matrix, x), given(vector(rng, rows), [rows]));
  };
  const affineAbove = (rows: number): Expression => {
    const linear = matmul(given(vector(rng, rows * n), [rows, n]), x);
    const offset = at(linear).map((value) => 0.5 + rng.uniform() - value);
    return add(linear, given(offset, [rows]));
  };
  const convex = (): Expression => {
    const rows = 1 + rng.integer(3);
    const k = rng.integer(anywhere.length + positive.length);
    return k < anywhere.length ? anywhere[k](affine(rows)) : positive[k - anywhere.length](affineAbove(rows));
  };
  const weight = given(Float64Array.of(rng.uniform()), [], { nonneg: true });
  const R = vector(rng, n * n);
  const P = given(gram(R, n), [n, n], { psd: true });
  const tilt = given(vector(rng, n), [n]);
  // What a parameter weighs has no other parameter.
  const weighed = anywhere[rng.integer(anywhere.length)](
    add(matmul(constant(vector(rng, 2 * n), [2, n]), x), [1, -1]),
  );
  const objective = add(
    multiply(weight, weighed),
    convex(),
    quadForm(subtract(x, 0.5), P),
    multiply(0.1, sumSquares(x)),
    dot(tilt, x),
  );
  const constraints: Constraint[] = [];
  for (let k = rng.integer(3); k >= 0; k--) {
    const lower = convex();
    constraints.push(leq(lower, given(Float64Array.of(at(lower)[0] + 0.1 + rng.uniform()), [])));
  }
  if (rng.integer(2) === 0) {
    const e = affine(2);
    const bound = add(dot(given(vector(rng, n), [n]), x), given(Float64Array.of(0), []));
    const lift = Math.hypot(...at(e)) + 0.2 - at(bound)[0];
    constraints.push(soc(add(bound, given(Float64Array.of(lift), [])), e));
  }
  if (rng.integer(2) === 0) {
    const left = dot(given(vector(rng, n), [n]), x);
    constraints.push(eq(left, given(at(left), [])));
  }
  return { problem: problem({ minimize: objective, subjectTo: constraints }), objective, constraints, values, x, x0 };
}

/** R^T R / n */
function gram(R: Float64Array, n: number): Float64Array {
  const of = (i: number, j: number): number =>
    Array.from({ length: n }, (_, k) => R[k * n + i] * R[k * n + j]).reduce((a, b) => a + b) / n;
  return Float64Array.from({ length: n * n }, (_, entry) => of(Math.floor(entry / n), entry % n));
}

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
  it(`${PROGRAMS} strictly feasible ones: solutions meet the optimality conditions of what was written`, () => {
    for (let seed = 0; seed < PROGRAMS; seed++) {
      const rng = createRng(seed);
      const drawn = draw(rng);
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
      const { problem: { canonical }, values } = draw(rng);
      const theta = packParameters(canonical, values as Map<Parameter, Float64Array>);
      const step = vector(rng, theta.length);
      const [a, b, c] = [-1, 0, 1].map((h) => canonical.data(theta.map((value, k) => value + h * step[k])));
      for (const part of ['P', 'q', 'A', 'b'] as const) {
        b[part].forEach((value, k) => expect(Math.abs(a[part][k] + c[part][k] - 2 * value)).to.be.below(1e-12));
      }
    }
  });
});
