import { batchOf } from '../../core/batch.js';
import {
  add,
  constant,
  type ConvexLayer,
  convexLayer,
  dot,
  eq,
  geq,
  leq,
  matmul,
  multiply,
  norm2,
  parameter,
  problem,
  quadForm,
  subtract,
  sum,
  sumSquares,
  variable,
} from '../../core/convex/index.js';
import type { Contenders, ConvexCase } from '../protocol.js';

/** Solutions x of a batch and the gradient of sum_i <c_i, x_i> by y. */
export function convexContenders(problem: ConvexCase): Promise<Contenders> {
  const [layer, y, c] = [layerOf(problem), batchOf(problem.y), batchOf(problem.c)];
  const step = () => {
    const solution = layer.forward([y]);
    return [solution.outputs[0].data, solution.vjp([c])[0].data];
  };
  return Promise.resolve({ float64: () => Promise.resolve(step) });
}

function layerOf({ family, n, Q, G, h }: ConvexCase): ConvexLayer {
  const [x, y] = [variable([n]), parameter([n])];
  const programs = {
    relu: () => problem({ minimize: sumSquares(subtract(x, y)), subjectTo: [geq(x, 0)] }),
    qp: () => problem({ minimize: add(multiply(0.5, quadForm(x, constant(Q!))), dot(y, x)), subjectTo: [leq(matmul(G!, x), h!)] }),
    portfolio: () => {
      const subjectTo = [eq(sum(x), 1), geq(x, 0), leq(norm2(matmul(G!, x)), h![0])];
      return problem({ maximize: dot(y, x), subjectTo });
    },
  };
  return convexLayer(programs[family](), { parameters: [y], variables: [x], derivative: 'auto' });
}
