import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { batchOf } from '../../../core/batch.js';
import { convexLayer } from '../../../core/convex/layer.js';
import {
  add,
  type Constraint,
  cumsum,
  diag,
  diff,
  divide,
  dot,
  entropy,
  eq,
  evaluate,
  exp,
  expCone,
  type Expression,
  geoMean,
  geq,
  huber,
  identity,
  index,
  invPos,
  klDiv,
  lambdaMax,
  lambdaMin,
  leq,
  log,
  logDet,
  logistic,
  logSumExp,
  matmul,
  matrixFrac,
  max,
  min,
  multiply,
  norm1,
  norm2,
  normInf,
  nuclearNorm,
  type Operand,
  parameter,
  type Parameter,
  pos,
  powCone,
  power,
  problem,
  type ProblemDefinition,
  psd,
  quadForm,
  quadOverLin,
  relEntr,
  slice,
  soc,
  spectralNorm,
  sqrt,
  subtract,
  sum,
  sumLargest,
  sumSquares,
  trace,
  transpose,
  type Value,
  variable,
  type Variable,
} from '../../../core/convex/model/index.js';
import { packageRoot } from '../../../node/package-root.js';

interface Fixtures {
  readonly cases: readonly Case[];
}

interface Case {
  readonly name: string;
  readonly parameters: readonly number[][];
  readonly value: number;
  /** The variables, then duals. */
  readonly outputs: readonly number[][];
  readonly cotangents: readonly number[][];
  readonly gradients: readonly number[][];
}

interface Family {
  readonly parameters: readonly Parameter[];
  readonly variables: readonly Variable[];
  readonly duals?: readonly Constraint[];
  readonly definition: ProblemDefinition;
  readonly gp?: boolean;
}

const fixtures = JSON.parse(readFileSync(path.join(packageRoot(), 'test/fixtures/convex.json'), 'utf8')) as Fixtures;

const p = (...shape: number[]): Parameter => parameter(shape);
const nonneg = (...shape: number[]): Parameter => parameter(shape, { nonneg: true });
const symmetric = (n: number): Parameter => parameter([n, n], { symmetric: true });
const semidefinite = (n: number): Parameter => parameter([n, n], { psd: true });
const v = (...shape: number[]): Variable => variable(shape);
const residual = (A: Operand, x: Operand, b: Operand): Expression => subtract(matmul(A, x), b);
const half = (x: Operand): Expression => multiply(0.5, x);
const weighted = (w: Operand, x: Operand): Expression => sum(multiply(w, x));

/** A family whose constraints all have their duals among the outputs. */
function withDuals(
  parameters: readonly Parameter[],
  variables: readonly Variable[],
  objective: Expression,
  duals: readonly Constraint[],
): Family {
  return { parameters, variables, duals, definition: { minimize: objective, subjectTo: duals } };
}

function maximized(
  parameters: readonly Parameter[],
  variables: readonly Variable[],
  objective: Expression,
  duals: readonly Constraint[],
): Family {
  return { parameters, variables, duals, definition: { maximize: objective, subjectTo: duals } };
}

/** A fit to A x = b with a weight, and without constraints. */
function regression(m: number, n: number, objective: (A: Parameter, b: Parameter, x: Variable) => Expression): Family {
  const [A, b, x] = [p(m, n), p(m), v(n)];
  return withDuals([A, b], [x], objective(A, b, x), []);
}

function weightedRegression(
  m: number,
  n: number,
  objective: (A: Parameter, b: Parameter, w: Parameter, x: Variable) => Expression,
): Family {
  const [A, b, w, x] = [p(m, n), p(m), nonneg(), v(n)];
  return withDuals([A, b, w], [x], objective(A, b, w, x), []);
}

/** The families of make_convex.py. */
const families: Record<string, () => Family> = {
  'lp-vertex'() {
    const [c, A, b, x] = [p(3), p(5, 3), nonneg(5), v(3)];
    return withDuals([c, A, b], [x], dot(c, x), [leq(matmul(A, x), b), leq(x, 2), geq(x, -2)]);
  },
  'lp-standard'() {
    const [c, A, b, x] = [p(4), p(2, 4), p(2), v(4)];
    return withDuals([c, A, b], [x], dot(c, x), [eq(matmul(A, x), b), geq(x, 0)]);
  },
  'box-qp'() {
    const [F, q, x] = [p(4, 4), p(4), v(4)];
    return withDuals([F, q], [x], add(sumSquares(matmul(F, x)), dot(q, x)), [leq(x, 1), geq(x, -1)]);
  },
  'equality-qp'() {
    const [F, q, A, b, x] = [p(5, 4), p(4), p(2, 4), p(2), v(4)];
    return withDuals([F, q, A, b], [x], add(sumSquares(matmul(F, x)), dot(q, x)), [eq(matmul(A, x), b)]);
  },
  'quad-form'() {
    const [P, q, A, x] = [semidefinite(3), p(3), p(4, 3), v(3)];
    return withDuals([P, q, A], [x], add(half(quadForm(x, P)), dot(q, x)), [leq(matmul(A, x), 1), eq(sum(x), 0.5)]);
  },
  simplex() {
    const [y, x] = [p(5), v(5)];
    return withDuals([y], [x], sumSquares(subtract(x, y)), [geq(x, 0), eq(sum(x), 1)]);
  },
  ball() {
    const [y, r, x] = [p(4), nonneg(), v(4)];
    return withDuals([y, r], [x], sumSquares(subtract(x, y)), [leq(norm2(x), r)]);
  },
  'nonnegative-least-squares'() {
    const [A, b, x] = [p(6, 4), p(6), v(4)];
    return withDuals([A, b], [x], sumSquares(residual(A, x, b)), [geq(x, 0)]);
  },
  ridge: () => weightedRegression(6, 4, (A, b, w, x) => add(sumSquares(residual(A, x, b)), multiply(w, sumSquares(x)))),
  lasso: () => weightedRegression(7, 5, (A, b, w, x) => add(sumSquares(residual(A, x, b)), multiply(w, norm1(x)))),
  'group-lasso': () =>
    weightedRegression(
      6,
      4,
      (A, b, w, x) =>
        add(half(sumSquares(residual(A, x, b))), multiply(w, add(norm2(slice(x, 0, 2)), norm2(slice(x, 2))))),
    ),
  'huber-regression': () => regression(8, 3, (A, b, x) => sum(huber(residual(A, x, b), 0.5))),
  'norm-inf-fit': () => regression(6, 3, (A, b, x) => normInf(residual(A, x, b))),
  'norm-1-fit': () => regression(7, 3, (A, b, x) => norm1(residual(A, x, b))),
  'sum-largest': () => regression(5, 3, (A, b, x) => add(sumLargest(residual(A, x, b), 2), half(sumSquares(x)))),
  'largest-and-smallest': () =>
    regression(5, 3, (A, b, x) => add(subtract(max(add(matmul(A, x), b)), min(residual(A, x, b))), sumSquares(x))),
  hinge() {
    const [A, weight, x] = [p(7, 3), nonneg(), v(3)];
    return withDuals([A, weight], [x], add(multiply(weight, sumSquares(x)), sum(pos(subtract(1, matmul(A, x))))), []);
  },
  'quad-over-lin'() {
    const [A, b, cost, x, t] = [p(5, 3), p(5), nonneg(), v(3), v()];
    const objective = add(quadOverLin(residual(A, x, b), t), multiply(cost, t), half(sumSquares(x)));
    return withDuals([A, b, cost], [x, t], objective, []);
  },
  'geo-mean'() {
    const [A, b, x] = [p(3, 3), p(3), v(3)];
    return maximized([A, b], [x], geoMean(x), [leq(matmul(A, x), b)]);
  },
  'weighted-geo-mean'() {
    const [c, x] = [p(3), v(3)];
    return maximized([c], [x], geoMean(x, [1, 2, 4]), [leq(dot(c, x), 2)]);
  },
  'sqrt-utility'() {
    const [w, c, x] = [nonneg(4), p(4), v(4)];
    return maximized([w, c], [x], weighted(w, sqrt(x)), [leq(dot(c, x), 3)]);
  },
  powers() {
    const [w, u, x] = [nonneg(3), nonneg(3), v(3)];
    return withDuals([w, u], [x], add(weighted(w, power(x, 1.5)), weighted(u, invPos(x)), sum(power(x, 4))), []);
  },
  'power-cone'() {
    const [c, b, x, y, z] = [p(2), p(2), v(2), v(2), v(2)];
    const limits = [powCone(x, y, z, 0.3), leq(add(x, multiply(2, y)), b)];
    return withDuals([c, b], [x, y, z], subtract(sumSquares(x), dot(c, z)), limits);
  },
  softmax() {
    const [y, x] = [p(4), v(4)];
    return maximized([y], [x], add(dot(y, x), sum(entropy(x))), [eq(sum(x), 1)]);
  },
  'most-entropy'() {
    const [A, b, x] = [p(1, 5), p(1), v(5)];
    return maximized([A, b], [x], sum(entropy(x)), [eq(matmul(A, x), b), eq(sum(x), 1)]);
  },
  logistic() {
    const [A, weight, x] = [p(7, 3), nonneg(), v(3)];
    return withDuals([A, weight], [x], add(sum(logistic(matmul(A, x))), multiply(weight, sumSquares(x))), []);
  },
  'log-sum-exp'() {
    const [A, b, x] = [p(5, 3), p(5), v(3)];
    return withDuals([A, b], [x], add(logSumExp(add(matmul(A, x), b)), half(sumSquares(x))), [geq(x, -0.2)]);
  },
  'kl-projection'() {
    const [y, a, x] = [p(4), p(4), v(4)];
    return withDuals([y, a], [x], sum(klDiv(x, y)), [eq(sum(x), 1), leq(dot(a, x), 0)]);
  },
  'relative-entropy'() {
    const [y, c, x] = [p(4), p(4), v(4)];
    return withDuals([y, c], [x], add(sum(relEntr(x, y)), dot(c, x)), [eq(sum(x), 2), leq(x, 0.8)]);
  },
  exponentials() {
    const [A, b, x] = [p(2, 4), p(2), v(4)];
    return withDuals([A, b], [x], sum(exp(x)), [eq(matmul(A, x), b)]);
  },
  'exponential-cone'() {
    const [c, b, x, y, z] = [p(2), p(2), v(2), v(2), v(2)];
    return withDuals([c, b], [x, y, z], add(subtract(sum(z), dot(c, x)), sumSquares(x)), [expCone(x, y, z), eq(y, b)]);
  },
  portfolio() {
    const [mean, F, risk, x] = [p(4), p(5, 4), nonneg(), v(4)];
    return maximized([mean, F, risk], [x], dot(mean, x), [leq(norm2(matmul(F, x)), risk), eq(sum(x), 1), geq(x, 0)]);
  },
  'robust-lp'() {
    const [c, A, b, P, Q, x] = [p(3), p(2, 3), nonneg(2), p(2, 3), p(3, 3), v(3)];
    const robust = (M: Parameter, i: number): Constraint =>
      leq(add(matmul(index(A, i), x), norm2(matmul(M, x))), index(b, i));
    return withDuals([c, A, b, P, Q], [x], dot(c, x), [robust(P, 0), robust(Q, 1), leq(norm2(x), 3)]);
  },
  'second-order-cone'() {
    const [c, a, x] = [p(3), p(3), v(3)];
    return withDuals([c, a], [x], dot(c, x), [soc(add(1, dot(a, x)), multiply([1, 2, 0.8], x))]);
  },
  isotonic() {
    const [y, x] = [p(6), v(6)];
    return withDuals([y], [x], sumSquares(subtract(x, y)), [geq(diff(x), 0)]);
  },
  'total-variation'() {
    const [y, weight, x] = [p(6), nonneg(), v(6)];
    return withDuals([y, weight], [x], add(half(sumSquares(subtract(x, y))), multiply(weight, norm1(diff(x)))), []);
  },
  'running-sums'() {
    const [y, weight, x] = [p(5), nonneg(), v(5)];
    return withDuals([y, weight], [x], add(sumSquares(subtract(cumsum(x), y)), multiply(weight, norm1(x))), []);
  },
  mpc() {
    const [A, B, start, X, U] = [p(2, 2), p(2, 1), p(2), v(5, 2), v(4, 1)];
    const next = add(matmul(slice(X, 0, -1), transpose(A)), matmul(U, transpose(B)));
    const duals = [eq(slice(X, 1), next), leq(U, 0.5), geq(U, -0.5)];
    const definition = {
      minimize: add(sumSquares(X), multiply(0.1, sumSquares(U))),
      subjectTo: [eq(index(X, 0), start), ...duals],
    };
    return { parameters: [A, B, start], variables: [X, U], duals, definition };
  },
  transport() {
    const [C, P] = [p(3, 3), v(3, 3)];
    const subjectTo = [geq(P, 0), eq(sum(P, 1), [0.2, 0.3, 0.5]), eq(sum(P, 0), [0.4, 0.25, 0.35])];
    return { parameters: [C], variables: [P], definition: { minimize: add(dot(C, P), sumSquares(P)), subjectTo } };
  },
  'water-filling'() {
    const [a, total, x] = [p(5), nonneg(), v(5)];
    return maximized([a, total], [x], sum(log(add(a, x))), [geq(x, 0), eq(sum(x), total)]);
  },
  'lambda-max'() {
    const [A, B, C, x] = [symmetric(3), symmetric(3), symmetric(3), v(2)];
    const matrix = add(A, multiply(index(x, 0), B), multiply(index(x, 1), C));
    return withDuals([A, B, C], [x], add(lambdaMax(matrix), half(sumSquares(x))), []);
  },
  'lambda-min'() {
    const [A, x] = [symmetric(3), v(3)];
    return maximized([A], [x], subtract(lambdaMin(add(A, diag(x))), multiply(0.1, sumSquares(x))), [eq(sum(x), 1)]);
  },
  'spectral-norm'() {
    const [A, B, C, x] = [p(2, 3), p(2, 3), p(2, 3), v(2)];
    const matrix = add(A, multiply(index(x, 0), B), multiply(index(x, 1), C));
    return withDuals([A, B, C], [x], add(spectralNorm(matrix), multiply(0.1, sumSquares(x))), []);
  },
  'nuclear-norm'() {
    const [Y, weight, X] = [p(3, 2), nonneg(), v(3, 2)];
    return withDuals([Y, weight], [X], add(half(sumSquares(subtract(X, Y))), multiply(weight, nuclearNorm(X))), []);
  },
  correlation() {
    const [C, X] = [symmetric(3), variable([3, 3], { symmetric: true })];
    return withDuals([C], [X], sumSquares(subtract(X, C)), [eq(diag(X), 1), psd(X)]);
  },
  semidefinite() {
    const [A, B, c, x] = [symmetric(3), symmetric(3), p(2), v(2)];
    const matrix = add(multiply(2, identity(3)), multiply(index(x, 0), A), multiply(index(x, 1), B));
    return withDuals([A, B, c], [x], dot(c, x), [psd(matrix), leq(norm2(x), 2)]);
  },
  'max-cut'() {
    const [C, X] = [symmetric(3), variable([3, 3], { psd: true })];
    return withDuals([C], [X], trace(matmul(C, X)), [eq(diag(X), 1)]);
  },
  'covariance-selection'() {
    const [S, X] = [semidefinite(3), variable([3, 3], { symmetric: true })];
    return maximized([S], [X], subtract(logDet(X), trace(matmul(S, X))), [eq(index(X, 0, 2), 0)]);
  },
  'matrix-frac'() {
    const [A, b, P, x] = [p(3, 2), p(3), semidefinite(3), v(2)];
    return withDuals([A, b, P], [x], add(matrixFrac(residual(A, x, b), P), sumSquares(x)), []);
  },
  'gp-box'() {
    const [wall, floor, ratio] = [p(), p(), p()];
    const [h, w, l] = [v(), v(), v()];
    const walls = leq(multiply(2, add(multiply(h, w), multiply(h, l))), wall);
    const ratios = [[h, w], [w, h], [l, w], [w, l]].map(([a, b]) => leq(a, multiply(ratio, b)));
    const definition = {
      maximize: multiply(h, multiply(w, l)),
      subjectTo: [walls, leq(multiply(w, l), floor), ...ratios],
    };
    return { parameters: [wall, floor, ratio], variables: [h, w, l], definition, gp: true };
  },
  'gp-posynomial'() {
    const [a, b, c] = [p(), p(), p()];
    const [x, y, z] = [v(), v(), v()];
    const cost = add(divide(a, multiply(x, y)), multiply(b, multiply(x, z)), divide(multiply(c, power(y, 1.5)), z), x);
    const definition = { minimize: cost, subjectTo: [leq(multiply(x, y), 2)] };
    return { parameters: [a, b, c], variables: [x, y, z], definition, gp: true };
  },
};

/** How far numbers are from the expected ones, to the scale of the largest, or 1. */
function deviation(got: readonly ArrayLike<number>[], expected: readonly number[][]): number {
  const differences = expected.flatMap((entries, k) => entries.map((entry, i) => Math.abs(got[k][i] - entry)));
  expect(got.map(({ length }) => length), 'entries').to.deep.equal(expected.map(({ length }) => length));
  return Math.max(0, ...differences) / Math.max(1, ...expected.flat().map(Math.abs));
}

/** The derivative along symmetric directions. */
function symmetrised(gradient: Float64Array, { symmetric: isSymmetric, shape: [n] }: Parameter): Float64Array {
  return isSymmetric ? gradient.map((entry, k) => (entry + gradient[(k % n) * n + Math.floor(k / n)]) / 2) : gradient;
}

/** How far a point is outside a constraint. */
function violation(constraint: Constraint, values: ReadonlyMap<Variable | Parameter, Value>): number {
  const at = (expression: Expression): number[] => [...evaluate(expression, values)];
  switch (constraint.kind) {
    case 'inequality':
      return Math.max(...at(constraint.slack).map((slack) => -slack));
    case 'equality':
      return Math.max(...at(constraint.slack).map(Math.abs));
    case 'second-order':
      return at(norm2(constraint.x))[0] - at(constraint.t)[0];
    case 'semidefinite':
      return -at(lambdaMin(constraint.X))[0];
    case 'exponential': {
      const [x, y, z] = constraint.args.map(at);
      return Math.max(...x.map((entry, i) => y[i] * Math.exp(entry / y[i]) - z[i]));
    }
    case 'power': {
      const [x, y, z] = constraint.args.map(at);
      return Math.max(
        ...x.map((entry, i) => Math.abs(z[i]) - entry ** constraint.alpha * y[i] ** (1 - constraint.alpha)),
      );
    }
  }
}

describe('agreement with CVXPY (test/fixtures/make_convex.py)', () => {
  const names = [...new Set(fixtures.cases.map(({ name }) => name))];

  it('has a problem for each family', () => {
    expect(names).to.have.members(Object.keys(families));
    expect(fixtures.cases.length).to.be.at.least(60);
  });

  for (const name of names) {
    it(name, () => {
      const { parameters, variables, duals = [], definition, gp = false } = families[name]();
      const layer = convexLayer(problem(definition, { gp }), { parameters, variables, duals });
      for (const expected of fixtures.cases.filter((candidate) => candidate.name === name)) {
        const inputs = expected.parameters.map((entries) => Float64Array.from(entries));
        const solution = layer.forward(inputs.map((entries) => batchOf([entries])));
        const outputs = solution.outputs.map(({ data }) => data);
        expect(deviation([solution.objective], [[expected.value]]), 'value').to.be.below(1e-6);
        const parts = { solution: [0, variables.length], duals: [variables.length] } as const;
        for (const [part, range] of Object.entries(parts)) {
          expect(deviation(outputs.slice(...range), expected.outputs.slice(...range)), part).to.be.below(1e-6);
        }

        const values = new Map<Variable | Parameter, Value>([
          ...parameters.map((parameter, k) => [parameter, inputs[k]] as const),
          ...variables.map((variable, k) => [variable, outputs[k]] as const),
        ]);
        for (const constraint of definition.subjectTo ?? []) {
          expect(violation(constraint, values), constraint.text).to.be.below(1e-8);
        }

        const gradients = solution.vjp(expected.cotangents.map((cotangent) => batchOf([cotangent])));
        const along = gradients.map(({ data }, k) => symmetrised(data, parameters[k]));
        expect(deviation(along, expected.gradients), 'gradients').to.be.below(1e-4);
      }
    });
  }
});
