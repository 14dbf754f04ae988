import { expect } from 'chai';
import {
  add,
  convexLayer,
  eq,
  expCone,
  geq,
  index,
  leq,
  multiply,
  powCone,
  problem,
  type ProblemDefinition,
  slice,
  soc,
  subtract,
  sum,
  sumSquares,
  trace,
  variable,
} from '../../../core/convex/index.js';

describe('convex layer: programs without a solution, over each cone', () => {
  const [x, X] = [variable([3]), variable([2, 2], { psd: true })];
  const [a, b, c] = [0, 1, 2].map((i) => index(x, i));
  const corners = [eq(index(X, 0, 0), 1), eq(index(X, 1, 1), 1)];
  const withoutSolution: Record<string, Record<'infeasible' | 'unbounded', ProblemDefinition>> = {
    'equations and inequalities': {
      infeasible: { minimize: sum(x), subjectTo: [eq(sum(x), -1), geq(x, 0)] },
      unbounded: { minimize: a, subjectTo: [eq(add(a, b), 1), geq(b, 0)] },
    },
    'a quadratic objective': {
      infeasible: { minimize: sumSquares(x), subjectTo: [geq(x, 1), leq(sum(x), 2)] },
      unbounded: { minimize: subtract(sumSquares(slice(x, 0, 2)), c), subjectTo: [geq(x, 0)] },
    },
    'a second-order cone': {
      infeasible: { minimize: sum(x), subjectTo: [soc(1, x), geq(a, 2)] },
      unbounded: { minimize: add(a, multiply(0.1, b)), subjectTo: [soc(b, index(x, [0, 2]))] },
    },
    'a semidefinite cone': {
      infeasible: { minimize: trace(X), subjectTo: [...corners, geq(index(X, 0, 1), 2)] },
      unbounded: { maximize: trace(X), subjectTo: [eq(index(X, 0, 1), 0)] },
    },
    'an exponential cone': {
      infeasible: { minimize: a, subjectTo: [expCone(a, 1, b), leq(b, 1), geq(a, 1)] },
      unbounded: { minimize: a, subjectTo: [expCone(a, 1, b), leq(b, 1)] },
    },
    'a power cone': {
      infeasible: { minimize: sum(x), subjectTo: [powCone(a, b, c, 0.3), geq(c, 2), leq(add(a, b), 1)] },
      unbounded: { maximize: c, subjectTo: [powCone(a, b, c, 0.3)] },
    },
  };
  for (const [title, definitions] of Object.entries(withoutSolution)) {
    for (const [status, definition] of Object.entries(definitions)) {
      it(`${title}: ${status}`, () => {
        const variables = [title === 'a semidefinite cone' ? X : x];
        const layer = convexLayer(problem(definition), { parameters: [], variables, onFailure: 'mask' });
        const { outputs, objective, reports } = layer.forward([]);
        expect(reports()[0].status).to.equal(status);
        expect(objective[0]).to.equal((status === 'infeasible') === ('minimize' in definition) ? Infinity : -Infinity);
        expect([...outputs[0].data].every(Number.isNaN)).to.equal(true);
      });
    }
  }
});
