import { expect } from 'chai';
import { batchOf, row, zeros } from '../../../core/batch.js';
import { LossError } from '../../../core/errors.js';
import {
  add,
  type Constraint,
  constant,
  type ConvexLayer,
  convexLayer,
  type ConvexLayerOptions,
  dot,
  entropy,
  eq,
  expCone,
  geq,
  index,
  type LayerInput,
  leq,
  logistic,
  matmul,
  multiply,
  negate,
  parameter,
  powCone,
  problem,
  psd,
  quadForm,
  soc,
  subtract,
  sum,
  sumSquares,
  variable,
} from '../../../core/convex/index.js';
import { solveDense } from './solve-dense.js';
import { checkDerivatives, close, innerProduct, normals } from './support.js';

function refusal(code: string, text: RegExp, act: () => unknown): void {
  expect(act).to.throw(LossError, text).with.property('code', code);
}

/** The projection of b on the simplex. */
function simplexLayer(n: number, options: Partial<ConvexLayerOptions> = {}): ConvexLayer {
  const [x, b] = [variable([n]), parameter([n], { name: 'b' })];
  const nearest = problem({ minimize: sumSquares(subtract(x, b)), subjectTo: [geq(x, 0), eq(sum(x), 1)] });
  return convexLayer(nearest, { parameters: [b], variables: [x], ...options });
}

/** min 1/2 |F x - g|^2 + |x|^2 / 2 */
function leastSquares(m: number, n: number): ConvexLayer {
  const [x, F, g] = [variable([n]), parameter([m, n], { name: 'F' }), parameter([m], { name: 'g' })];
  const fit = sumSquares(subtract(matmul(F, x), g));
  const objective = add(multiply(0.5, fit), multiply(0.5, sumSquares(x)));
  return convexLayer(problem({ minimize: objective }), { parameters: [F, g], variables: [x] });
}

/** x and the adjoint u = (F^T F + I)^-1 c: d<c, x> = (g - F x) u^T - F u x^T by F, F u by g. */
function closedLeastSquares(
  F: Float64Array,
  g: Float64Array,
  n: number,
  c: number[],
): Record<'x' | 'F' | 'g', number[]> {
  const m = g.length;
  const at = (i: number, j: number): number => F[i * n + j];
  const over = (length: number, of: (i: number) => number): number =>
    Array.from({ length }, (_, i) => of(i)).reduce((a, b) => a + b, 0);
  const range = (length: number): number[] => Array.from({ length }, (_, i) => i);
  const gram = range(n).map((j) => range(n).map((k) => over(m, (i) => at(i, j) * at(i, k)) + (j === k ? 1 : 0)));
  const x = solveDense(gram, range(n).map((j) => over(m, (i) => at(i, j) * g[i])));
  const u = solveDense(gram, c);
  const [Fx, Fu] = [x, u].map((v) => range(m).map((i) => over(n, (j) => at(i, j) * v[j])));
  return {
    x,
    F: range(m * n).map((k) => {
      const [i, j] = [Math.floor(k / n), k % n];
      return (g[i] - Fx[i]) * u[j] - Fu[i] * x[j];
    }),
    g: Fu,
  };
}

describe('convex layer: batches and values', () => {
  it('takes a batch of one', () => {
    const solution = simplexLayer(3).forward([batchOf([[0.9, 0.5, -0.3]])]);
    close(solution.outputs[0].data, [0.7, 0.3, 0], 1e-9);
    expect(solution.outputs[0]).to.include({ rows: 1, cols: 3 });
    close(solution.vjp([batchOf([[1, 0, 0]])])[0].data, [0.5, -0.5, 0], 1e-9);
    close(solution.jvp([batchOf([[1, 0, 0]])])[0].data, [0.5, -0.5, 0], 1e-9);
    close(solution.objective, [0.04 + 0.04 + 0.09], 1e-9);
  });

  it('takes values for the batch and one a sample, mixed; the gradient of a shared one is the sum', () => {
    const [layer, F, g, c] = [leastSquares(4, 2), normals(1, 1, 8), normals(2, 3, 4), normals(3, 3, 2)];
    const solution = layer.forward([F.data, g]);
    const [dF, dg] = solution.vjp([c]);
    expect([dF.rows, dF.cols, dg.rows, dg.cols]).to.deep.equal([1, 8, 3, 4]);
    const rows = [0, 1, 2].map((i) => closedLeastSquares(F.data, row(g, i), 2, [...row(c, i)]));
    rows.forEach(({ x, g: slope }, i) => {
      close(row(solution.outputs[0], i), x, 1e-11, 'x');
      close(row(dg, i), slope, 1e-11, 'g');
    });
    close(dF.data, rows[0].F.map((_, k) => rows.reduce((total, { F: one }) => total + one[k], 0)), 1e-11, 'F');
    const tangents = [normals(4, 1, 8), normals(5, 3, 4)];
    expect(innerProduct(solution.jvp(tangents), [c])).to.be.closeTo(innerProduct([dF, dg], tangents), 1e-10);
  });

  it('gives one solution where all values are shared, nested or flat', () => {
    const [layer, g] = [leastSquares(2, 2), [1, 2]];
    const nested = layer.forward([[[1, 2], [3, 4]], g]);
    const flat = layer.forward([Float64Array.of(1, 2, 3, 4), Float64Array.from(g)]);
    expect(nested.outputs).to.deep.equal(flat.outputs);
    expect(nested.outputs[0].rows).to.equal(1);
  });

  it('has outputs of matrix variables, row-major', () => {
    const [X, B] = [variable([2, 3]), parameter([2, 3])];
    const nearest = problem({ minimize: sumSquares(subtract(X, B)), subjectTo: [leq(X, 1)] });
    const layer = convexLayer(nearest, { parameters: [B], variables: [X] });
    const value = [0.5, 2, -1, 3, 0, 0.25];
    close(layer.forward([batchOf([value])]).outputs[0].data, [0.5, 1, -1, 1, 0, 0.25], 1e-9);
    expect(layer.outputs[0].reading.shape).to.deep.equal([2, 3]);
  });

  it('gives for a batch what its rows give alone, bit for bit', () => {
    for (const layer of [simplexLayer(5), entropyLayer(5), coneLayer()]) {
      const width = layer.problem.canonical.size;
      const [b, c] = [normals(6, 6, width), normals(7, 6, layer.outputs[0].reading.index.length)];
      const both = layer.forward([b]);
      const gradient = both.vjp([c])[0];
      for (let i = 0; i < 6; i++) {
        const alone = layer.forward([batchOf([row(b, i)])]);
        expect(row(both.outputs[0], i)).to.deep.equal(alone.outputs[0].data);
        expect(both.objective[i]).to.equal(alone.objective[0]);
        expect(row(gradient, i)).to.deep.equal(alone.vjp([batchOf([row(c, i)])])[0].data);
      }
    }
  });

  it('mutates no argument', () => {
    const [layer, F, g] = [leastSquares(4, 2), normals(1, 3, 8), normals(2, 3, 4)];
    const [c, tangents] = [normals(3, 3, 2), [normals(4, 3, 8), normals(5, 3, 4)]];
    const before = [F, g, c, ...tangents].map((batch) => ({ ...batch, data: batch.data.slice() }));
    const solution = layer.forward([F, g]);
    solution.vjp([c]);
    solution.jvp(tangents);
    expect([F, g, c, ...tangents]).to.deep.equal(before);
  });

  it('does no derivative work where none is asked', () => {
    const solution = simplexLayer(3).forward([normals(8, 4, 3)]);
    for (const report of solution.reports()) {
      expect(report).to.include({ status: 'solved', derivative: undefined, derivativeResidual: 0 });
      expect(report.residual).to.be.below(1e-12);
    }
  });
});

describe('convex layer: what it refuses', () => {
  const layer = simplexLayer(3);

  it('wrong numbers, shapes and values of parameters', () => {
    refusal('PARAMS', /expected 1 values/, () => layer.forward([]));
    refusal('PARAMS', /expected 1 values/, () => layer.forward([[1, 2, 3], [1, 2, 3]]));
    refusal('SHAPE', /parameter b/, () => layer.forward([zeros(2, 4)]));
    refusal('SHAPE', /expected shape \[3\]/, () => layer.forward([[1, 2]]));
    refusal('SHAPE', /got a number/, () => layer.forward([1]));
    refusal('NONFINITE', /parameter b/, () => layer.forward([batchOf([[1, NaN, 0]])]));
    refusal('NONFINITE', /parameter b/, () => layer.forward([Float64Array.of(1, Infinity, 0)]));
    const fit = leastSquares(2, 1);
    refusal('SHAPE', /parameter g/, () => fit.forward([zeros(2, 2), zeros(3, 2)]));
  });

  it('no value at all, or one that is neither an array nor a number', () => {
    for (const odd of [undefined, null, 'b', {}]) {
      expect(() => layer.forward([odd as LayerInput]), String(odd)).to.throw(LossError);
    }
  });

  it('signs, symmetry and definiteness other than declared', () => {
    const x = variable([2]);
    const at = (p: ReturnType<typeof parameter>, objective: Parameters<typeof sum>[0]): ConvexLayer =>
      convexLayer(problem({ minimize: objective, subjectTo: [geq(x, 1)] }), { parameters: [p], variables: [x] });
    const weight = parameter([], { nonneg: true });
    refusal('PARAMS', /nonneg/, () => at(weight, multiply(weight, sumSquares(x))).forward([-1]));
    const opposite = parameter([], { nonpos: true });
    refusal('PARAMS', /nonpos/, () => at(opposite, multiply(negate(opposite), sumSquares(x))).forward([1]));
    const P = parameter([2, 2], { psd: true });
    refusal('PARAMS', /symmetric/, () => at(P, quadForm(x, P)).forward([[[1, 1], [0, 1]]]));
    refusal('PARAMS', /psd/, () => at(P, quadForm(x, P)).forward([batchOf([[1, 0, 0, -1]])]));
  });

  it('cotangents and tangents of other numbers or shapes', () => {
    const solution = layer.forward([zeros(2, 3)]);
    refusal('SHAPE', /cotangents/, () => solution.vjp([]));
    refusal('SHAPE', /cotangents/, () => solution.vjp([zeros(2, 4)]));
    refusal('NONFINITE', /cotangents/, () => solution.vjp([batchOf([[NaN, 0, 0], [0, 0, 0]])]));
    refusal('SHAPE', /tangents/, () => solution.jvp([]));
    refusal('SHAPE', /tangents/, () => solution.jvp([zeros(2, 3), zeros(2, 3)]));
    refusal('SHAPE', /tangents/, () => solution.jvp([zeros(1, 3)]));
  });

  it("parameters, variables and constraints that are not the problem's", () => {
    const [x, b] = [variable([2], { name: 'x' }), parameter([2], { name: 'b' })];
    const one = problem({ minimize: sumSquares(subtract(x, b)) });
    const make = (options: ConvexLayerOptions) => () => convexLayer(one, options);
    refusal('PARAMS', /parameter b of the problem/, make({ parameters: [], variables: [x] }));
    refusal('PARAMS', /not in the problem/, make({ parameters: [b, parameter([1])], variables: [x] }));
    refusal('PARAMS', /twice/, make({ parameters: [b, b], variables: [x] }));
    refusal('PARAMS', /variable/, make({ parameters: [b], variables: [variable([2])] }));
    refusal('PARAMS', /constraints/, make({ parameters: [b], variables: [x], duals: [geq(x, 0)] }));
  });

  it('options that are none', () => {
    const odd = [{ smoothing: -1 }, { smoothing: NaN }, { tolerance: 0 }, { maxIterations: 0.5 }];
    for (const options of odd) refusal('PARAMS', /convex layer/, () => simplexLayer(2, options));
    refusal('PARAMS', /derivative/, () => simplexLayer(2, { derivative: 'exactly' as 'exact' }));
    refusal('PARAMS', /onFailure/, () => simplexLayer(2, { onFailure: 'ignore' as 'mask' }));
  });
});

/** softmax(b): max <b, x> + entropy(x), sum x = 1 */
function entropyLayer(n: number, total = 1): ConvexLayer {
  const [x, b] = [variable([n]), parameter([n])];
  const objective = add(dot(b, x), sum(entropy(x)));
  const layer = problem({ maximize: objective, subjectTo: [eq(sum(x), total)] });
  return convexLayer(layer, { parameters: [b], variables: [x] });
}

/** The limited multi-label projection (Amos et al., 2019): max <b, x> + entropy(x) + entropy(1 - x), sum x = k. */
function lmlLayer(n: number, k: number): ConvexLayer {
  const [x, b] = [variable([n]), parameter([n])];
  const objective = add(dot(b, x), sum(entropy(x)), sum(entropy(subtract(1, x))));
  return convexLayer(problem({ maximize: objective, subjectTo: [eq(sum(x), k)] }), { parameters: [b], variables: [x] });
}

function coneLayer(): ConvexLayer {
  const [x, b] = [variable([4]), parameter([4])];
  const nearest = problem({ minimize: sumSquares(subtract(x, b)), subjectTo: [soc(1, x), leq(sum(x), 0.25)] });
  return convexLayer(nearest, { parameters: [b], variables: [x] });
}

describe('convex layer: against closed forms', () => {
  it('least squares, value and vjp', () => {
    const [layer, F, g, c] = [leastSquares(6, 3), normals(1, 2, 18), normals(2, 2, 6), normals(3, 2, 3)];
    const solution = layer.forward([F, g]);
    const [dF, dg] = solution.vjp([c]);
    for (let i = 0; i < 2; i++) {
      const closed = closedLeastSquares(row(F, i), row(g, i), 3, [...row(c, i)]);
      close(row(solution.outputs[0], i), closed.x, 1e-11);
      close(row(dF, i), closed.F, 1e-10);
      close(row(dg, i), closed.g, 1e-10);
    }
  });

  it('equality only: the nearest point of a plane', () => {
    const [x, a, b] = [variable([3]), parameter([3]), parameter([])];
    const one = problem({ minimize: sumSquares(x), subjectTo: [eq(dot(a, x), b)] });
    const layer = convexLayer(one, { parameters: [a, b], variables: [x] });
    const solution = layer.forward([[1, 2, 2], batchOf([[18]])]);
    close(solution.outputs[0].data, [2, 4, 4], 1e-11);
    // x = b a / |a|^2
    const [da, db] = solution.vjp([batchOf([[1, 0, 0]])]);
    close(db.data, [1 / 9], 1e-11);
    close(da.data, [18 / 9 - (2 * 18 * 1) / 81, (-2 * 18 * 2) / 81, (-2 * 18 * 2) / 81], 1e-10);
  });

  it('softmax by entropy, with its Jacobian', () => {
    const b = [0.3, -1, 2, 0.1];
    const weights = b.map(Math.exp);
    const p = weights.map((value) => value / weights.reduce((a, c) => a + c));
    const solution = entropyLayer(4).forward([batchOf([b])]);
    close(solution.outputs[0].data, p, 1e-9);
    for (let j = 0; j < 4; j++) {
      const unit = batchOf([p.map((_, i) => (i === j ? 1 : 0))]);
      const column = p.map((value, i) => (i === j ? value : 0) - value * p[j]);
      close(solution.jvp([unit])[0].data, column, 1e-8);
      close(solution.vjp([unit])[0].data, column, 1e-8);
    }
  });

  it('LML: sigmoid(b + nu), nu by bisection', () => {
    const b = [1.2, -0.4, 0.3, 2.1, -1.5];
    const at = (nu: number): number[] => b.map((value) => 1 / (1 + Math.exp(-value - nu)));
    let [low, high] = [-50, 50];
    for (let k = 0; k < 100; k++) {
      const middle = (low + high) / 2;
      if (at(middle).reduce((a, c) => a + c) < 2) low = middle;
      else high = middle;
    }
    const p = at(low);
    const solution = lmlLayer(5, 2).forward([batchOf([b])]);
    close(solution.outputs[0].data, p, 1e-9);
    const slope = p.map((value) => value * (1 - value));
    const total = slope.reduce((a, c) => a + c);
    const first = slope.map((value, i) => (i === 0 ? value : 0) - (value * slope[0]) / total);
    close(solution.jvp([batchOf([[1, 0, 0, 0, 0]])])[0].data, first, 1e-8);
  });

  it('logistic regression, by differences', () => {
    const [w, X] = [variable([2]), parameter([5, 2])];
    const signs = [1, -1, 1, 1, -1];
    const margins = multiply(constant(signs.map((sign) => -sign)), matmul(X, w));
    const fit = problem({ minimize: add(sum(logistic(margins)), multiply(0.1, sumSquares(w))) });
    checkDerivatives(convexLayer(fit, { parameters: [X], variables: [w] }), [normals(9, 1, 10)], 1e-7);
  });

  it('the projection on the semidefinite cone, with its derivative', () => {
    const [X, B] = [variable([2, 2], { psd: true }), parameter([2, 2], { symmetric: true })];
    const nearest = problem({ minimize: sumSquares(subtract(X, B)) });
    const layer = convexLayer(nearest, { parameters: [B], variables: [X] });
    // Eigenvalues 3 and -1 along (1, 1) and (1, -1).
    const solution = layer.forward([batchOf([[1, 2, 2, 1]])]);
    close(solution.outputs[0].data, [1.5, 1.5, 1.5, 1.5], 1e-8);
    // Along (1, 1): 1; across: 3 / (3 + 1); along (1, -1): 0.
    close(solution.jvp([batchOf([[1, 0, 0, -1]])])[0].data, [0.75, 0, 0, -0.75], 1e-8);
    close(solution.jvp([batchOf([[1, 1, 1, 1]])])[0].data, [1, 1, 1, 1], 1e-8);
    close(solution.jvp([batchOf([[1, -1, -1, 1]])])[0].data, [0, 0, 0, 0], 1e-8);
  });

  it('a geometric program, in the units of its parameters', () => {
    const [x, y] = [variable([], { name: 'x' }), variable([], { name: 'y' })];
    const [a, c] = [parameter([], { name: 'a' }), parameter([], { name: 'c' })];
    const wall = leq(add(multiply(a, x), y), c);
    const box = problem({ maximize: multiply(x, y), subjectTo: [wall] }, { gp: true });
    const layer = convexLayer(box, { parameters: [a, c], variables: [x, y] });
    const inputs = [batchOf([[2], [0.5]]), batchOf([[4], [3]])];
    const solution = layer.forward(inputs);
    // x = c / (2 a), y = c / 2
    close(solution.outputs[0].data, [1, 3], 1e-8);
    close(solution.outputs[1].data, [2, 1.5], 1e-8);
    close(solution.objective, [2, 4.5], 1e-7);
    const [da, dc] = solution.vjp([batchOf([[1], [1]]), zeros(2, 1)]);
    close(da.data, [-0.5, -6], 1e-7);
    close(dc.data, [0.25, 1], 1e-7);
    checkDerivatives(layer, inputs, 1e-7);
    refusal('PARAMS', /> 0/, () => layer.forward([batchOf([[-1]]), batchOf([[1]])]));
  });

  it('quadForm with a matrix that is a parameter: x = P^-1 b, dx = -P^-1 dP x', () => {
    const [x, P, b] = [variable([2]), parameter([2, 2], { psd: true }), parameter([2])];
    const objective = subtract(multiply(0.5, quadForm(x, P)), dot(b, x));
    const layer = convexLayer(problem({ minimize: objective }), { parameters: [P, b], variables: [x] });
    const solution = layer.forward([batchOf([[2, 1, 1, 3]]), batchOf([[3, 4]])]);
    close(solution.outputs[0].data, [1, 1], 1e-11);
    const change = solution.jvp([batchOf([[0, 1, 1, 0]]), zeros(1, 2)])[0].data;
    close(change, [-0.4, -0.2], 1e-10);
    const tangents = [batchOf([[1, 0.5, 0.5, -0.3]]), batchOf([[0.2, 0.1]])];
    checkDerivatives(layer, [batchOf([[2, 1, 1, 3]]), batchOf([[3, 4]])], 1e-8, tangents);
  });
});

describe('convex layer: duals', () => {
  const check = (subjectTo: (x: ReturnType<typeof variable>) => Constraint[], b: number[][], within = 1e-7): void => {
    const [x, p] = [variable([b[0].length]), parameter([b[0].length])];
    const constraints = subjectTo(x);
    const nearest = problem({ minimize: sumSquares(subtract(x, p)), subjectTo: constraints });
    const layer = convexLayer(nearest, { parameters: [p], variables: [x], duals: constraints });
    checkDerivatives(layer, [batchOf(b)], within);
  };

  it('are those of the stated signs: the optimal value changes by -<dual, d> with slack + d', () => {
    const [x, d] = [variable([2]), parameter([2])];
    const total = eq(sum(x), add(1, index(d, 0)));
    const bound = leq(index(x, 0), add(0.25, index(d, 1)));
    const one = problem({ minimize: sumSquares(x), subjectTo: [total, bound] });
    const layer = convexLayer(one, { parameters: [d], variables: [x], duals: [total, bound] });
    const solution = layer.forward([batchOf([[0, 0]])]);
    const value = (a: number, c: number): number => layer.forward([batchOf([[a, c]])]).objective[0];
    const h = 1e-4;
    expect(solution.outputs[1].data[0]).to.be.closeTo(-(value(h, 0) - value(-h, 0)) / (2 * h), 1e-7);
    expect(solution.outputs[2].data[0]).to.be.closeTo(-(value(0, h) - value(0, -h)) / (2 * h), 1e-7);
    close(solution.outputs[1].data, [-1.5], 1e-8);
    close(solution.outputs[2].data, [1], 1e-8);
  });

  it('of equalities and inequalities', () =>
    check((x) => [eq(sum(x), 1), geq(x, 0)], [[0.9, 0.5, -0.3], [2, 0.1, 0.2]]));
  it('of a second-order cone', () => check((x) => [soc(1, x)], [[2, 1, -1], [0.1, 0.2, -3]]));
  it('of a semidefinite cone', () => {
    const [X, B] = [variable([2, 2], { symmetric: true }), parameter([2, 2], { symmetric: true })];
    const cone = psd(X);
    const nearest = problem({ minimize: sumSquares(subtract(X, B)), subjectTo: [cone] });
    const layer = convexLayer(nearest, { parameters: [B], variables: [X], duals: [cone] });
    // X - B = dual / 2
    const solution = layer.forward([batchOf([[1, 2, 2, 1]])]);
    close(solution.outputs[1].data, [1, -1, -1, 1], 1e-8);
    checkDerivatives(layer, [batchOf([[1, 2, 2, 1]])], 1e-7, [batchOf([[0.3, -1, -1, 0.7]])]);
  });
  it('of a power cone', () =>
    check((x) => [powCone(index(x, 0), index(x, 1), index(x, 2), 0.3)], [[0.4, 0.9, 2], [1, 0.2, -1.5]], 1e-6));
  it('of an exponential cone', () =>
    check((x) => [expCone(index(x, 0), index(x, 1), index(x, 2))], [[1, 1, 0.5], [0.5, 2, -1]], 1e-6));
});
