import {
  abs,
  type Constraint,
  divide,
  entropy,
  exp,
  type Expression,
  geoMean,
  huber,
  invPos,
  klDiv,
  lambdaMax,
  lambdaMin,
  leq,
  log,
  logDet,
  logistic,
  logSumExp,
  matrixFrac,
  max,
  min,
  neg,
  norm1,
  norm2,
  normInf,
  nuclearNorm,
  pos,
  power,
  problem,
  type Problem,
  quadForm,
  quadOverLin,
  relEntr,
  type Shape,
  spectralNorm,
  sqrt,
  square,
  sum,
  sumLargest,
  sumSmallest,
  sumSquares,
  type Variable,
} from '../../../../core/convex/model/index.js';
import { entriesOf } from '../../../../core/convex/model/shape.js';
import type { Rng } from '../../../../core/random/rng.js';
import { vector } from '../support.js';

export interface Case {
  readonly shapes: readonly Shape[];
  readonly of: (...args: Expression[]) => Expression;
  /** The formula, written anew. */
  readonly formula: (...args: readonly Float64Array[]) => number | readonly number[];
  /** An entry of a random argument; standard normal times 2 by default. */
  readonly sample?: (rng: Rng) => number;
  /** The arguments, where their entries are not independent. */
  readonly draw?: (rng: Rng) => Float64Array[];
  /** Points on the boundary of the domain, or where the function has a kink. */
  readonly boundary?: readonly (readonly number[])[][];
  /** Of the value of the program; 1e-7 by default. */
  readonly tolerance?: number;
}

const total = (x: Float64Array): number => x.reduce((a, b) => a + b, 0);
const each = (of: (x: number) => number) => (x: Float64Array): number[] => Array.from(x, of);
const positive = (rng: Rng): number => 0.1 + 2 * rng.uniform();
/** Of [[a, b], [c, d]], symmetric part. */
const eigenvalues = ([a, b, c, d]: Float64Array): [number, number] => {
  const [mean, half, off] = [(a + d) / 2, (a - d) / 2, (b + c) / 2];
  return [mean - Math.hypot(half, off), mean + Math.hypot(half, off)];
};
/** Of [[a, b], [c, d]]. */
const singularValues = ([a, b, c, d]: Float64Array): [number, number] => {
  const [plus, minus] = [Math.hypot(a + d, b - c), Math.hypot(a - d, b + c)];
  return [Math.abs(plus - minus) / 2, (plus + minus) / 2];
};
/** A positive definite matrix of order 2. */
const definite = (rng: Rng): Float64Array => {
  const [a, b, c] = vector(rng, 3);
  return Float64Array.of(0.1 + a * a + b * b, b * c, b * c, 0.1 + c * c);
};

export const cases: Record<string, Case> = {
  abs: { shapes: [[4]], of: abs, formula: each(Math.abs), boundary: [[[0, 0, 0, 0]], [[0, -1, 2, 0]]] },
  pos: { shapes: [[3]], of: pos, formula: each((x) => Math.max(x, 0)), boundary: [[[0, -1, 2]]] },
  neg: { shapes: [[3]], of: neg, formula: each((x) => Math.max(-x, 0)), boundary: [[[0, -1, 2]]] },
  'max over all': { shapes: [[2, 2]], of: (x) => max(x), formula: (x) => Math.max(...x), boundary: [[[1, 1, 1, 0]]] },
  'max of two': { shapes: [[2], []], of: (x, y) => max(x, y), formula: (x, [y]) => each((a) => Math.max(a, y))(x) },
  'min over all': { shapes: [[2, 2]], of: (x) => min(x), formula: (x) => Math.min(...x), boundary: [[[1, 1, 1, 3]]] },
  'min of three': {
    shapes: [[2], [2]],
    of: (x, y) => min(x, y, 0),
    formula: (x, y) => [0, 1].map((i) => Math.min(x[i], y[i], 0)),
  },
  sumLargest: {
    shapes: [[5]],
    of: (x) => sumLargest(x, 2),
    formula: (x) => total(x.slice().sort().slice(3)),
    boundary: [[[1, 1, 1, 1, 0]]],
  },
  sumSmallest: { shapes: [[5]], of: (x) => sumSmallest(x, 3), formula: (x) => total(x.slice().sort().slice(0, 3)) },
  norm1: { shapes: [[2, 2]], of: norm1, formula: (x) => total(x.map(Math.abs)), boundary: [[[0, 0, 0, 0]]] },
  norm2: {
    shapes: [[2, 2]],
    of: norm2,
    formula: (x) => Math.sqrt(total(x.map((a) => a * a))),
    boundary: [[[0, 0, 0, 0]]],
  },
  normInf: {
    shapes: [[4]],
    of: normInf,
    formula: (x) => Math.max(...x.map(Math.abs)),
    boundary: [[[0, 0, 0, 0]], [[1, -1, 1, 0]]],
  },
  square: { shapes: [[3]], of: square, formula: each((x) => x * x), boundary: [[[0, -1, 0]]] },
  sumSquares: { shapes: [[3]], of: sumSquares, formula: (x) => total(x.map((a) => a * a)), boundary: [[[0, 0, 0]]] },
  quadOverLin: {
    shapes: [[3], []],
    of: quadOverLin,
    formula: (x, [y]) => total(x.map((a) => a * a)) / y,
    draw: (rng) => [vector(rng, 3), Float64Array.of(positive(rng))],
    boundary: [[[0, 0, 0], [2]]],
  },
  quadForm: {
    shapes: [[2]],
    of: (x) => quadForm(x, [[2, -1], [-1, 1]]),
    formula: ([a, b]) => 2 * a * a - 2 * a * b + b * b,
    boundary: [[[0, 0]]],
  },
  'quadForm of a matrix of low rank': {
    shapes: [[2]],
    of: (x) => quadForm(x, [[1, 1], [1, 1]]),
    formula: ([a, b]) => (a + b) ** 2,
  },
  'quadForm of a negative matrix': {
    shapes: [[2]],
    of: (x) => quadForm(x, [[-1, 0], [0, -3]]),
    formula: ([a, b]) => -a * a - 3 * b * b,
  },
  huber: {
    shapes: [[3]],
    of: (x) => huber(x, 0.5),
    formula: each((x) => (Math.abs(x) < 0.5 ? x * x : Math.abs(x) - 0.25)),
    boundary: [[[0, 0.5, -0.5]]],
  },
  'power 3': {
    shapes: [[2]],
    of: (x) => power(x, 3),
    formula: each((x) => x ** 3),
    sample: positive,
    boundary: [[[0, 1]]],
    tolerance: 1e-6,
  },
  'power 4': { shapes: [[2]], of: (x) => power(x, 4), formula: each((x) => x ** 4) },
  'power 1.5': { shapes: [[2]], of: (x) => power(x, 1.5), formula: each((x) => x ** 1.5), sample: positive },
  'power 2': { shapes: [[2]], of: (x) => power(x, 2), formula: each((x) => x * x) },
  'power 1': { shapes: [[2]], of: (x) => sum(power(x, 1)), formula: total },
  'power 0.3': { shapes: [[2]], of: (x) => power(x, 0.3), formula: each((x) => x ** 0.3), sample: positive },
  'power -2': { shapes: [[2]], of: (x) => power(x, -2), formula: each((x) => x ** -2), sample: positive },
  sqrt: { shapes: [[2]], of: sqrt, formula: each(Math.sqrt), sample: positive, boundary: [[[0, 1]]], tolerance: 1e-4 },
  invPos: { shapes: [[2]], of: invPos, formula: each((x) => 1 / x), sample: positive },
  'divide a number': { shapes: [[2]], of: (x) => divide(1, x), formula: each((x) => 1 / x), sample: positive },
  geoMean: { shapes: [[3]], of: (x) => geoMean(x), formula: ([a, b, c]) => Math.cbrt(a * b * c), sample: positive },
  'geoMean of four': {
    shapes: [[4]],
    of: (x) => geoMean(x),
    formula: ([a, b, c, d]) => (a * b * c * d) ** 0.25,
    sample: positive,
  },
  'geoMean of one': { shapes: [[1]], of: (x) => geoMean(x), formula: ([a]) => a, sample: positive },
  'weighted geoMean': {
    shapes: [[2]],
    of: (x) => geoMean(x, [1, 3]),
    formula: ([a, b]) => a ** 0.25 * b ** 0.75,
    sample: positive,
  },
  exp: { shapes: [[3]], of: exp, formula: each(Math.exp) },
  log: { shapes: [[3]], of: log, formula: each(Math.log), sample: positive },
  logistic: {
    shapes: [[3]],
    of: logistic,
    formula: each((x) => Math.log(1 + Math.exp(x))),
    boundary: [[[0, -20, 20]]],
  },
  logSumExp: {
    shapes: [[3]],
    of: logSumExp,
    formula: (x) => Math.log(total(x.map(Math.exp))),
    boundary: [[[0, 0, 0]]],
  },
  entropy: {
    shapes: [[3]],
    of: entropy,
    formula: each((x) => (x === 0 ? 0 : -x * Math.log(x))),
    sample: positive,
    boundary: [[[0, 1, 2]]],
    tolerance: 1e-6,
  },
  relEntr: {
    shapes: [[2], [2]],
    of: relEntr,
    formula: (x, y) => [0, 1].map((i) => (x[i] === 0 ? 0 : x[i] * Math.log(x[i] / y[i]))),
    sample: positive,
    boundary: [[[0, 1], [2, 1]]],
    tolerance: 1e-6,
  },
  klDiv: {
    shapes: [[2], [2]],
    of: klDiv,
    formula: (x, y) => [0, 1].map((i) => x[i] * Math.log(x[i] / y[i]) - x[i] + y[i]),
    sample: positive,
  },
  lambdaMax: { shapes: [[2, 2]], of: lambdaMax, formula: (x) => eigenvalues(x)[1], boundary: [[[1, 0, 0, 1]]] },
  lambdaMin: { shapes: [[2, 2]], of: lambdaMin, formula: (x) => eigenvalues(x)[0], boundary: [[[1, 0, 0, 1]]] },
  nuclearNorm: {
    shapes: [[2, 2]],
    of: nuclearNorm,
    formula: (x) => singularValues(x)[0] + singularValues(x)[1],
    boundary: [[[0, 0, 0, 0]], [[1, 1, 1, 1]]],
  },
  spectralNorm: {
    shapes: [[2, 2]],
    of: spectralNorm,
    formula: (x) => singularValues(x)[1],
    boundary: [[[0, 0, 0, 0]]],
  },
  'nuclearNorm of a row': { shapes: [[1, 3]], of: nuclearNorm, formula: (x) => Math.hypot(...x) },
  'spectralNorm of a column': { shapes: [[3, 1]], of: spectralNorm, formula: (x) => Math.hypot(...x) },
  logDet: {
    shapes: [[2, 2]],
    of: logDet,
    formula: ([a, b, c, d]) => Math.log(a * d - ((b + c) / 2) ** 2),
    draw: (rng) => [definite(rng)],
  },
  matrixFrac: {
    shapes: [[2], [2, 2]],
    of: matrixFrac,
    formula: ([x, y], [a, b, c, d]) => (d * x * x - (b + c) * x * y + a * y * y) / (a * d - b * c),
    draw: (rng) => [vector(rng, 2), definite(rng)],
    boundary: [[[0, 0], [1, 0, 0, 1]]],
  },
};

/** A random point of the domain. */
export function pointOf({ shapes, sample = (rng) => 2 * rng.normal(), draw }: Case, rng: Rng): Float64Array[] {
  if (draw) return draw(rng);
  return shapes.map((shape) => Float64Array.from({ length: entriesOf(shape) }, () => sample(rng)));
}

/** Minimises (maximises, where concave) the sum of variables that bound a function from its other side. */
export function throughBound(value: Expression, bound: Variable, subjectTo: readonly Constraint[]): Problem {
  return value.curvature === 'concave'
    ? problem({ maximize: sum(bound), subjectTo: [...subjectTo, leq(bound, value)] })
    : problem({ minimize: sum(bound), subjectTo: [...subjectTo, leq(value, bound)] });
}
