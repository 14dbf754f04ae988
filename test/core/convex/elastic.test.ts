import { expect } from 'chai';
import { type Batch, batchOf, row } from '../../../core/batch.js';
import {
  add,
  type Constraint,
  convexLayer,
  type ConvexLayer,
  type ConvexLayerOptions,
  dot,
  eq,
  type Expression,
  geq,
  index,
  leq,
  matmul,
  multiply,
  type Parameter,
  parameter,
  problem,
  soc,
  subtract,
  sum,
  sumSquares,
  type Variable,
  variable,
} from '../../../core/convex/index.js';
import { LossError } from '../../../core/errors.js';

const elastic: Partial<ConvexLayerOptions> = { onFailure: 'elastic', elasticWeight: 1e4 };

interface Case {
  readonly minimize: Expression;
  readonly subjectTo: readonly Constraint[];
  readonly x: Variable;
  readonly parameters: readonly Parameter[];
  readonly at: readonly (readonly number[])[];
}

const x = variable([3]);
const [c, b, A] = [parameter([3]), parameter([2]), parameter([2, 3])];

/** Infeasible ones: rows of A x >= b against sum x <= 1, or a ball too small. */
const cases: Record<string, Case> = {
  'a quadratic program': {
    minimize: sumSquares(subtract(x, c)),
    subjectTo: [geq(matmul(A, x), b), geq(x, 0), eq(sum(x), 1)],
    x,
    parameters: [c, A, b],
    at: [[0.4, -0.3, 0.9], [1, 0.2, 0.1, 0.3, 1, 0.4], [1.5, 0.8]],
  },
  'a linear program': {
    minimize: dot(c, x),
    subjectTo: [geq(matmul(A, x), b), geq(x, 0), leq(sum(x), 1)],
    x,
    parameters: [c, A, b],
    at: [[0.4, 0.3, 0.9], [1, 0.2, 0.1, 0.3, 1, 0.4], [1.5, 0.8]],
  },
  'a second-order cone': {
    minimize: dot(c, x),
    subjectTo: [soc(index(b, 0), subtract(x, c)), geq(sum(x), multiply(9, index(b, 1)))],
    x,
    parameters: [c, b],
    at: [[0.4, -0.3, 0.9], [0.7, 0.8]],
  },
};

function layerOf({ minimize, subjectTo, parameters, x: y }: Case, options = elastic): ConvexLayer {
  const one = problem({ minimize, subjectTo });
  return convexLayer(one, { parameters, variables: [y], duals: subjectTo, ...options });
}

const filled = (rows: number, cols: number, value: number): Batch => ({
  rows,
  cols,
  data: new Float64Array(rows * cols).fill(value),
});
const flat = (outputs: readonly Batch[]): number[] => outputs.flatMap(({ data }) => [...data]);
const inner = (a: readonly number[], d: readonly number[]): number => a.reduce((total, v, i) => total + v * d[i], 0);

describe('elastic programs', () => {
  for (const [name, one] of Object.entries(cases)) {
    it(`${name}: the derivatives are those of differences, duals included`, () => {
      const layer = layerOf(one);
      const inputs = one.at.map((value) => batchOf([value]));
      const solution = layer.forward(inputs);
      const [report] = solution.reports();
      expect(report.status).to.equal('elastic');
      expect(report.shift).to.be.above(0.1);
      const cotangents = solution.outputs.map(({ cols }, k) =>
        batchOf([Array.from({ length: cols }, (_, i) => Math.sin(3 + 2 * i + 5 * k) / (k > 0 ? 1e4 : 1))])
      );
      const gradient = solution.vjp(cotangents);
      expect(solution.reports()[0].derivative).to.equal('exact');
      const h = 1e-4;
      one.at.forEach((value, k) =>
        value.forEach((_, j) => {
          const at = (t: number): number[] =>
            flat(
              layer.forward(one.at.map((v, i) => batchOf([v.map((e, q) => (i === k && q === j ? e + t : e))]))).outputs,
            );
          const [p2, p1, m1, m2] = [2 * h, h, -h, -2 * h].map(at);
          const measured = p1.map((_v, i) => (8 * (p1[i] - m1[i]) - (p2[i] - m2[i])) / (12 * h));
          const tangents = one.at.map((v, i) => batchOf([v.map((_e, q) => (i === k && q === j ? 1 : 0))]));
          const change = flat(solution.jvp(tangents));
          const size = Math.max(1, ...measured.map(Math.abs));
          change.forEach((got, i) => expect(got / size, `${k}.${j}, ${i}`).to.be.closeTo(measured[i] / size, 1e-6));
          const weights = flat(cotangents);
          const most = 1 + Math.hypot(...change) * Math.hypot(...weights);
          expect(gradient[k].data[j] / most).to.be.closeTo(inner(change, weights) / most, 1e-9);
        })
      );
    });

    it(`${name}: duals are the weight times the shift, and stationary with it`, () => {
      for (const elasticWeight of [10, 1e3]) {
        const solution = layerOf(one, { ...elastic, elasticWeight }).forward(one.at.map((value) => batchOf([value])));
        const duals = flat(solution.outputs.slice(1));
        expect(Math.hypot(...duals) / elasticWeight).to.be.closeTo(solution.reports()[0].shift, 1e-10);
      }
    });

    it(`${name}: feasible samples are as without, bit for bit`, () => {
      const feasible = one.at.map((value, k) => (k === one.at.length - 1 ? [1.8, 0.05] : [...value]));
      if (name !== 'a second-order cone') feasible[feasible.length - 1] = [0.1, 0.1];
      const inputs = one.at.map((value, k) => batchOf([feasible[k], value, feasible[k]]));
      const solution = layerOf(one).forward(inputs);
      expect(solution.reports().map(({ status }) => status)).to.deep.equal(['solved', 'elastic', 'solved']);
      expect(solution.reports()[0].shift).to.equal(0);
      const alone = layerOf(one, {}).forward(feasible.map((value) => batchOf([value])));
      solution.outputs.forEach((output, k) => {
        for (const i of [0, 2]) expect(row(output, i)).to.deep.equal(alone.outputs[k].data);
      });
      const ones = (rows: number): Batch[] => alone.outputs.map(({ cols }) => filled(rows, cols, 1));
      const [all, own] = [solution.vjp(ones(3)), alone.vjp(ones(1))];
      all.forEach((gradient, k) => expect(row(gradient, 2)).to.deep.equal(own[k].data));
    });
  }

  it('shift the least and then minimise, as the weight grows: x >= 2 and x <= 1 meet halfway', () => {
    const [y, low] = [variable([2]), parameter()];
    const subjectTo = [geq(index(y, 0), low), leq(index(y, 0), 1)];
    const cost = add(index(y, 0), sumSquares(subtract(y, 3)));
    const at = (elasticWeight: number) => {
      const options = { ...elastic, elasticWeight, parameters: [low], variables: [y], duals: subjectTo };
      return convexLayer(problem({ minimize: cost, subjectTo }), options).forward([2]);
    };
    // y0 = (low + 1) / 2 + (6 - 1 - 2 y0) / (2 weight), each shift half the gap
    for (const weight of [10, 1e3, 1e5]) {
      const solution = at(weight);
      const y0 = (weight * 3 + 5) / (2 * weight + 2);
      expect(solution.outputs[0].data[0]).to.be.closeTo(y0, 1e-10);
      expect(solution.outputs[0].data[1]).to.be.closeTo(3, 1e-10);
      expect(solution.jvp([batchOf([[1]])])[0].data[0]).to.be.closeTo(weight / (2 * weight + 2), 1e-9);
      expect(solution.reports()[0].shift).to.be.closeTo(Math.hypot(2 - y0, y0 - 1), 1e-9);
      expect(solution.objective[0]).to.be.closeTo(y0 + (y0 - 3) ** 2, 1e-9);
    }
  });

  it('leave variables their signs, and atoms what they are', () => {
    const [y, total] = [variable([2], { nonneg: true }), parameter()];
    const one = problem({ minimize: sumSquares(subtract(y, [1, 3])), subjectTo: [leq(sum(y), total)] });
    const solution = convexLayer(one, { parameters: [total], variables: [y], ...elastic }).forward([-1]);
    expect(solution.reports()[0].status).to.equal('elastic');
    solution.outputs[0].data.forEach((value) => expect(value).to.be.above(-1e-9));
    expect(solution.reports()[0].shift).to.be.closeTo(1, 1e-3);
  });

  it('smoothed derivatives are of the central path of the elastic program', () => {
    const one = cases['a quadratic program'];
    const inputs = one.at.map((value) => batchOf([value]));
    const gradient = (options: Partial<ConvexLayerOptions>): Float64Array => {
      const solution = layerOf(one, { ...elastic, elasticWeight: 100, ...options }).forward(inputs);
      return solution.vjp(solution.outputs.map(({ cols }, k) => filled(1, cols, k > 0 ? 0 : 1)))[0].data;
    };
    const exact = gradient({});
    const smoothed = gradient({ derivative: 'smoothed', smoothing: 1e-9 });
    smoothed.forEach((value, i) => expect(value).to.be.closeTo(exact[i], 1e-6));
  });

  it('refuse weights that are none, and programs without a bound', () => {
    const one = cases['a linear program'];
    for (const elasticWeight of [0, -1, NaN, Infinity]) {
      expect(() => layerOf(one, { ...elastic, elasticWeight })).to.throw(LossError, /elasticWeight/)
        .with.property('code', 'PARAMS');
    }
    const [y, low] = [variable([2]), parameter()];
    const subjectTo = [geq(index(y, 0), low), leq(index(y, 0), 1)];
    const free = convexLayer(problem({ minimize: index(y, 1), subjectTo }), {
      parameters: [low],
      variables: [y],
      ...elastic,
    });
    expect(() => free.forward([2])).to.throw(LossError, /sample 0/).with.property('code', 'UNSUPPORTED');
  });
});
