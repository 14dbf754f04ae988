import { expect } from 'chai';
import {
  add,
  convexLayer,
  type ConvexLayer,
  dot,
  eq,
  exp,
  geq,
  index,
  lambdaMax,
  leq,
  log,
  norm2,
  parameter,
  type Problem,
  problem,
  stack,
  subtract,
  sum,
  sumSquares,
  variable,
} from '../../../core/convex/index.js';
import { LossError } from '../../../core/errors.js';
import { close, moved, normals } from './support.js';

describe('convex layers: samples solved again from solutions that are near', () => {
  const [x, y] = [variable([4]), parameter([4])];
  const simplex = [geq(x, 0), eq(sum(x), 1)];
  const [a, b, c, d] = [0, 1, 2, 3].map((i) => index(x, i));
  const conic: Record<string, Problem> = {
    'a linear program': problem({ minimize: dot(y, x), subjectTo: simplex }),
    'second-order cones': problem({
      maximize: dot(y, x),
      subjectTo: [leq(norm2(x), 2), leq(norm2(subtract(x, 1)), 2)],
    }),
    'exponential cones': problem({ maximize: add(sum(log(x)), dot(y, x)), subjectTo: [leq(sum(x), 3)] }),
    'a semidefinite cone': problem({
      minimize: add(
        lambdaMax(stack([stack([a, b]), stack([b, c])])),
        sumSquares(subtract(x, y)),
        exp(d),
      ),
    }),
  };
  const layerOf = (program: Problem): ConvexLayer =>
    convexLayer(program, { parameters: [y], variables: [x], derivative: 'auto', onFailure: 'mask' });
  const iterationsOf = (solution: ReturnType<ConvexLayer['forward']>): number =>
    solution.reports().reduce((total, { iterations }) => total + iterations, 0);

  const inputs = normals(2, 10, 4);
  const [same, near, far] = [0, 1e-4, 3].map((t) => moved(inputs, t, normals(5, 10, 4)));
  for (const [name, program] of Object.entries(conic)) {
    it(`${name}: the same solutions in fewer iterations`, () => {
      const layer = layerOf(program);
      const start = layer.forward([inputs]);
      for (const next of [same, near, far]) {
        const [cold, warm] = [layer.forward([next]), layer.forward([next], { start })];
        expect(warm.reports().map(({ status }) => status)).to.deep.equal(cold.reports().map(({ status }) => status));
        close(warm.outputs[0].data, cold.outputs[0].data, 1e-9);
        if (next !== far) expect(iterationsOf(warm)).to.be.below(0.6 * iterationsOf(cold));
      }
    });
  }

  const exact: Record<string, Problem> = {
    'quadratic programs': problem({ minimize: sumSquares(subtract(x, y)), subjectTo: [...simplex, leq(x, 0.6)] }),
    'a norm bound': problem({ maximize: dot(y, x), subjectTo: [...simplex, leq(norm2(x), 0.7)] }),
  };
  for (const [name, program] of Object.entries(exact)) {
    it(`${name}: the same bits`, () => {
      const layer = layerOf(program);
      const start = layer.forward([inputs]);
      for (const next of [same, near, far]) {
        const [cold, warm] = [layer.forward([next]), layer.forward([next], { start })];
        expect(warm.outputs).to.deep.equal(cold.outputs);
        expect(warm.vjp([inputs])).to.deep.equal(cold.vjp([inputs]));
      }
    });
  }

  it('a start without a solution is none, and programs without one stay so', () => {
    const layer = layerOf(problem({ minimize: sum(x), subjectTo: [geq(x, y), leq(norm2(x), 1)] }));
    const [there, nowhere] = [normals(1, 2, 4), normals(1, 2, 4)];
    there.data.fill(0.1);
    nowhere.data.fill(0.9);
    const [found, none] = [layer.forward([there]), layer.forward([nowhere])];
    expect(none.reports().map(({ status }) => status)).to.deep.equal(['infeasible', 'infeasible']);
    close(layer.forward([there], { start: none }).outputs[0].data, found.outputs[0].data, 1e-12);
    const again = layer.forward([nowhere], { start: found });
    expect(again.reports().map(({ status }) => status)).to.deep.equal(['infeasible', 'infeasible']);
  });

  it('refuses solutions of other problems and of another number of samples', () => {
    const [v, other] = [variable([2]), layerOf(conic['second-order cones'])];
    const layer = convexLayer(problem({ minimize: sumSquares(v) }), { parameters: [], variables: [v] });
    const refused = (act: () => unknown): void => {
      expect(act).to.throw(LossError, /start should be a solution/).with.property('code', 'PARAMS');
    };
    refused(() => layer.forward([], { start: other.forward([normals(1, 1, 4)]) }));
    refused(() => other.forward([inputs], { start: other.forward([normals(1, 1, 4)]) }));
  });
});
