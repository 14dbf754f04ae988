import { expect } from 'chai';
import { setTimeout as delay } from 'node:timers/promises';
import { WorkerPool } from '../../../node/pool/worker-pool.js';
import type { Batch } from '../../../core/batch.js';
import {
  add,
  type ConvexLayerOptions,
  convexLayer,
  dot,
  eq,
  geq,
  leq,
  log,
  norm2,
  parameter,
  type Problem,
  problem,
  subtract,
  sum,
  sumSquares,
  variable,
} from '../../../core/convex/index.js';
import { LossError } from '../../../core/errors.js';
import { normals } from './support.js';

describe('convex layers on a pool of threads', () => {
  const pool = new WorkerPool(2, { worthwhile: 0 });
  after(() => pool.close());

  const [x, y] = [variable([6]), parameter([6])];
  const simplex = [geq(x, 0), eq(sum(x), 1)];
  const problems: Record<string, Problem> = {
    'by active sets': problem({ minimize: sumSquares(subtract(x, y)), subjectTo: simplex }),
    separable: problem({ minimize: sumSquares(subtract(x, y)), subjectTo: [geq(x, 0)] }),
    'second-order cones': problem({ maximize: dot(y, x), subjectTo: [leq(norm2(x), 2), leq(sum(x), 1)] }),
    'exponential cones': problem({ maximize: add(sum(log(x)), dot(y, x)), subjectTo: simplex }),
  };
  const solve = (program: Problem, inputs: Batch, options: Partial<ConvexLayerOptions>) => {
    const layer = convexLayer(program, { parameters: [y], variables: [x], derivative: 'auto', ...options });
    const solution = layer.forward([inputs]);
    const cotangent = normals(8, inputs.rows, 6);
    return { solution, gradient: solution.vjp([cotangent])[0].data };
  };

  for (const [name, program] of Object.entries(problems)) {
    it(`${name}: outputs, gradients and reports have the bits of one thread`, async function() {
      this.timeout(60_000);
      const inputs = normals(3, 200, 6);
      const one = solve(program, inputs, {});
      let many = solve(program, inputs, { pool });
      for (const before = pool.rowsShared; pool.rowsShared === before;) {
        await delay(1); // workers begin with the first batch, and are not waited for
        many = solve(program, inputs, { pool });
      }
      expect(many.solution.outputs[0].data).to.deep.equal(one.solution.outputs[0].data);
      expect(many.gradient).to.deep.equal(one.gradient);
      expect(many.solution.objective).to.deep.equal(one.solution.objective);
      expect(many.solution.reports()).to.deep.equal(one.solution.reports());
    });
  }

  it('samples without a solution are what they are on one thread: masked, elastic, or an error', () => {
    const [v, low] = [variable(), parameter()];
    const interval = problem({ minimize: sumSquares(v), subjectTo: [geq(v, low), leq(v, 1)] });
    const lows: Batch = { rows: 3, cols: 1, data: Float64Array.of(-1, 2, 0.5) };
    for (const onFailure of ['mask', 'elastic'] as const) {
      const [one, many] = [{}, { pool }].map((options) =>
        convexLayer(interval, { parameters: [low], variables: [v], onFailure, ...options }).forward([lows])
      );
      expect(many.outputs[0].data).to.deep.equal(one.outputs[0].data);
      expect(many.reports()).to.deep.equal(one.reports());
    }
    const strict = convexLayer(interval, { parameters: [low], variables: [v], pool });
    expect(() => strict.forward([lows])).to.throw(LossError, /sample 1: no point meets/);
  });

  it('a solver of your own stays on its thread', () => {
    const solver = { solve: () => ({ status: 'solved' as const, x: [], s: [], z: [] }) as never };
    expect(() => convexLayer(problems['separable'], { parameters: [y], variables: [x], solver, pool }))
      .to.throw(LossError, /pool/).with.property('code', 'PARAMS');
  });
});
