import { matricesOf } from '../../../core/matrices.js';
import { expect } from 'chai';
import { batchOf } from '../../../core/batch.js';
import {
  add,
  constant,
  dot,
  eq,
  geq,
  index,
  log,
  matmul,
  multiply,
  optimalValueLoss,
  parameter,
  powCone,
  problem,
  psd,
  quadForm,
  reshape,
  soc,
  solutionLoss,
  type SolutionMap,
  subtract,
  sum,
  sumSquares,
  variable,
} from '../../../core/convex/index.js';
import { LossError } from '../../../core/errors.js';
import type { Loss } from '../../../core/loss.js';
import { createRng } from '../../../core/random/rng.js';
import { slope } from './support.js';

/** Problems with a parameter in other places than those of the gallery, over all cones. */
const problems: Record<string, () => { map: SolutionMap; y: number[] }> = {
  'maximised, exponential cones: water-filling by its noise'() {
    const [x, y] = [variable([3]), parameter([3])];
    const capacity = problem({ maximize: sum(log(add(x, y))), subjectTo: [eq(sum(x), 1.5), geq(x, 0)] });
    return { map: { problem: capacity, parameter: y, solution: x }, y: [0.5, 1, 2.7] };
  },
  'second-order cone, y in the rows of A'() {
    const [x, y] = [variable([2]), parameter([2])];
    const one = problem({ minimize: sumSquares(subtract(x, [1, 2])), subjectTo: [soc(1, multiply(y, x))] });
    return { map: { problem: one, parameter: y, solution: x }, y: [1.2, 0.9] };
  },
  'semidefinite cone'() {
    const [X, y] = [variable([2, 2], { symmetric: true }), parameter([4])];
    const one = problem({ minimize: sumSquares(subtract(reshape(X, [4]), y)), subjectTo: [psd(X)] });
    return { map: { problem: one, parameter: y, solution: X }, y: [1, 2, 1.5, 0.7] };
  },
  'power cone'() {
    const [x, y] = [variable([3]), parameter([3])];
    const cone = powCone(index(x, 0), index(x, 1), index(x, 2), 0.3);
    const one = problem({ minimize: sumSquares(subtract(x, y)), subjectTo: [cone] });
    return { map: { problem: one, parameter: y, solution: x }, y: [0.4, 0.9, 2] };
  },
  'y in P: a quadratic form with a parameter'() {
    const [x, y] = [variable([2]), parameter([2, 2], { psd: true })];
    const objective = subtract(multiply(0.5, quadForm(x, y)), dot([3, 4], x));
    const one = problem({ minimize: objective, subjectTo: [geq(matmul(constant([[1, -1]]), x), 0.5)] });
    return { map: { problem: one, parameter: y, solution: x }, y: [2, 0.5, 0.5, 3] };
  },
};

describe('losses of convex programs, their parameter anywhere', () => {
  for (const [name, make] of Object.entries(problems)) {
    const { map, y } = make();
    const direction = y.map((_, k) => (y.length === 4 && k === 2 ? 0.4 : [0.3, 0.4, 0.4, -0.7][k]));
    const at = (t: number) => batchOf([y.map((value, k) => value + t * direction[k])]);
    const along = (x: ArrayLike<number>): number => direction.reduce((total, d, k) => total + d * x[k], 0);
    const target = Array.from({ length: 9 }, (_, k) => 0.2 * k);
    const size = map.solution.shape.reduce((total, n) => total * n, 1);

    for (const smoothing of [0, 1e-2]) {
      for (const kind of ['optimal value', 'solution'] as const) {
        it(`${name}: ${kind}, smoothing ${smoothing}: gradient and Hessian are those of differences`, () => {
          const evaluate = (t: number) =>
            kind === 'solution'
              ? solutionLoss(map, 'squared', smoothing).evaluate(at(t), [target.slice(0, size)], createRng(0))
              : optimalValueLoss(map, smoothing).evaluate(at(t), [null], createRng(0));
          const here = evaluate(0);
          expect(along(here.gradient().data)).to.be.closeTo(slope((t) => evaluate(t).value[0], 1e-3), 1e-7);
          const hessian = matricesOf(here.hessian!()).blocks().data;
          const product = y.map((_, a) => along(hessian.subarray(a * y.length, (a + 1) * y.length)));
          expect(along(product)).to.be.closeTo(slope((t) => along(evaluate(t).gradient().data), 1e-3), 1e-5);
        });
      }
    }
  }

  it('refuse problems with other parameters, and geometric ones', () => {
    const [x, y, p] = [variable(), parameter(), parameter([], { nonneg: true })];
    const two = problem({ minimize: add(sumSquares(subtract(x, y)), multiply(p, sumSquares(x))) });
    const geometric = problem({ minimize: x, subjectTo: [geq(x, p)] }, { gp: true });
    const one = problem({ minimize: multiply(p, x), subjectTo: [geq(x, 1)] });
    for (const make of [optimalValueLoss, (map: SolutionMap) => solutionLoss(map, 'squared', 0)]) {
      const refuse = (map: SolutionMap, text: RegExp): void => {
        expect(() => make(map)).to.throw(LossError, text).with.property('code', 'PARAMS');
      };
      refuse({ problem: two, parameter: y, solution: x }, /is a parameter too/);
      refuse({ problem: two, parameter: parameter(), solution: x }, /is not in the problem/);
      refuse({ problem: geometric, parameter: p, solution: x }, /geometric/);
      const loss = make({ problem: one, parameter: p, solution: x }) as Loss<unknown>;
      expect(() => loss.evaluate(batchOf([[-1]]), [[0]], createRng(0)))
        .to.throw(LossError, /nonneg/).with.property('code', 'PARAMS');
    }
  });
});
