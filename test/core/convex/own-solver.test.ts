import { expect } from 'chai';
import loader from 'highs';
import { batchOf } from '../../../core/batch.js';
import {
  type ConeDerivative,
  type ConePoint,
  type ConeProgram,
  type ConeSolver,
  type ConvexLayer,
  convexLayer,
  type ConvexLayerOptions,
  dot,
  eq,
  geq,
  leq,
  parameter,
  problem,
  subtract,
  sum,
  sumSquares,
  variable,
} from '../../../core/convex/index.js';
import { addTimes } from '../../../core/convex/linear-algebra/sparse.js';
import { InteriorPoint } from '../../../core/convex/solver/interior-point.js';
import { LossError } from '../../../core/errors.js';

const highs = await (loader as unknown as typeof loader.default)();

/** Linear programs by HiGHS's simplex method. */
const simplex: ConeSolver = {
  solve({ q, A, b, cones }: ConeProgram): ConePoint {
    const equalities = cones[0].kind === 'zero' ? cones[0].size : 0;
    const model = highs.createModel();
    model.options.set({ output_flag: false });
    model.passModel({
      numCols: q.length,
      numRows: b.length,
      sense: highs.constants.objectiveSense.minimize,
      colCost: q,
      colLower: new Float64Array(q.length).fill(-Infinity),
      colUpper: new Float64Array(q.length).fill(Infinity),
      rowLower: b.map((value, i) => (i < equalities ? value : -Infinity)),
      rowUpper: b,
      matrix: {
        format: 'csc',
        numRows: b.length,
        numCols: q.length,
        starts: A.start,
        indices: A.index,
        values: A.value,
      },
    });
    model.raw.run();
    const optimal = model.getModelStatus() === highs.constants.modelStatus.optimal;
    const { colValue, rowDual } = model.getSolution();
    const [x, z] = [Float64Array.from(colValue), Float64Array.from(rowDual, (value) => -value)];
    model.dispose();
    const s = b.slice();
    addTimes(A, -1, x, s);
    return { status: optimal ? 'solved' : 'infeasible', x, s, z };
  },
};

/** The projection on x >= 0: P diagonal, A = -1, b = 0, and q alone depends on the parameters. */
const rectifier: Required<ConeSolver> = {
  solve: ({ P, q }) => {
    const x = q.map((value, j) => Math.max(0, -value / P.value[j]));
    const z = q.map((value, j) => Math.max(0, value + P.value[j] * x[j]));
    return { status: 'solved', x, s: x.slice(), z, iterations: 1 };
  },
  differentiate: ({ P, A }, { x }): ConeDerivative => {
    const slope = x.map((value, j) => (value > 0 ? -1 / P.value[j] : 0));
    const dual = x.map((value) => (value > 0 ? 0 : 1));
    const scaled = (d: Float64Array, by: Float64Array): Float64Array => d.map((value, j) => value * by[j]);
    return {
      tangent: ({ q }) => ({ x: scaled(q, slope), s: scaled(q, slope), z: scaled(q, dual) }),
      adjoint: ({ x: onX, s, z }) => ({
        P: P.value.map(() => 0),
        q: onX.map((value, j) => (value + s[j]) * slope[j] + z[j] * dual[j]),
        A: A.value.map(() => 0),
        b: x.map(() => 0),
      }),
    };
  },
};

function close(got: ArrayLike<number>, expected: ArrayLike<number>, within: number): void {
  expect(got.length).to.equal(expected.length);
  for (let k = 0; k < got.length; k++) expect(got[k], `entry ${k}`).to.be.closeTo(expected[k], within);
}

function transport(options: Partial<ConvexLayerOptions> = {}): ConvexLayer {
  const [x, c, b] = [variable([4]), parameter([4]), parameter([2])];
  const limits = [leq(x, [0.5, 0.6, 0.7, 0.8]), geq(x, 0), eq(sum(x), 1), geq(dot([1, 0, 1, 0], x), dot([1, 0], b))];
  const one = problem({ minimize: dot(c, x), subjectTo: limits });
  return convexLayer(one, { parameters: [c, b], variables: [x], duals: limits, ...options });
}

function relu(options: Partial<ConvexLayerOptions> = {}): ConvexLayer {
  const [x, y] = [variable([3]), parameter([3])];
  const positive = geq(x, 0);
  const one = problem({ minimize: sumSquares(subtract(x, y)), subjectTo: [positive] });
  return convexLayer(one, { parameters: [y], variables: [x], duals: [positive], ...options });
}

describe("a user's own solver", () => {
  it('of solve alone: variables, duals and derivatives are those of ours', () => {
    const inputs = [batchOf([[1, 3, 2, 4], [4, 1, 2, 0]]), batchOf([[0.3, 0], [0.9, 0]])];
    const [theirs, ours] = [transport({ solver: simplex }).forward(inputs), transport().forward(inputs)];
    theirs.outputs.forEach(({ data }, k) => close(data, ours.outputs[k].data, 1e-9));
    close(theirs.objective, ours.objective, 1e-9);
    const cotangents = ours.outputs.map((output, k) => ({
      ...output,
      data: output.data.map((_, i) => Math.sin(i + k)),
    }));
    const gradients = ours.vjp(cotangents);
    theirs.vjp(cotangents).forEach(({ data }, k) => close(data, gradients[k].data, 1e-8));
    const [report] = theirs.reports();
    expect(report).to.include({ status: 'solved', iterations: 0, derivative: 'exact' });
    expect(report.doubt).to.be.within(1e-16, 1e-6);
  });

  it('of both functions: the derivative is theirs', () => {
    let derivatives = 0;
    const counted: ConeSolver = {
      solve: rectifier.solve,
      differentiate(program, solution) {
        derivatives++;
        return rectifier.differentiate(program, solution);
      },
    };
    const solution = relu({ solver: counted }).forward([batchOf([[1, -2, 3]])]);
    close(solution.outputs[0].data, [1, 0, 3], 0);
    close(solution.outputs[1].data, [0, 4, 0], 0);
    close(solution.vjp([batchOf([[1, 1, 1]]), batchOf([[0, 1, 0]])])[0].data, [1, -2, 1], 0);
    close(solution.jvp([batchOf([[2, 1, 1]])])[0].data, [2, 0, 1], 0);
    expect(derivatives).to.equal(1);
    const [report] = solution.reports();
    expect(report).to.include({ status: 'solved', iterations: 1, derivative: 'exact', derivativeResidual: 0 });
    expect(report.doubt).to.deep.equal(NaN);
    const path = relu({ solver: counted, derivative: 'smoothed', smoothing: 1e-6 });
    const smoothed = path.forward([batchOf([[1, -2, 3]])]);
    close(smoothed.jvp([batchOf([[2, 1, 1]])])[0].data, [2, 0, 1], 1e-5);
  });

  it('may be the interior-point method itself', () => {
    const ours = relu();
    const solver = new InteriorPoint(ours.problem.canonical.structure, { tolerance: 1e-9 });
    const { parameters, problem: { constraints: duals } } = ours;
    const same = convexLayer(ours.problem, { parameters, variables: [], duals, solver });
    const [a, b] = [ours, same].map((layer) => layer.forward([batchOf([[1, -2, 3]])]).jvp([batchOf([[2, 1, 1]])]));
    close(b[0].data, a[1].data, 1e-8);
  });

  it('solves elastic programs too', () => {
    const options = { solver: simplex, onFailure: 'elastic' } as const;
    const [x, low] = [variable(), parameter()];
    const bounds = [geq(x, low), leq(x, 1)];
    const one = problem({ minimize: x, subjectTo: bounds });
    // The program of shifts is quadratic, which this simplex method is not told of.
    expect(() => convexLayer(one, { parameters: [low], variables: [x], ...options }).forward([2]))
      .to.throw(LossError, /no point meets/);
    const feasible = convexLayer(one, { parameters: [low], variables: [x], ...options }).forward([0.5]);
    close(feasible.outputs[0].data, [0.5], 1e-9);
    const masked = transport({ solver: simplex, onFailure: 'mask' }).forward([[1, 2, 3, 4], [5, 0]]);
    expect(masked.reports()[0].status).to.equal('infeasible');
  });

  it('is refused where it gives what is no solution', () => {
    const at = (change: (point: ConePoint) => object) => (): unknown => {
      const solve: ConeSolver['solve'] = (program) => {
        const point = rectifier.solve(program);
        return { ...point, ...change(point) };
      };
      return relu({ solver: { solve } }).forward([[1, -2, 3]]);
    };
    const refuse = (code: string, text: RegExp, act: () => unknown): void => {
      expect(act).to.throw(LossError, text).with.property('code', code);
    };
    refuse('PARAMS', /status should be one of .* got optimal/, at(() => ({ status: 'optimal' })));
    refuse(
      'SHAPE',
      /solution\.x should be a Float64Array of 3 entries, got one of 2/,
      at(({ x }) => ({ x: x.slice(1) })),
    );
    refuse('SHAPE', /solution\.z/, at(({ z }) => ({ z: [...z] })));
    refuse('NONFINITE', /solution\.s should be finite, got NaN at 0/, at(({ s }) => ({ s: s.map(() => NaN) })));
    refuse('UNSUPPORTED', /no solution/, at(({ x }) => ({ x: x.map((value) => value + 1) })));
    refuse('UNSUPPORTED', /no solution/, at(({ z }) => ({ z: z.map((value) => -value) })));
    const unconstrained = Float64Array.of(1, -2, 3);
    refuse('UNSUPPORTED', /no solution/, at(() => ({ x: unconstrained, s: unconstrained, z: new Float64Array(3) })));
    refuse('PARAMS', /solve should be a function/, () => relu({ solver: {} as ConeSolver }));
    const short = { tangent: () => ({ x: new Float64Array(1), s: new Float64Array(3), z: new Float64Array(3) }) };
    const odd: ConeSolver = { ...rectifier, differentiate: (...a) => ({ ...rectifier.differentiate(...a), ...short }) };
    refuse('SHAPE', /tangent\.x/, () => relu({ solver: odd }).forward([[1, -2, 3]]).jvp([batchOf([[1, 1, 1]])]));
  });
});
