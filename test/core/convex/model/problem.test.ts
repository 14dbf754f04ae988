import { expect } from 'chai';
import {
  add,
  cumsum,
  diff,
  dot,
  entropy,
  eq,
  evaluate,
  exp,
  type Expression,
  expCone,
  geq,
  huber,
  identity,
  index,
  lambdaMax,
  leq,
  log,
  logDet,
  logistic,
  matmul,
  multiply,
  negate,
  norm1,
  norm2,
  type Operand,
  packParameters,
  parameter,
  type Parameter,
  powCone,
  type Problem,
  problem,
  psd,
  quadForm,
  soc,
  square,
  subtract,
  sum,
  sumSquares,
  trace,
  transpose,
  type Value,
  type Variable,
  variable,
} from '../../../../core/convex/model/index.js';
import { createRng } from '../../../../core/random/rng.js';
import { simplexOf, softmaxOf } from '../closed-forms.js';
import { dotProduct, vector } from '../support.js';
import { codeOf, expectClose, solved } from './support.js';

const rng = createRng(11);
const normals = (n: number): number[] => [...vector(rng, n)];
const matrix = (m: number, n: number): number[][] => Array.from({ length: m }, () => normals(n));

describe('solutions of problems in the modelling language', () => {
  it('projection on the simplex', () => {
    const [x, y] = [variable([6]), parameter([6])];
    const projection = problem({ minimize: sumSquares(subtract(x, y)), subjectTo: [geq(x, 0), eq(sum(x), 1)] });
    for (let k = 0; k < 5; k++) {
      const at = normals(6);
      expectClose(solved(projection, new Map([[y, at]])).value(x), simplexOf(at), 1e-7);
    }
  });

  it('projection on a ball', () => {
    const [x, y] = [variable([4]), [1, 2, -2, 4]];
    const projection = problem({ minimize: norm2(subtract(x, y)), subjectTo: [leq(norm2(x), 1)] });
    expectClose(solved(projection).value(x), y.map((value) => value / 5), 1e-7);
  });

  it('least squares, weighted, by its normal equations', () => {
    const [A, b, x] = [matrix(8, 2), normals(8), variable([2])];
    const solution = solved(problem({ minimize: multiply(3, sumSquares(subtract(matmul(A, x), b))) })).value(x);
    const residual = A.map((row, i) => row[0] * solution[0] + row[1] * solution[1] - b[i]);
    expectClose([0, 1].map((j) => A.reduce((total, row, i) => total + row[j] * residual[i], 0)), [0, 0], 1e-7);
  });

  it('water-filling: powers reach one level above the floors', () => {
    const [x, floors] = [variable([4]), [0.2, 0.5, 1, 4]];
    const filling = problem({ maximize: sum(log(add(x, floors))), subjectTo: [geq(x, 0), eq(sum(x), 1)] });
    const level = (1 + 0.2 + 0.5) / 2;
    const { value, objective } = solved(filling);
    expectClose(value(x), floors.map((floor) => Math.max(0, level - floor)), 1e-6);
    expectClose([objective], [2 * Math.log(level) + Math.log(4)], 1e-7);
  });

  it('isotonic regression pools what is out of order', () => {
    const x = variable([5]);
    const isotonic = problem({ minimize: sumSquares(subtract(x, [1, 3, 2, 2, 7])), subjectTo: [geq(diff(x), 0)] });
    expectClose(solved(isotonic).value(x), [1, 7 / 3, 7 / 3, 7 / 3, 7], 1e-6);
  });

  it('softmax as an entropy program', () => {
    const [p, y] = [variable([4]), [0.3, -1, 2, 0]];
    const soft = problem({ maximize: add(dot(p, y), sum(entropy(p))), subjectTo: [eq(sum(p), 1)] });
    const { value, objective } = solved(soft);
    // Objectives are flat at the solution: to 1e-9 there is to 3e-5 in the variables, here and below.
    expectClose(value(p), softmaxOf(y), 3e-5);
    expectClose([objective], [Math.log(y.reduce((total, value) => total + Math.exp(value), 0))], 1e-8);
  });

  it('a transport problem: a linear program with a known plan', () => {
    const plan = variable([2, 3], { nonneg: true });
    const costs = [[1, 4, 2], [3, 1, 5]];
    const subjectTo = [eq(sum(plan, 1), [3, 2]), eq(sum(plan, 0), [1, 2, 2])];
    const { value, objective } = solved(problem({ minimize: dot(costs, plan), subjectTo }));
    expectClose(value(plan), [1, 0, 2, 0, 2, 0], 1e-7);
    expectClose([objective], [7], 1e-7);
  });

  it('basis pursuit finds the sparse solution', () => {
    const [A, x] = [matrix(5, 8), variable([8])];
    const sparse = [0, 0, 2, 0, 0, 0, 0, 0];
    const b = A.map((row) => row[2] * 2);
    expectClose(solved(problem({ minimize: norm1(x), subjectTo: [eq(matmul(A, x), b)] })).value(x), sparse, 1e-6);
  });

  it('the ReLU layer', () => {
    const [x, W, u, b] = [variable([3]), parameter([3, 2]), [0.5, -1], parameter([3])];
    const layer = problem({ minimize: sumSquares(subtract(x, add(matmul(W, u), b))), subjectTo: [geq(x, 0)] });
    const values = new Map([[W, [[1, 2], [0, -1], [3, 0]]], [b, [1, 2, -3]]] as const);
    expectClose(solved(layer, values).value(x), [0, 3, 0], 1e-7);
  });

  it('the closest correlation matrix is one already, where it is', () => {
    const X = variable([2, 2], { psd: true });
    const nearest = problem({
      minimize: sumSquares(subtract(X, [[1, 0.4], [0.4, 1]])),
      subjectTo: [eq(index(X, 0, 0), 1), eq(index(X, 1, 1), 1)],
    });
    expectClose(solved(nearest).value(X), [1, 0.4, 0.4, 1], 1e-6);
  });

  it('a semidefinite program: the largest eigenvalue by its dual', () => {
    const [C, X] = [[[2, 1, 0], [1, 3, 1], [0, 1, 1]], variable([3, 3], { symmetric: true })];
    const spread = solved(problem({ maximize: trace(matmul(C, X)), subjectTo: [psd(X), eq(trace(X), 1)] }));
    const t = variable();
    const direct = solved(problem({ minimize: t, subjectTo: [leq(lambdaMax(C), t)] }));
    expectClose([spread.objective], [direct.objective], 1e-7);
  });

  it('a covariance of greatest likelihood is the inverse of the empirical one', () => {
    const S = variable([2, 2], { symmetric: true });
    const empirical = [[2, 0.5], [0.5, 1]];
    const fitted = solved(problem({ maximize: subtract(logDet(S), trace(matmul(empirical, S))) }));
    expectClose(fitted.value(S), [1 / 1.75, -0.5 / 1.75, -0.5 / 1.75, 2 / 1.75], 3e-5);
  });

  it('arrays of three axes', () => {
    const [x, y] = [variable([2, 2, 2]), parameter([2, 2, 2])];
    const at = [[[1, -1], [2, 0]], [[3, 5], [-4, 1]]];
    const cut = problem({ minimize: sumSquares(subtract(x, y)), subjectTo: [geq(x, 0), leq(sum(x, 2), 4)] });
    expectClose(solved(cut, new Map([[y, at]])).value(x), [1, 0, 2, 0, 1, 3, 0, 1], 3e-4);
  });

  it('says that a problem is infeasible or has no bound', () => {
    const x = variable([2]);
    expect(solved(problem({ minimize: sum(x), subjectTo: [geq(x, 1), leq(x, 0)] })).status).to.equal('infeasible');
    expect(solved(problem({ minimize: sum(x), subjectTo: [leq(x, 0)] })).status).to.equal('unbounded');
  });

  it('takes one variable without constraints, a constant objective, and constraints twice', () => {
    const x = variable();
    expectClose(solved(problem({ minimize: square(subtract(x, 3)) })).value(x), [3], 1e-8);
    expectClose([solved(problem({ minimize: 5, subjectTo: [eq(x, 1)] })).objective], [5], 1e-8);
    const floor = geq(x, 2);
    const twice = solved(problem({ minimize: x, subjectTo: [floor, floor, eq(2, 2)] }));
    expectClose([twice.objective, ...twice.dual(floor)], [2, 1], 1e-7);
    expectClose([solved(problem({ minimize: x, subjectTo: [floor, geq(x, 2), geq(x, 2)] })).objective], [2], 1e-7);
  });

  it('quadratic forms: sums of matrices that are parameters, offsets by parameters, several forms', () => {
    const [x, P, q, n] = [
      variable([2]),
      parameter([2, 2], { psd: true }),
      parameter([2]),
      parameter([], { nonneg: true }),
    ];
    const values = new Map<Parameter, Value>([[P, [[2, 1], [1, 2]]], [q, [1, -1]], [n, 3]]);
    const forms: [Expression, number[]][] = [
      // (P + 3 I) (x - q) + q = 0 and the like, solved by hand
      [add(quadForm(subtract(x, q), add(P, identity(2))), multiply(2, dot(q, x))), [0.5, -0.5]],
      [add(quadForm(x, P), quadForm(subtract(x, q), multiply(n, identity(2)))), [0.75, -0.75]],
      [subtract(quadForm(x, P), dot(q, x)), [0.5, -0.5]],
      [add(quadForm(matmul([[1, 1], [0, 1]], x), P), multiply(-2, dot([3, 6], x))), [0, 1]],
    ];
    for (const [objective, expected] of forms) {
      const program = problem({ minimize: objective });
      const used = program.canonical.parameters.map(({ parameter: one }) => one);
      const { value, objective: got } = solved(program, new Map(used.map((one) => [one, values.get(one) ?? []])));
      expectClose(value(x), expected, 1e-7);
      expectClose([got], evaluate(objective, new Map<Variable | Parameter, Value>([...values, [x, expected]])), 1e-8);
    }
  });

  it('keeps quadratic objectives quadratic', () => {
    const [x, lambda] = [variable([3]), parameter([], { nonneg: true })];
    const cones = (objective: Parameters<typeof square>[0]) => problem({ minimize: objective }).canonical.structure;
    for (
      const [objective, rows] of [
        [sumSquares(x), 0],
        [multiply(lambda, sumSquares(multiply(2, x))), 0],
        [add(sum(square(subtract(x, 1))), dot([1, 2, 3], x)), 0],
        [quadForm(x, [[2, 1, 0], [1, 2, 0], [0, 0, 1]]), 0],
        [sumSquares(cumsum(x)), 2],
      ] as const
    ) {
      const structure = cones(objective);
      expect(structure.A.rows, 'rows').to.equal(rows);
      expect(structure.P.index.length, 'entries of P').to.be.above(2);
      expect(structure.cones.every(({ kind }) => kind === 'zero')).to.equal(true);
    }
    const others = cones(add(sum(huber(x)), sum(square(x)))).cones.map(({ kind }) => kind);
    expect(others).to.deep.equal(['nonnegative']);
  });
});

describe('duals in the modelling language', () => {
  it('of inequalities and equalities, on a problem by hand', () => {
    // minimise x^2 + y^2 with x + y = 3 and x >= 2: x = 2, y = 1; 2 x + nu - mu = 0, 2 y + nu = 0
    const [x, y] = [variable(), variable()];
    const [level, floor] = [eq(add(x, y), 3), geq(x, 2)];
    const { dual } = solved(problem({ minimize: add(square(x), square(y)), subjectTo: [level, floor] }));
    expectClose(dual(level), [-2], 1e-7);
    expectClose(dual(floor), [2], 1e-7);
  });

  it('of a maximised objective are those of the negative minimised', () => {
    const x = variable();
    const cap = leq(x, 2);
    expectClose(solved(problem({ maximize: multiply(3, x), subjectTo: [cap] })).dual(cap), [3], 1e-7);
  });

  it('are how the optimal value changes with what is added to the slack', () => {
    const [x, e] = [variable([3]), parameter([4])];
    const [level, floor] = [eq(sum(x), add(1, index(e, 3))), geq(add(x, index(e, [0, 1, 2])), 0)];
    const nudged = problem({ minimize: sumSquares(subtract(x, [0.5, 1, -2])), subjectTo: [level, floor] });
    const at = (k: number, h: number): number =>
      solved(nudged, new Map([[e, [0, 0, 0, 0].map((_, i) => (i === k ? h : 0))]]), 1e-10).objective;
    const here = solved(nudged, new Map([[e, [0, 0, 0, 0]]]));
    const expected = [...here.dual(floor), ...here.dual(level)].map((value) => -value);
    expectClose([0, 1, 2, 3].map((k) => (at(k, 1e-4) - at(k, -1e-4)) / 2e-4), expected, 1e-4);
  });

  it('of second-order cones have the shape [t, x]', () => {
    const x = variable([2]);
    const ball = soc(1, x);
    const { dual } = solved(problem({ minimize: dot([3, 4], x), subjectTo: [ball] }));
    expectClose(dual(ball), [5, 3, 4], 1e-6);
    const [y, bounds] = [variable([2, 2]), [1, 2]];
    const balls = soc(bounds, y);
    const rows = solved(problem({ minimize: dot([[3, 4], [0, 1]], y), subjectTo: [balls] }));
    expectClose(rows.dual(balls), [5, 3, 4, 1, 0, 1], 1e-6);
  });

  it('of semidefinite cones are whole matrices', () => {
    // minimise <C, X> over X - I semidefinite: the dual is C.
    const X = variable([2, 2], { symmetric: true });
    const C = [[2, 1], [1, 3]];
    const above = psd(subtract(X, [[1, 0], [0, 1]]));
    const { dual, value } = solved(problem({ minimize: trace(matmul(C, X)), subjectTo: [above] }));
    expectClose(value(X), [1, 0, 0, 1], 1e-6);
    expectClose(dual(above), [2, 1, 1, 3], 1e-6);
  });

  it('of exponential and power cones, entry by entry', () => {
    const [z, x] = [variable([2]), [0, 1]];
    const curve = expCone(x, 1, z);
    const cones = solved(problem({ minimize: sum(z), subjectTo: [curve] }));
    expectClose(cones.value(z), x.map(Math.exp), 1e-7);
    // L = z - u x - v - w z, stationary for w = 1; the gradient of e^x y: u = -y e^(x / y), v = -(1 - x / y) e^(x / y)
    expectClose(cones.dual(curve), [-1, -1, 1, -Math.E, 0, 1], 1e-5);
    const w = variable();
    const root = powCone(4, 1, w, 0.5);
    const power = solved(problem({ maximize: w, subjectTo: [root] }));
    expectClose(power.dual(root), [0.25, 1, -1], 1e-5);
  });

  it('only of constraints of the problem, and values only of its variables', () => {
    const x = variable([2]);
    const { canonical } = problem({ minimize: norm2(x) });
    expect(codeOf(() => canonical.dual(geq(x, 0)))).to.equal('PARAMS');
    expect(codeOf(() => canonical.variable(variable([2])))).to.equal('PARAMS');
  });
});

describe('parameters of problems', () => {
  const [x, S] = [variable([3], { nonneg: true }), variable([2, 2], { symmetric: true })];
  const [W, b, weight, Q, level] = [
    parameter([4, 3]),
    parameter([4]),
    parameter([], { nonneg: true }),
    parameter([3, 3], { psd: true }),
    parameter([2, 2], { symmetric: true }),
  ];
  const fixed = [[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 1]];
  const write = (Wv: Operand, bv: Operand, wv: Operand, Qv: Operand, lv: Operand): Problem =>
    problem({
      minimize: add(
        multiply(wv, sumSquares(x)),
        quadForm(subtract(x, 1), Qv),
        sum(logistic(subtract(matmul(Wv, x), bv))),
        norm2(subtract(S, lv)),
        dot([[1, 0.5], [0.5, 2]], S),
      ),
      subjectTo: [psd(S), leq(matmul(transpose(bv), matmul(fixed, x)), 2), leq(exp(index(x, 0)), add(5, wv))],
    });
  const values = (seed: number) => {
    const draw = createRng(seed);
    const [r, s] = [matrix(3, 3), draw.normal()];
    const psdMatrix = r.map((_, i) => r.map((__, j) => r.reduce((total, row) => total + row[i] * row[j], 0)));
    return {
      W: matrix(4, 3),
      b: normals(4),
      weight: draw.uniform(),
      Q: psdMatrix,
      level: [[draw.normal(), s], [s, draw.normal()]],
    };
  };
  const parametrised = write(W, b, weight, Q, level);
  const mapOf = (at: ReturnType<typeof values>) =>
    new Map([[W, at.W], [b, at.b], [weight, at.weight], [Q, at.Q], [level, at.level]] as [typeof W, number[]][]);

  it('a new value gives what the problem with constants in its place gives', () => {
    for (let seed = 0; seed < 5; seed++) {
      const at = values(seed);
      const [first, second] = [solved(parametrised, mapOf(at)), solved(write(at.W, at.b, at.weight, at.Q, at.level))];
      expect([first.status, second.status]).to.deep.equal(['solved', 'solved']);
      expectClose([first.objective], [second.objective], 1e-7);
      expectClose(first.value(x), second.value(x), 1e-4);
      expectClose(first.value(S), second.value(S), 1e-4);
    }
  });

  it('pullBack is the transpose of pushForward, which is the derivative of data', () => {
    const { canonical } = parametrised;
    const theta = packParameters(canonical, mapOf(values(1)));
    const dTheta = Float64Array.from(theta, () => rng.normal());
    const [before, after, pushed] = [
      canonical.data(theta),
      canonical.data(theta.map((value, k) => value + dTheta[k])),
      canonical.pushForward(dTheta),
    ];
    for (const part of ['P', 'q', 'A', 'b'] as const) {
      expectClose(after[part].map((value, k) => value - before[part][k]), pushed[part], 1e-12);
    }
    const like = (data: Float64Array): Float64Array => data.map(() => rng.normal());
    const change = { P: like(pushed.P), q: like(pushed.q), A: like(pushed.A), b: like(pushed.b) };
    const parts = ['P', 'q', 'A', 'b'] as const;
    const forward = parts.reduce((total, part) => total + dotProduct(change[part], pushed[part]), 0);
    expectClose([dotProduct(canonical.pullBack(change), dTheta)], [forward], 1e-12);
  });

  it('shifts of squares are in q alone: no unknowns are added, and the value keeps its digits', () => {
    const [y, p] = [variable([2]), parameter([2])];
    const shifted = problem({ minimize: sumSquares(subtract(y, p)), subjectTo: [geq(y, 0)] }).canonical;
    expect([shifted.structure.P.cols, shifted.structure.A.rows]).to.deep.equal([2, 2]);
    const theta = Float64Array.of(1e8, -1e8);
    expect(shifted.value.at(theta.map((value) => value + 1), theta)).to.equal(2);
    expectClose(shifted.value.constantGradient(theta), [2e8, -2e8], 1e-15);
    expectClose(shifted.value.changeOfConstantGradient(Float64Array.of(1, 0)), [2, 0], 1e-15);
  });

  it('gradients of symmetric parameters are symmetric', () => {
    const [y, P] = [variable([2]), parameter([2, 2], { psd: true })];
    const { canonical } = problem({ minimize: quadForm(y, P) });
    const gradient = canonical.pullBack({
      P: Float64Array.of(1, 2, 3),
      q: new Float64Array(2),
      A: new Float64Array(0),
      b: new Float64Array(0),
    });
    expectClose(gradient, [2, 2, 2, 6], 1e-14);
    expect(negate(P).hasParameters).to.equal(true);
  });
});
