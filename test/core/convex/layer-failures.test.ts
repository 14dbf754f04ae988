import { expect } from 'chai';
import { type Batch, batchOf, zeros } from '../../../core/batch.js';
import {
  add,
  type ConvexLayer,
  convexLayer,
  type ConvexLayerOptions,
  dot,
  eq,
  geq,
  leq,
  multiply,
  norm2,
  parameter,
  quadOverLin,
  problem,
  slice,
  subtract,
  sum,
  sumSquares,
  variable,
} from '../../../core/convex/index.js';
import { LossError } from '../../../core/errors.js';
import { close } from './support.js';

/** min c x over low <= x <= 2, or without the upper bound */
function interval(options: Partial<ConvexLayerOptions> = {}): ConvexLayer {
  const [x, c, low, high] = [variable(), parameter(), parameter(), parameter()];
  const one = problem({ minimize: multiply(c, x), subjectTo: [geq(x, low), leq(x, high)] });
  return convexLayer(one, { parameters: [c, low, high], variables: [x], ...options });
}

function halfLine(options: Partial<ConvexLayerOptions> = {}): ConvexLayer {
  const [x, c] = [variable(), parameter()];
  const one = problem({ minimize: multiply(c, x), subjectTo: [geq(x, 1)] });
  return convexLayer(one, { parameters: [c], variables: [x], ...options });
}

describe('convex layer: failures', () => {
  const column = (...values: number[]): Batch => batchOf(values.map((value) => [value]));

  it('says which sample is infeasible or unbounded', () => {
    const refuse = (text: RegExp, act: () => unknown): void => {
      expect(act).to.throw(LossError, text).with.property('code', 'UNSUPPORTED');
    };
    refuse(/sample 1: no point meets/, () => interval().forward([column(1, 1), column(0, 3), 2]));
    refuse(/sample 0: the objective has no bound/, () => halfLine().forward([column(-1)]));
  });

  it('masks: NaN as outputs, zero derivatives, a status a sample', () => {
    const solution = interval({ onFailure: 'mask' }).forward([column(1, 1, -1), column(0, 3, 0), 2]);
    close(solution.outputs[0].data.subarray(0, 1), [0], 1e-8);
    expect(Number.isNaN(solution.outputs[0].data[1])).to.equal(true);
    close(solution.outputs[0].data.subarray(2), [2], 1e-8);
    expect(solution.reports().map(({ status }) => status)).to.deep.equal(['solved', 'infeasible', 'solved']);
    expect(solution.objective[1]).to.equal(Infinity);
    const [, low, high] = solution.vjp([column(1, 1, 1)]);
    close(low.data, [1, 0, 0], 1e-8);
    close(high.data, [1], 1e-8);
    const change = solution.jvp([zeros(3, 1), column(1, 1, 1), zeros(1, 1)]);
    close(change[0].data, [1, 0, 0], 1e-8);
    const unbounded = halfLine({ onFailure: 'mask' }).forward([column(-1)]);
    expect(unbounded.reports()[0].status).to.equal('unbounded');
    expect(unbounded.objective[0]).to.equal(-Infinity);
    expect(Number.isNaN(unbounded.outputs[0].data[0])).to.equal(true);
  });

  it('ends after maxIterations, with an error that says so', () => {
    expect(() => interval({ maxIterations: 1 }).forward([1, 0, 2]))
      .to.throw(LossError, /no solution after 1 iterations/)
      .with.property('code', 'UNSUPPORTED');
  });
});

describe('convex layer: where the solution has no derivative', () => {
  /** min c x_0 + 0 x_1 over the square: any x_1. */
  const square = (options: Partial<ConvexLayerOptions>): ConvexLayer => {
    const [x, c] = [variable([2]), parameter([2])];
    const one = problem({ minimize: dot(c, x), subjectTo: [geq(x, 0), leq(x, 1)] });
    return convexLayer(one, { parameters: [c], variables: [x], ...options });
  };
  const flat = batchOf([[1, 0]]);
  const cotangent = batchOf([[1, 1]]);

  it('exact refuses', () => {
    const solution = square({ derivative: 'exact' }).forward([flat]);
    expect(() => solution.vjp([cotangent])).to.throw(LossError, /derivative/).with.property('code', 'UNSUPPORTED');
    expect(() => solution.jvp([cotangent])).to.throw(LossError, /derivative/).with.property('code', 'UNSUPPORTED');
  });

  it('auto takes the smoothed one and says so', () => {
    const solution = square({ derivative: 'auto', smoothing: 1e-3 }).forward([flat]);
    const [gradient] = solution.vjp([cotangent]);
    expect(gradient.data.every(Number.isFinite)).to.equal(true);
    expect(gradient.data[1]).to.be.below(-1);
    expect(solution.reports()[0].derivative).to.equal('smoothed');
    const sound = square({ derivative: 'auto' }).forward([batchOf([[1, -1]])]);
    close(sound.vjp([cotangent])[0].data, [0, 0], 1e-6);
    expect(sound.reports()[0]).to.include({ derivative: 'exact' });
    expect(sound.reports()[0].derivativeResidual).to.be.below(1e-6);
  });

  it('a smoothed derivative that cannot be solved for is refused, not given', () => {
    const [t, x, p] = [variable(), variable([3]), parameter([3])];
    const one = problem({ minimize: t, subjectTo: [eq(x, p), leq(quadOverLin(x, 0.2), t)] });
    for (let exponent = 1; exponent <= 14; exponent++) {
      const settings = { derivative: 'smoothed', smoothing: 10 ** -exponent } as const;
      const solution = convexLayer(one, { parameters: [p], variables: [t], ...settings }).forward([
        batchOf([[1, 2, 3]]),
      ]);
      let gradient: Batch | undefined;
      try {
        [gradient] = solution.vjp([batchOf([[1]])]);
      } catch (error) {
        expect(error).to.be.instanceOf(LossError).with.property('code', 'UNSUPPORTED');
      }
      if (gradient && exponent > 4) close(gradient.data, [10, 20, 30], 1e-3);
    }
  });

  it('a constraint that is hardly active: exact refuses, auto smooths', () => {
    const [x, b] = [variable(), parameter()];
    const relu = problem({ minimize: sumSquares(subtract(x, b)), subjectTo: [geq(x, 0)] });
    const at = (derivative: 'exact' | 'auto') => convexLayer(relu, { parameters: [b], variables: [x], derivative });
    const exact = at('exact').forward([batchOf([[0]])]);
    expect(() => exact.jvp([batchOf([[1]])])).to.throw(LossError, /derivative/).with.property('code', 'UNSUPPORTED');
    const auto = at('auto').forward([batchOf([[0]])]);
    close(auto.jvp([batchOf([[1]])])[0].data, [0.5], 1e-6);
    expect(auto.reports()[0].derivative).to.equal('smoothed');
  });

  it('smoothed is close to exact where both exist', () => {
    const [x, b] = [variable([3]), parameter([3])];
    const one = problem({ minimize: sumSquares(subtract(x, b)), subjectTo: [geq(x, 0), eq(sum(x), 1)] });
    const at = (options: Partial<ConvexLayerOptions>): Float64Array => {
      const solution = convexLayer(one, { parameters: [b], variables: [x], ...options })
        .forward([batchOf([[0.9, 0.5, -0.3]])]);
      const [gradient] = solution.vjp([batchOf([[1, 2, 3]])]);
      expect(solution.reports()[0].derivative).to.equal(options.derivative);
      return gradient.data;
    };
    const exact = at({ derivative: 'exact' });
    close(at({ derivative: 'smoothed', smoothing: 1e-6 }), exact, 1e-4);
    close(at({ derivative: 'smoothed', smoothing: 1e-8 }), exact, 1e-6);
  });
});

describe('convex layer: extreme but legal', () => {
  it('one variable, no constraints', () => {
    const [x, b] = [variable(), parameter()];
    const one = problem({ minimize: sumSquares(subtract(x, multiply(2, b))) });
    const solution = convexLayer(one, { parameters: [b], variables: [x] }).forward([batchOf([[3], [-1]])]);
    close(solution.outputs[0].data, [6, -2], 1e-10);
    close(solution.vjp([batchOf([[1], [1]])])[0].data, [2, 2], 1e-10);
  });

  it('no parameters', () => {
    const x = variable([2]);
    const one = problem({ minimize: sumSquares(subtract(x, [3, -1])), subjectTo: [geq(x, 0)] });
    const solution = convexLayer(one, { parameters: [], variables: [x] }).forward([]);
    close(solution.outputs[0].data, [3, 0], 1e-8);
    expect(solution.vjp([zeros(1, 2)])).to.deep.equal([]);
    expect(solution.jvp([])[0].data).to.deep.equal(new Float64Array(2));
  });

  it('an empty batch', () => {
    const [x, b] = [variable([2]), parameter([2])];
    const one = problem({ minimize: sumSquares(subtract(x, b)) });
    const solution = convexLayer(one, { parameters: [b], variables: [x] }).forward([zeros(0, 2)]);
    expect(solution.outputs[0]).to.include({ rows: 0, cols: 2 });
    expect(solution.vjp([zeros(0, 2)])[0].rows).to.equal(0);
  });

  it('constraints listed twice, and two that say the same', () => {
    const [x, b] = [variable([2]), parameter([2])];
    const total = eq(sum(x), 1);
    const nearest = sumSquares(subtract(x, b));
    const bound = geq(x, 0);
    const at = (subjectTo: typeof total[] | (typeof total | typeof bound)[]): Float64Array[] => {
      const one = problem({ minimize: nearest, subjectTo });
      const solution = convexLayer(one, { parameters: [b], variables: [x] }).forward([batchOf([[0.6, 0.1]])]);
      return [solution.outputs[0].data, solution.jvp([batchOf([[1, 0]])])[0].data];
    };
    const [value, change] = at([total, bound]);
    close(value, [0.75, 0.25], 1e-9);
    close(change, [0.5, -0.5], 1e-9);
    for (const twice of [[total, total, bound, bound], [total, bound, eq(sum(x), 1)], [total, bound, geq(x, 0)]]) {
      const [again, moved] = at(twice);
      close(again, value, 1e-8);
      close(moved, change, 1e-7);
    }
  });

  it('values of 1e6 beside 1e-6', () => {
    const [x, b] = [variable([3]), parameter([3])];
    const one = problem({ minimize: sumSquares(subtract(x, b)), subjectTo: [geq(x, 0)] });
    const layer = convexLayer(one, { parameters: [b], variables: [x] });
    const solution = layer.forward([batchOf([[1e6, 1e-6, -1]])]);
    const [large, small, none] = solution.outputs[0].data;
    close([large / 1e6, small / 1e-6, none], [1, 1, 0], 1e-12);
    close(solution.jvp([batchOf([[1, 1, 1]])])[0].data, [1, 1, 0], 1e-12);
    const ball = problem({ minimize: sumSquares(subtract(x, b)), subjectTo: [leq(norm2(x), 1e6)] });
    const inBall = convexLayer(ball, { parameters: [b], variables: [x] }).forward([batchOf([[2e6, 1e-6, 0]])]);
    const [along, across] = inBall.outputs[0].data;
    close([along / 1e6, across / 5e-7], [1, 1], 1e-7);
    close(inBall.jvp([batchOf([[1, 1, 1]])])[0].data, [0, 0.5, 0.5], 1e-7);
    const [scale, units] = [parameter([2], { nonneg: true }), variable([2])];
    const cost = sumSquares(subtract(multiply(scale, units), 1));
    const both = convexLayer(problem({ minimize: cost }), { parameters: [scale], variables: [units] });
    const found = both.forward([batchOf([[1e6, 1e-6]])]).outputs[0].data;
    expect(found[0] * 1e6).to.be.closeTo(1, 1e-6);
    expect(found[1] * 1e-6).to.be.closeTo(1, 1e-6);
  });

  it('slices as outputs of a longer variable are read through the variable', () => {
    const [x, b] = [variable([4]), parameter([2])];
    const one = problem({ minimize: add(sumSquares(subtract(slice(x, 0, 2), b)), sumSquares(slice(x, 2, 4))) });
    const solution = convexLayer(one, { parameters: [b], variables: [x] }).forward([[1, 2]]);
    close(solution.outputs[0].data, [1, 2, 0, 0], 1e-10);
  });
});
