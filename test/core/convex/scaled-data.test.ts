import {
  convexLayer,
  leq,
  norm2,
  parameter,
  problem,
  subtract,
  sumSquares,
  variable,
} from '../../../core/convex/index.js';
import { close } from './support.js';

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
});
