import { expect } from 'chai';
import {
  add,
  block,
  concat,
  cumsum,
  diag,
  diff,
  divide,
  dot,
  eq,
  evaluate,
  type Expression,
  geq,
  hstack,
  identity,
  index,
  kron,
  matmul,
  mean,
  multiply,
  negate,
  type Operand,
  packParameters,
  parameter,
  problem,
  reshape,
  slice,
  stack,
  stretch,
  subtract,
  sum,
  trace,
  transpose,
  variable,
  vstack,
} from '../../../../core/convex/model/index.js';
import { entriesOf, type Shape } from '../../../../core/convex/model/shape.js';
import { addTimes } from '../../../../core/convex/linear-algebra/sparse.js';
import { createRng } from '../../../../core/random/rng.js';
import { expectClose } from './support.js';

const a = [1, 2, 3];
const M = [[1, 2, 3], [4, 5, 6]];
const C = [[1, 2], [3, 5]];

/** What a function makes of variables with these values. */
const cases: readonly [
  title: string,
  of: (...args: Operand[]) => Expression,
  args: Operand[],
  shape: Shape,
  expected: number[],
][] = [
  ['add of a vector and a number', (x, y) => add(x, y, 1), [a, 2], [3], [4, 5, 6]],
  ['add stretching rows', (x, y) => add(x, y), [M, a], [2, 3], [2, 4, 6, 5, 7, 9]],
  ['add stretching columns', (x, y) => add(x, y), [M, [[10], [20]]], [2, 3], [11, 12, 13, 24, 25, 26]],
  ['subtract', (x, y) => subtract(x, y), [a, 1], [3], [0, 1, 2]],
  ['negate', (x) => negate(x), [a], [3], [-1, -2, -3]],
  ['multiply by numbers', (x) => multiply([2, 0, -1], x), [a], [3], [2, 0, -3]],
  ['multiply of a column by a row', (x, y) => multiply(x, y), [[[1], [2]], [[3, 4]]], [2, 2], [3, 4, 6, 8]],
  ['divide', (x) => divide(x, [2, 4, 3]), [a], [3], [0.5, 0.5, 1]],
  ['matmul from the left', (x) => matmul(M, x), [a], [2], [14, 32]],
  ['matmul from the right', (x) => matmul(x, M), [C], [2, 3], [9, 12, 15, 23, 31, 39]],
  ['matmul of a row', (x) => matmul(x, M), [[1, 2]], [3], [9, 12, 15]],
  ['matmul of vectors', (x, y) => matmul(x, y), [a, a], [], [14]],
  ['dot', (x, y) => dot(x, y), [C, C], [], [39]],
  ['kron', (x, y) => kron(x, y), [[[1, 2]], C], [2, 4], [1, 2, 2, 4, 3, 5, 6, 10]],
  ['sum', (x) => sum(x), [M], [], [21]],
  ['sum along the first axis', (x) => sum(x, 0), [M], [3], [5, 7, 9]],
  ['sum along the last axis', (x) => sum(x, -1), [M], [2], [6, 15]],
  ['sum along a middle axis', (x) => sum(x, 1), [[[[1, 2], [3, 4]], [[5, 6], [7, 8]]]], [2, 2], [4, 6, 12, 14]],
  ['mean', (x) => mean(x, 0), [M], [3], [2.5, 3.5, 4.5]],
  ['trace', (x) => trace(x), [C], [], [6]],
  ['cumsum', (x) => cumsum(x), [M], [2, 3], [1, 2, 3, 5, 7, 9]],
  ['cumsum along the last axis', (x) => cumsum(x, 1), [M], [2, 3], [1, 3, 6, 4, 9, 15]],
  ['diff', (x) => diff(x), [[1, 4, 9, 16]], [3], [3, 5, 7]],
  ['diff twice', (x) => diff(x, 2), [[1, 4, 9, 17]], [2], [2, 3]],
  ['diff along the last axis', (x) => diff(x, 1, 1), [[[1, 4, 9], [0, 1, 3]]], [2, 2], [3, 5, 1, 2]],
  ['transpose', (x) => transpose(x), [M], [3, 2], [1, 4, 2, 5, 3, 6]],
  ['reshape', (x) => reshape(x, [3, 2]), [M], [3, 2], [1, 2, 3, 4, 5, 6]],
  ['stretch', (x) => stretch(x, [2, 3]), [a], [2, 3], [1, 2, 3, 1, 2, 3]],
  ['index of a row', (x) => index(x, -1), [M], [3], [4, 5, 6]],
  ['index of a column', (x) => index(x, ':', 1), [M], [2], [2, 5]],
  ['index of an entry', (x) => index(x, 1, 2), [M], [], [6]],
  ['index of several', (x) => index(x, [1, 0, 1], [0, -1]), [M], [3, 2], [4, 6, 1, 3, 4, 6]],
  ['slice', (x) => slice(x, -2), [a], [2], [2, 3]],
  ['slice along the last axis', (x) => slice(x, 0, 2, 1), [M], [2, 2], [1, 2, 4, 5]],
  ['concat', (x, y) => concat([x, y, 0].slice(0, 2)), [a, [7]], [4], [1, 2, 3, 7]],
  ['concat along the last axis', (x, y) => concat([x, y], -1), [C, M], [2, 5], [1, 2, 1, 2, 3, 3, 5, 4, 5, 6]],
  ['stack', (x, y) => stack([x, y]), [[1, 2], [3, 4]], [2, 2], [1, 2, 3, 4]],
  ['stack of numbers', (x, y) => stack([x, y]), [1, 2], [2], [1, 2]],
  ['vstack', (x, y) => vstack([x, y]), [M, a], [3, 3], [1, 2, 3, 4, 5, 6, 1, 2, 3]],
  ['hstack of matrices', (x, y) => hstack([x, y]), [C, M], [2, 5], [1, 2, 1, 2, 3, 3, 5, 4, 5, 6]],
  ['hstack of vectors and numbers', (x, y) => hstack([x, y]), [a, 4], [4], [1, 2, 3, 4]],
  [
    'block',
    (x, y) => block([[x, y], [0, 0, 0]].map((row, i) => (i === 0 ? row : [[[0, 0, 0]], 5]))),
    [M.slice(0, 1), 4],
    [2, 4],
    [1, 2, 3, 4, 0, 0, 0, 5],
  ],
  ['diag of a vector', (x) => diag(x), [[1, 2]], [2, 2], [1, 0, 0, 2]],
  ['diag of a matrix', (x) => diag(x), [C], [2], [1, 5]],
  ['identity', () => identity(2), [], [2, 2], [1, 0, 0, 1]],
];

function shapeOf(value: Operand): Shape {
  const shape: number[] = [];
  for (let at: unknown = value; Array.isArray(at); at = at[0]) shape.push(at.length);
  return shape;
}

describe('affine functions of the modelling language', () => {
  for (const [title, of, args, shape, expected] of cases) {
    it(title, () => {
      const variables = args.map((argument) => variable(shapeOf(argument)));
      const expression = of(...variables);
      expect(expression.shape).to.deep.equal(shape);
      expectClose(
        evaluate(expression, new Map(variables.map((one, k) => [one, args[k] as number[]]))),
        expected,
        1e-14,
      );
      expectClose(evaluate(of(...args), new Map()), expected, 1e-14);
    });
  }

  const products: Record<string, [of: (p: Expression, x: Expression) => Expression, p: Shape, x: Shape]> = {
    'multiply by a vector': [(p, x) => multiply(p, x), [3], [3]],
    'multiply by a number, from the right': [(p, x) => multiply(x, p), [], [2, 3]],
    'matmul from the left': [(p, x) => matmul(p, x), [2, 3], [3]],
    'matmul from the right': [(p, x) => matmul(x, transpose(p)), [4, 3], [2, 3]],
    dot: [(p, x) => dot(p, x), [4], [4]],
    kron: [(p, x) => kron(p, x), [2, 2], [1, 3]],
    'kron from the right': [(p, x) => kron(x, p), [2, 2], [1, 3]],
    'an affine function of data': [(p, x) => add(multiply(add(multiply(2, p), 1), negate(x)), p), [3], [3]],
    'data alone': [(p, x) => add(multiply(0, x), p), [3], [3]],
  };
  for (const [title, [of, pShape, xShape]] of Object.entries(products)) {
    it(`with a parameter, ${title}: rows of the program are the function`, () => {
      const [p, x] = [parameter(pShape), variable(xShape)];
      const expression = of(p, x);
      const out = variable(expression.shape);
      const { canonical } = problem({ minimize: sum(out), subjectTo: [eq(out, expression), geq(sum(x), 0)] });
      const rng = createRng(5);
      const random = (shape: Shape): Float64Array =>
        Float64Array.from({ length: entriesOf(shape) }, () => rng.normal());
      const [atP, atX] = [random(pShape), random(xShape)];
      const { A, b } = canonical.data(packParameters(canonical, new Map([[p, atP]])));
      const point = new Float64Array(canonical.structure.A.cols);
      canonical.variable(x).index.forEach((column, k) => (point[column] = atX[k]));
      const expected = evaluate(expression, new Map<typeof p | typeof x, Float64Array>([[p, atP], [x, atX]]));
      canonical.variable(out).index.forEach((column, k) => (point[column] = expected[k]));
      const slack = b.slice();
      addTimes({ ...canonical.structure.A, value: A }, -1, point, slack);
      expectClose(slack.subarray(0, expected.length), new Float64Array(expected.length), 1e-13);
    });
  }
});
