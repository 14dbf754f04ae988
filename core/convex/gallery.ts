import {
  add,
  type Constraint,
  constant,
  diff,
  dot,
  entropy,
  eq,
  geq,
  leq,
  matmul,
  multiply,
  negate,
  norm2,
  parameter,
  problem,
  quadForm,
  reshape,
  subtract,
  sum,
  sumSquares,
  type Variable,
  variable,
} from './model/index.js';
import type { SolutionMap } from './solution-map.js';

/** The point nearest to y that meets the constraints; the objective is 1/2 |x - y|^2 without the constant 1/2 |y|^2. */
function projection(n: number, constraints: (x: Variable) => Constraint[]): SolutionMap {
  const [x, y] = [variable([n], { name: 'x' }), parameter([n], { name: 'y' })];
  const nearest = subtract(multiply(0.5, sumSquares(x)), dot(y, x));
  return { problem: problem({ minimize: nearest, subjectTo: constraints(x) }), parameter: y, solution: x };
}

/** max(y, 0), the ReLU layer: the nearest point without negative entries. */
export function relu(n: number): SolutionMap {
  return projection(n, (x) => [geq(x, 0)]);
}

/** The nearest point of the probability simplex (sparsemax; Martins and Astudillo, ICML 2016). */
export function simplex(n: number): SolutionMap {
  return projection(n, (x) => [geq(x, 0), eq(sum(x), 1)]);
}

/** The nearest point of the unit ball. */
export function ball(n: number): SolutionMap {
  return projection(n, (x) => [leq(norm2(x), 1)]);
}

/** The nearest ascending sequence: monotone regression. */
export function isotonic(n: number): SolutionMap {
  return projection(n, (x) => (n > 1 ? [geq(diff(x), 0)] : []));
}

/** softmax(y): the x of sum 1 that maximises <y, x> + entropy(x). */
export function softmax(n: number): SolutionMap {
  const [x, y] = [variable([n], { name: 'x' }), parameter([n], { name: 'y' })];
  const objective = subtract(negate(dot(y, x)), sum(entropy(x)));
  return { problem: problem({ minimize: objective, subjectTo: [eq(sum(x), 1)] }), parameter: y, solution: x };
}

/**
 * Weights of n assets with expected returns y: maximise <y, x> - 1/2 x^T S x on the simplex, S = 1/2 on the diagonal,
 * 1/4 beside it.
 */
export function portfolio(n: number): SolutionMap {
  const [x, y] = [variable([n], { name: 'x' }), parameter([n], { name: 'y' })];
  const S = Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => (i === j ? 0.5 : 0.25)));
  const objective = subtract(multiply(0.5, quadForm(x, constant(S))), dot(y, x));
  const best = problem({ minimize: objective, subjectTo: [geq(x, 0), eq(sum(x), 1)] });
  return { problem: best, parameter: y, solution: x };
}

/**
 * Soft ranks of n numbers y as a transport plan P (n, n), rank by item: minimise sum P_ri y_i c_r + 1/2 |P|^2 over
 * doubly stochastic matrices, c_r = -(r + 1) / n, so that large numbers go to high ranks (as a program, the
 * quadratically regularised optimal transport of Blondel, Seguy and Rolet, 2018).
 */
export function transport(n: number): SolutionMap {
  const [P, y] = [variable([n, n], { name: 'P' }), parameter([n], { name: 'y' })];
  const ranks = constant(Array.from({ length: n }, (_, r) => [-(r + 1) / n]));
  const cost = dot(reshape(matmul(ranks, reshape(y, [1, n])), [n * n]), reshape(P, [n * n]));
  const objective = add(cost, multiply(0.5, sumSquares(P)));
  const ones = constant(Array.from({ length: n }, () => 1));
  const constraints = [geq(P, 0), eq(matmul(P, ones), ones), eq(matmul(ones, P), ones)];
  return { problem: problem({ minimize: objective, subjectTo: constraints }), parameter: y, solution: P };
}

export const gallery = { ball, isotonic, portfolio, relu, simplex, softmax, transport } as const;

export type GalleryName = keyof typeof gallery;

/**
 * The problems that losses find by name: those of which solutions and derivatives are right also for outputs a million
 * times larger than usual. `isotonic` and `softmax` lose digits there.
 */
export const lossProblems = [
  'ball',
  'portfolio',
  'relu',
  'simplex',
  'transport',
] as const satisfies readonly GalleryName[];
