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

  const bounds = { 'no bounds': [], bounds: [geq(x, 0)], 'distant bounds': [geq(x, -10), leq(x, 10)] };
  for (const [name, more] of Object.entries(bounds)) {
    it(`equations that contradict one another, ${name}: infeasible`, () => {
      const statusOf = (level: number): string => {
        const subjectTo = [eq(sum(x), 1), eq(multiply(2, sum(x)), level), ...more];
        const layer = convexLayer(problem({ minimize: sumSquares(x), subjectTo }), {
          ...{ parameters: [], variables: [x], onFailure: 'mask' as const },
        });
        return layer.forward([]).reports()[0].status;
      };
      expect([2, 2 + 1e-4, 4].map(statusOf)).to.deep.equal(['solved', 'infeasible', 'infeasible']);
    });
  }
});
