import { expect } from 'chai';
import { type Batch, batchOf, row, zeros } from '../../../core/batch.js';
import {
  add,
  type ConeDerivative,
  type ConePoint,
  type ConeProgram,
  type ConeSolver,
  constant,
  type ConvexLayer,
  convexLayer,
  divide,
  dot,
  entropy,
  eq,
  gallery,
  type GalleryName,
  geq,
  invPos,
  type LayerSolution,
  leq,
  matmul,
  multiply,
  negate,
  norm2,
  parameter,
  problem,
  quadForm,
  subtract,
  sum,
  sumSquares,
  variable,
} from '../../../core/convex/index.js';
import type { DataChange, SolutionChange } from '../../../core/convex/solver/linearisation.js';
import { createRng } from '../../../core/random/rng.js';
import { codeOf } from '../../harness/helpers.js';

const normals = (seed: number, rows: number, cols: number): Batch => {
  const [rng, out] = [createRng(seed), zeros(rows, cols)];
  for (let k = 0; k < out.data.length; k++) out.data[k] = rng.normal();
  return out;
};

function close(got: ArrayLike<number>, expected: ArrayLike<number>, within: number): void {
  expect(got.length).to.equal(expected.length);
  for (let k = 0; k < got.length; k++) expect(got[k], `entry ${k}`).to.be.closeTo(expected[k], within);
}

/** A quadratic loss 1/2 sum o^T Q o + <b, o> of all outputs o side by side, and the pieces that `hessian` takes. */
function quadratic(widths: readonly number[], rows: number): {
  Q: Batch;
  cotangents: (outputs: readonly Batch[]) => Batch[];
} {
  const M = widths.reduce((total, width) => total + width, 0);
  const [R, b] = [normals(71, M, M), normals(72, rows, M)];
  const Q = zeros(rows, M * M);
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < M * M; k++) row(Q, i)[k] = R.data[k] + R.data[(k % M) * M + Math.floor(k / M)];
  }
  const gradient = (outputs: readonly Batch[], i: number): Float64Array => {
    const o = outputs.flatMap((batch) => [...row(batch, i)]);
    return row(b, i).map((value, k) => value + o.reduce((total, x, l) => total + row(Q, i)[k * M + l] * x, 0));
  };
  const cotangents = (outputs: readonly Batch[]): Batch[] => {
    const all = Array.from({ length: rows }, (_, i) => gradient(outputs, i));
    let from = 0;
    return widths.map((width) => {
      from += width;
      return batchOf(all.map((g) => g.slice(from - width, from)));
    });
  };
  return { Q, cotangents };
}

/** `hessian` of a quadratic loss is the difference of fourth order of its gradient by all parameters, and symmetric. */
function checkHessian(layer: ConvexLayer, inputs: readonly Batch[], within: number): void {
  const { rows } = inputs[0];
  const solution = layer.forward(inputs);
  const { Q, cotangents } = quadratic(solution.outputs.map(({ cols }) => cols), rows);
  const H = solution.hessian(cotangents(solution.outputs), Q);
  const p = inputs.reduce((total, { cols }) => total + cols, 0);
  expect([H.rows, H.cols]).to.deep.equal([rows, p * p]);
  const directions = inputs.map(({ cols }, k) => normals(60 + k, rows, cols));
  const gradientAt = (t: number): Batch[] => {
    const moved = layer.forward(
      inputs.map((x, k) => ({ ...x, data: x.data.map((value, j) => value + t * directions[k].data[j]) })),
    );
    return moved.vjp(cotangents(moved.outputs));
  };
  const h = 1e-4;
  const [up, down, up2, down2] = [h, -h, 2 * h, -2 * h].map(gradientAt);
  for (let i = 0; i < rows; i++) {
    const flat = (batches: readonly Batch[]): number[] => batches.flatMap((batch) => [...row(batch, i)]);
    const [v, a, b, a2, b2] = [directions, up, down, up2, down2].map(flat);
    const size = 1 + Math.max(...row(H, i).map(Math.abs));
    for (let r = 0; r < p; r++) {
      const product = v.reduce((total, value, c) => total + H.data[i * p * p + r * p + c] * value, 0);
      const measured = (8 * (a[r] - b[r]) - (a2[r] - b2[r])) / (12 * h);
      expect(product / size, `sample ${i}, entry ${r}`).to.be.closeTo(measured / size, within);
      for (let c = 0; c < r; c++) {
        expect(H.data[i * p * p + r * p + c] / size).to.be.closeTo(H.data[i * p * p + c * p + r] / size, 1e-9);
      }
    }
  }
}

describe('second derivatives through a convex layer', () => {
  const points: readonly (readonly [GalleryName, number])[] = [
    ['ball', 3],
    ['portfolio', 4],
    ['relu', 3],
    ['simplex', 4],
    ['softmax', 3],
    ['transport', 3],
  ];
  for (const [name, n] of points) {
    it(`${name}: are differences of the gradient`, () => {
      const { problem: program, parameter: y, solution } = gallery[name](n);
      const layer = convexLayer(program, { parameters: [y], variables: [solution] });
      const inputs = normals(5, 2, n);
      if (name === 'ball') inputs.data.forEach((value, k) => (inputs.data[k] = 3 * value)); // outside
      checkHessian(layer, [inputs], 1e-6);
    });
  }

  it('by several parameters, in matrices of the objective and of constraints, duals included', () => {
    const x = variable([2]);
    const [F, g, level] = [parameter([3, 2]), parameter([3]), parameter([])];
    const total = eq(sum(x), level);
    const fit = add(multiply(0.5, sumSquares(subtract(matmul(F, x), g))), multiply(0.1, sumSquares(x)));
    const layer = convexLayer(problem({ minimize: fit, subjectTo: [total] }), {
      parameters: [level, F, g],
      variables: [x],
      duals: [total],
    });
    checkHessian(layer, [normals(1, 2, 1), normals(2, 2, 6), normals(3, 2, 3)], 1e-6);
  });

  it('of norms and entropies, with the dual of a cone', () => {
    const x = variable([3]);
    const [y, bound] = [parameter([3]), parameter([], { nonneg: true })];
    const near = leq(norm2(x), bound);
    const objective = subtract(multiply(0.5, sumSquares(subtract(x, y))), multiply(0.1, sum(entropy(x))));
    const layer = convexLayer(problem({ minimize: objective, subjectTo: [near] }), {
      parameters: [y, bound],
      variables: [x],
      duals: [near],
    });
    checkHessian(layer, [batchOf([[2, 1, 1.5], [0.5, 3, 1]]), batchOf([[1], [1.2]])], 1e-6);
  });

  it('by a semidefinite parameter of a quadratic form', () => {
    const [w, returns, risk] = [variable([2]), parameter([2]), parameter([2, 2], { psd: true })];
    const objective = subtract(multiply(0.5, quadForm(w, risk)), dot(returns, w));
    const layer = convexLayer(problem({ minimize: objective }), { parameters: [returns, risk], variables: [w] });
    const solution = layer.forward([batchOf([[1, 0.5]]), batchOf([[2, 0, 0, 1]])]);
    const H = solution.hessian([batchOf([[1, 0]])]);
    // w_0 along returns and the diagonal of risk is r / s at r = 1, s = 2: derivatives -1 / s^2 and 2 r / s^3.
    const at = (a: number, b: number): number => H.data[a * 6 + b];
    close([at(0, 0), at(0, 2), at(2, 0), at(2, 2)], [0, -1 / 4, -1 / 4, 1 / 4], 1e-9);
  });

  it('of the projection on a ball from outside: -(k u^T + u k^T + <k, u> (I - 3 u u^T)) / |y|^2', () => {
    const { problem: program, parameter: y, solution } = gallery.ball(3);
    const layer = convexLayer(program, { parameters: [y], variables: [solution] });
    const [k, u] = [[1, -2, 0.5], [3 / 13, 4 / 13, 12 / 13]];
    const H = layer.forward([batchOf([[3, 4, 12]])]).hessian([batchOf([k])]);
    const ku = k.reduce((total, value, j) => total + value * u[j], 0);
    const expected = Array.from({ length: 9 }, (_, at) => {
      const [a, b] = [Math.floor(at / 3), at % 3];
      return -(k[a] * u[b] + u[a] * k[b] + ku * ((a === b ? 1 : 0) - 3 * u[a] * u[b])) / 169;
    });
    close(H.data, expected, 1e-8);
  });

  it('of a dual: that of x = d, minimising 1 / x, is 1 / d^2 with second derivative 6 / d^4', () => {
    const [x, d] = [variable([]), parameter([])];
    const at = eq(x, d);
    const layer = convexLayer(problem({ minimize: invPos(x), subjectTo: [at] }), {
      parameters: [d],
      variables: [],
      duals: [at],
    });
    const solution = layer.forward([batchOf([[2]])]);
    close(solution.outputs[0].data, [1 / 4], 1e-8);
    close(solution.hessian([batchOf([[1]])]).data, [6 / 16], 1e-6);
  });

  it('of a geometric program: x = sqrt(a / b) by a and b', () => {
    const [x, a, b] = [variable([]), parameter([]), parameter([])];
    const program = problem({ minimize: add(divide(a, x), multiply(b, x)) }, { gp: true });
    const layer = convexLayer(program, { parameters: [b, a], variables: [x] });
    const solution = layer.forward([batchOf([[2]]), batchOf([[3]])]);
    const root = Math.sqrt(1.5);
    const [byBB, byAB, byAA] = [(3 / 4) * root / 4, -root / (4 * 6), -root / (4 * 9)];
    close(solution.hessian([batchOf([[1]])]).data, [byBB, byAB, byAB, byAA], 1e-8);
    // 1/2 x^2 = a / (2 b)
    const squared = solution.hessian([batchOf([[root]])], batchOf([[1]])).data;
    close(squared, [3 / 8, -1 / 8, -1 / 8, 0], 1e-8);
  });

  it('of a ReLU layer: J^T H J, without curvature of its own, also at 1e-3 from a kink', () => {
    const { problem: program, parameter: y, solution } = gallery.relu(3);
    const layer = convexLayer(program, { parameters: [y], variables: [solution] });
    const H = batchOf([[1, 2, 3, 2, 5, 6, 3, 6, 9]]);
    const at = (near: number): Batch => batchOf([[near, -near, 2]]);
    close(layer.forward([at(0.1)]).hessian([zeros(1, 3)], H).data, [1, 0, 3, 0, 0, 0, 3, 0, 9], 1e-7);
    close(layer.forward([at(1e-3)]).hessian([batchOf([[1, 1, 1]])]).data, new Float64Array(9), 1e-5);
  });

  it('of a ReLU with a bound that is far away, which the interior-point method solves: none of its own', () => {
    const [x, y] = [variable([3]), parameter([3])];
    const far = problem({ minimize: sumSquares(subtract(x, y)), subjectTo: [geq(x, 0), leq(norm2(x), 100)] });
    const solved = convexLayer(far, { parameters: [y], variables: [x] }).forward([batchOf([[1e-2, -1e-2, 2]])]);
    close(solved.hessian([batchOf([[1, 1, 1]])]).data, new Float64Array(9), 1e-8);
  });

  it('at a kink: refused, or of the central path, x = (y + sqrt(y^2 + 4 mu)) / 2', () => {
    const { problem: program, parameter: y, solution } = gallery.relu(1);
    const at = (derivative: 'exact' | 'auto' | 'smoothed', value: number): Batch => {
      const options = { parameters: [y], variables: [solution], derivative, smoothing: 1e-2 };
      return convexLayer(program, options).forward([batchOf([[value]])]).hessian([batchOf([[1]])], batchOf([[8]]));
    };
    const path = (value: number): number => {
      const root = Math.sqrt(value ** 2 + 0.04);
      return 8 * ((1 + value / root) / 2) ** 2 + 0.02 / root ** 3;
    };
    expect(codeOf(() => at('exact', 0))).to.equal('UNSUPPORTED');
    close(at('auto', 0).data, [path(0)], 1e-9);
    close(at('smoothed', 0.3).data, [path(0.3)], 1e-9);
    close(at('auto', 0.3).data, [8], 1e-8);
  });

  it('of shared parameters: rows sum to the derivative of the gradient of the batch', () => {
    const [x, W, u] = [variable([2]), parameter([2, 2]), parameter([2])];
    const ridge = add(sumSquares(subtract(x, u)), sumSquares(matmul(W, x)));
    const layer = convexLayer(problem({ minimize: ridge }), { parameters: [W, u], variables: [x] });
    const [start, inputs, cotangent, v] = [normals(1, 1, 4), normals(2, 3, 2), normals(3, 3, 2), normals(4, 1, 4)];
    const H = layer.forward([start.data, inputs]).hessian([cotangent]);
    expect([H.rows, H.cols]).to.deep.equal([3, 36]);
    const gradient = (t: number): Float64Array =>
      layer.forward([start.data.map((value, k) => value + t * v.data[k]), inputs]).vjp([cotangent])[0].data;
    const h = 1e-4;
    const [up, down] = [gradient(h), gradient(-h)];
    const product = (r: number): number =>
      [0, 1, 2].reduce((total, i) => total + v.data.reduce((part, x, c) => part + row(H, i)[r * 6 + c] * x, 0), 0);
    close([0, 1, 2, 3].map(product), up.map((value, r) => (value - down[r]) / (2 * h)), 1e-6);
  });

  it('are zero for samples without a solution, and the same for a row alone', () => {
    const [x, low] = [variable(), parameter()];
    const bounded = problem({ minimize: negate(sum(entropy(x))), subjectTo: [geq(x, low), leq(x, constant(1))] });
    const layer = convexLayer(bounded, { parameters: [low], variables: [x], onFailure: 'mask' });
    const solution = layer.forward([batchOf([[0.5], [2], [0.6]])]);
    const H = solution.hessian([batchOf([[1], [1], [1]])], batchOf([[3], [3], [3]]));
    close(H.data, [3, 0, 3], 1e-6);
    expect(H.data[1]).to.equal(0);
    const alone = layer.forward([batchOf([[0.6]])]).hessian([batchOf([[1]])], batchOf([[3]]));
    expect(alone.data[0]).to.equal(H.data[2]);
    expect(solution.reports().map(({ derivative }) => derivative)).to.deep.equal(['exact', undefined, 'exact']);
  });

  it('of an infeasible program, elastic', () => {
    const [x, y, level] = [variable([2]), parameter([2]), parameter([])];
    const conflict = [geq(sum(x), level), leq(norm2(x), 1)];
    const layer = convexLayer(problem({ minimize: sumSquares(subtract(x, y)), subjectTo: conflict }), {
      ...{ parameters: [y, level], variables: [x], onFailure: 'elastic', elasticWeight: 10 },
    });
    const inputs = [batchOf([[0.4, -0.1]]), batchOf([[3]])];
    expect(layer.forward(inputs).reports()[0].status).to.equal('elastic');
    checkHessian(layer, inputs, 1e-6);
  });

  it('by a solver of your own: from the optimality conditions, or none where it has its own derivative', () => {
    const { problem: program, parameter: y, solution } = gallery.relu(2);
    const solve = ({ q }: ConeProgram): ConePoint => {
      const [x, z] = [q.map((value) => Math.max(-value, 0)), q.map((value) => Math.max(value, 0))];
      return { status: 'solved', x, s: x.slice(), z };
    };
    const tangent = (data: DataChange): SolutionChange => ({ x: data.q, s: data.q, z: data.q });
    const differentiate = (): ConeDerivative => ({ tangent, adjoint: () => expect.fail() });
    const at = (solver: ConeSolver): LayerSolution =>
      convexLayer(program, { parameters: [y], variables: [solution], solver }).forward([batchOf([[0.5, -2]])]);
    close(at({ solve }).hessian([zeros(1, 2)], batchOf([[3, 1, 1, 2]])).data, [3, 0, 0, 0], 1e-8);
    expect(codeOf(() => at({ solve, differentiate }).hessian([zeros(1, 2)]))).to.equal('UNSUPPORTED');
  });

  it('refuse cotangents and Hessians of other shapes, and NaN', () => {
    const { problem: program, parameter: y, solution } = gallery.relu(2);
    const solved = convexLayer(program, { parameters: [y], variables: [solution] }).forward([normals(1, 3, 2)]);
    expect(codeOf(() => solved.hessian([]))).to.equal('SHAPE');
    expect(codeOf(() => solved.hessian([zeros(3, 3)]))).to.equal('SHAPE');
    expect(codeOf(() => solved.hessian([zeros(3, 2)], zeros(3, 2)))).to.equal('SHAPE');
    const wrong = zeros(3, 4);
    wrong.data[5] = NaN;
    expect(codeOf(() => solved.hessian([zeros(3, 2)], wrong))).to.equal('NONFINITE');
  });
});
