import { expect } from 'chai';
import {
  add,
  convexLayer,
  exp,
  geq,
  index,
  leq,
  multiply,
  norm2,
  parameter,
  problem,
  type ProblemDefinition,
  square,
  subtract,
  sum,
  sumSquares,
  type Variable,
  variable,
} from '../../../core/convex/index.js';
import { close } from './support.js';

const [a, v] = [variable([]), variable([2])];

function solve(definition: ProblemDefinition, outputs: readonly Variable[]) {
  return convexLayer(problem(definition), { parameters: [], variables: outputs, onFailure: 'mask' }).forward([]);
}

describe('programs with large data', () => {
  for (const R of [1e-6, 1e-3, 1, 1e3, 1e6, 1e8]) {
    it(`projection on a ball of radius ${R}: R y / |y|, with the derivative R (I - y y^T / |y|^2) / |y|`, () => {
      const [x, y] = [variable([2]), parameter([2])];
      const nearest = problem({ minimize: sumSquares(subtract(x, y)), subjectTo: [leq(norm2(x), R)] });
      const solution = convexLayer(nearest, { parameters: [y], variables: [x] }).forward([[3 * R, 4 * R]]);
      close(solution.outputs[0].data.map((value) => value / R), [0.6, 0.8], 1e-9);
      const change = solution.jvp([{ rows: 1, cols: 2, data: Float64Array.of(1, 0) }])[0].data;
      close(change, [0.16 * 0.8, -0.12 * 0.8], 1e-9);
    });
  }

  it('feasible points of 1e9 are not taken for none', () => {
    const far = solve({ minimize: sum(v), subjectTo: [geq(v, 1e9), leq(norm2(v), 1e10)] }, [v]);
    close(far.outputs[0].data.map((value) => value / 1e9), [1, 1], 1e-8);
  });

  it('objectives with costs of 1e9 are not taken for unbounded', () => {
    const steep = add(square(a), multiply(-1e9, a));
    const bounded = solve({ minimize: steep, subjectTo: [leq(a, index(v, 0)), leq(norm2(v), 1)] }, [a]);
    close(bounded.outputs[0].data, [1], 1e-8);
  });

  it('proofs are found beside data of 1e9 that they are not of', () => {
    const limits = [leq(index(v, 0), 1e9), geq(index(v, 0), -1e9)];
    const none = solve({ minimize: sum(v), subjectTo: [leq(exp(a), 0.5), geq(a, 0), ...limits] }, [a]);
    expect(none.reports()[0].status).to.equal('infeasible');
    const falling = solve({ minimize: add(a, multiply(1e9, norm2(v))), subjectTo: [leq(exp(a), 1)] }, [a]);
    expect(falling.reports()[0].status).to.equal('unbounded');
  });
});
