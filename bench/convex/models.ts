import {
  add,
  constant,
  type Constraint,
  dot,
  eq,
  geq,
  index,
  leq,
  matmul,
  multiply,
  norm2,
  type Parameter,
  parameter,
  type Problem,
  problem,
  quadForm,
  subtract,
  sum,
  sumSquares,
  type Variable,
  variable,
} from '../../core/convex/index.js';
import type { ConvexCase, ConvexProgram } from '../protocol.js';

/** A program in the layer's language. */
export interface Model {
  readonly problem: Problem;
  readonly y: Parameter;
  readonly x: Variable;
  /** Parameters that the batch shares, whose gradients count too, and their values. */
  readonly shared: readonly { readonly parameter: Parameter; readonly value: number[] | number[][] }[];
}

type Of<F extends ConvexProgram['form']> = Extract<ConvexProgram, { form: F }>;

export function modelOf({ program, y, c }: ConvexCase): Model {
  const [x, at] = [variable([c[0].length]), parameter([y[0].length])];
  switch (program.form) {
    case 'relu': {
      const nearest = problem({ minimize: sumSquares(subtract(x, at)), subjectTo: [geq(x, 0)] });
      return { problem: nearest, y: at, x, shared: [] };
    }
    case 'quadratic':
      return quadratic(program, x, at);
    case 'portfolio': {
      const risk = leq(norm2(matmul(constant(program.F), x)), program.sigma);
      const best = problem({ maximize: dot(at, x), subjectTo: [eq(sum(x), 1), geq(x, 0), risk] });
      return { problem: best, y: at, x, shared: [] };
    }
    case 'control':
      return control(program, x, at);
    case 'linear': {
      const limits = [leq(matmul(constant(program.G), x), program.h), leq(x, 1), geq(x, -1)];
      return { problem: problem({ minimize: dot(at, x), subjectTo: limits }), y: at, x, shared: [] };
    }
    case 'median':
      return median(program, x);
  }
}

function quadratic({ Q, G, h, parameters }: Of<'quadratic'>, x: Variable, y: Parameter): Model {
  const n = Q.length;
  const shared = parameters
    ? [
      { parameter: parameter([n, n], { psd: true }), value: Q },
      { parameter: parameter([G.length, n]), value: G },
      { parameter: parameter([h.length]), value: h },
    ]
    : [];
  const [q, g, limit] = parameters
    ? shared.map(({ parameter }) => parameter)
    : [constant(Q), constant(G), constant(h)];
  const minimize = add(multiply(0.5, quadForm(x, q)), dot(y, x));
  return { problem: problem({ minimize, subjectTo: [leq(matmul(g, x), limit)] }), y, x, shared };
}

function control({ A, B, steps }: Of<'control'>, x: Variable, y: Parameter): Model {
  const X = variable([steps + 1, 2]);
  const motion = Array.from(
    { length: steps },
    (_, t): Constraint => eq(index(X, t + 1), add(matmul(constant(A), index(X, t)), multiply(index(x, t), B))),
  );
  const cost = add(sumSquares(X), multiply(0.1, sumSquares(x)));
  const subjectTo = [eq(index(X, 0), y), ...motion, leq(x, 1), geq(x, -1)];
  return { problem: problem({ minimize: cost, subjectTo }), y, x, shared: [] };
}

function median({ points }: Of<'median'>, x: Variable): Model {
  const y = parameter([points, 3]);
  const distances = Array.from({ length: points }, (_, k) => norm2(subtract(x, index(y, k))));
  return { problem: problem({ minimize: add(0, ...distances) }), y, x, shared: [] };
}
