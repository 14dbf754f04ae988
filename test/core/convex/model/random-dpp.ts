import {
  abs,
  add,
  constant,
  type Constraint,
  diag,
  dot,
  entropy,
  eq,
  evaluate,
  exp,
  type Expression,
  geoMean,
  huber,
  invPos,
  kron,
  lambdaMax,
  lambdaMin,
  leq,
  log,
  logDet,
  logistic,
  logSumExp,
  matmul,
  max,
  multiply,
  negate,
  norm1,
  norm2,
  normInf,
  nuclearNorm,
  type Operand,
  parameter,
  type Parameter,
  pos,
  power,
  problem,
  type Problem,
  quadForm,
  quadOverLin,
  relEntr,
  reshape,
  soc,
  spectralNorm,
  sqrt,
  square,
  subtract,
  sum,
  sumLargest,
  sumSquares,
  type Variable,
  variable,
} from '../../../../core/convex/model/index.js';
import type { Rng } from '../../../../core/random/rng.js';
import { vector } from '../support.js';

export type Known = Map<Variable | Parameter, Float64Array>;

/**
 * Convex functions of an affine one whose entries may have any sign, or are positive at the point that is to be
 * feasible.
 */
const anywhere: readonly ((e: Expression) => Expression)[] = [
  (e) => sum(square(e)),
  sumSquares,
  (e) => sum(huber(e)),
  norm1,
  norm2,
  normInf,
  (e) => max(e),
  (e) => sum(pos(e)),
  (e) => sumLargest(e, 1),
  (e) => sum(logistic(e)),
  logSumExp,
  (e) => sum(exp(multiply(0.5, e))),
  (e) => sum(square(pos(add(e, 0.3)))),
  (e) => sum(power(e, 4)),
  (e) => max(abs(e)),
  (e) => norm2(pos(e)),
  (e) => lambdaMax(add(diag(e), 0.5)),
  (e) => negate(lambdaMin(diag(e))),
  (e) => nuclearNorm(kron([[1, 2], [0, 1]], reshape(e, [1, e.shape[0]]))),
  (e) => spectralNorm(kron([[1, 2], [0, 1]], reshape(e, [1, e.shape[0]]))),
];
const positive: readonly ((e: Expression) => Expression)[] = [
  (e) => negate(sum(log(e))),
  (e) => negate(sum(entropy(e))),
  (e) => negate(sum(sqrt(e))),
  (e) => sum(invPos(e)),
  (e) => sum(power(e, 1.5)),
  (e) => sum(relEntr(e, add(e, 1))),
  (e) => negate(geoMean(e)),
  (e) => negate(logDet(add(diag(e), 0.2))),
  (e) => quadOverLin(e, sum(e)),
];

export interface Drawn {
  readonly problem: Problem;
  readonly objective: Expression;
  readonly constraints: Constraint[];
  readonly values: Known;
  readonly x: Variable;
  readonly x0: Float64Array;
}

/**
 * A program with parameters that is strictly feasible at a point x0 and has a solution: its objective grows in all
 * directions.
 */
export function drawProgram(rng: Rng): Drawn {
  const n = 2 + rng.integer(3);
  const x = variable([n]);
  const x0 = vector(rng, n);
  const values: Known = new Map();
  const given = (value: Float64Array, shape: number[], options = {}): Parameter => {
    const fresh = parameter(shape, options);
    values.set(fresh, value);
    return fresh;
  };
  const at = (e: Operand): Float64Array => evaluate(e, new Map([...values, [x, x0]]));
  const affine = (rows: number): Expression => {
    const matrix = given(vector(rng, rows * n), [rows, n]);
    return add(matmul(matrix, x), given(vector(rng, rows), [rows]));
  };
  const affineAbove = (rows: number): Expression => {
    const linear = matmul(given(vector(rng, rows * n), [rows, n]), x);
    const offset = at(linear).map((value) => 0.5 + rng.uniform() - value);
    return add(linear, given(offset, [rows]));
  };
  const convex = (): Expression => {
    const rows = 1 + rng.integer(3);
    const k = rng.integer(anywhere.length + positive.length);
    return k < anywhere.length ? anywhere[k](affine(rows)) : positive[k - anywhere.length](affineAbove(rows));
  };
  const weight = given(Float64Array.of(rng.uniform()), [], { nonneg: true });
  const R = vector(rng, n * n);
  const P = given(gram(R, n), [n, n], { psd: true });
  const tilt = given(vector(rng, n), [n]);
  // What a parameter weighs has no other parameter.
  const weighed = anywhere[rng.integer(anywhere.length)](
    add(matmul(constant(vector(rng, 2 * n), [2, n]), x), [1, -1]),
  );
  const objective = add(
    multiply(weight, weighed),
    convex(),
    quadForm(subtract(x, 0.5), P),
    multiply(0.1, sumSquares(x)),
    dot(tilt, x),
  );
  const constraints: Constraint[] = [];
  for (let k = rng.integer(3); k >= 0; k--) {
    const lower = convex();
    constraints.push(leq(lower, given(Float64Array.of(at(lower)[0] + 0.1 + rng.uniform()), [])));
  }
  if (rng.integer(2) === 0) {
    const e = affine(2);
    const bound = add(dot(given(vector(rng, n), [n]), x), given(Float64Array.of(0), []));
    const lift = Math.hypot(...at(e)) + 0.2 - at(bound)[0];
    constraints.push(soc(add(bound, given(Float64Array.of(lift), [])), e));
  }
  if (rng.integer(2) === 0) {
    const left = dot(given(vector(rng, n), [n]), x);
    constraints.push(eq(left, given(at(left), [])));
  }
  return { problem: problem({ minimize: objective, subjectTo: constraints }), objective, constraints, values, x, x0 };
}

/** R^T R / n */
function gram(R: Float64Array, n: number): Float64Array {
  const of = (i: number, j: number): number =>
    Array.from({ length: n }, (_, k) => R[k * n + i] * R[k * n + j]).reduce((a, b) => a + b) / n;
  return Float64Array.from({ length: n * n }, (_, entry) => of(Math.floor(entry / n), entry % n));
}
