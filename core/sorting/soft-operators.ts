import { type Batch, batchOf, row, zeros } from '../batch.js';
import { checkBatch, checkFinite, fillParams } from '../validation.js';
import { LossError } from '../errors.js';
import type { LossPlugin } from '../loss.js';
import { softRank, softSort } from '../ranking.js';
import type { SoftPermutation } from './pull-back.js';

/**
 * A sorting relaxation as functions of one vector of n scores. Parameters are those of its loss; they are validated,
 * and so are the scores and what comes of them: NONFINITE where scores are, or their differences overflow on the way.
 */
export interface SoftOperators<Params extends object> {
  /** (n, n): P[rank, item], ascending, rows summing to 1. */
  readonly softPermutation: SoftOperator<Params, Batch>;
  /** (n): the expected score at each rank, P scores, ascending. */
  readonly softSort: SoftOperator<Params, Float64Array>;
  /** (n): the expected rank of each item, 0 = smallest. */
  readonly softRank: SoftOperator<Params, Float64Array>;
}

/** A differentiable function of one vector of scores, or with its derivatives of many. */
export interface SoftOperator<Params extends object, Result extends Batch | Float64Array> {
  (scores: ArrayLike<number>, params?: Partial<Params>): Result;
  /** The shape of the result for n scores: [n], or [n, n]. */
  shape(n: number): number[];
  /** At each row of scores (N, n); SHAPE or NONFINITE where they are none, or not finite. */
  forward(scores: Batch, params?: Partial<Params>): SoftResults;
}

/** Results of a soft operator, and the products of its Jacobians with rows from the left. */
export interface SoftResults {
  /** (N, n), or (N, n * n): one result a row. */
  readonly output: Batch;
  /**
   * (N, n): for each sample sum_k c_k d output_k / d scores, with cotangents c of the size of the output. O(n^2) for a
   * row relaxation, O(n) a comparator for a network, as much again as `forward`, which keeps the scores alone.
   */
  vjp(cotangents: Batch): Batch;
}

/** How an operator is made of the soft permutation P of the scores y, of one sample. */
interface Reading<Result> {
  shape(n: number): number[];
  read(P: Batch, y: ArrayLike<number>): Result;
  /** The cotangent of P, to `G`, for the cotangent c of the result. */
  toPermutation(c: Float64Array, y: Float64Array, G: Batch): void;
  /** Adds what the result has of y beside P. */
  addDirect?(P: Batch, c: Float64Array, gradient: Float64Array): void;
}

/** The operators of a relaxation, given how it computes a soft permutation and the products with its Jacobian. */
export function softOperators<Target, Params extends object>(
  plugin: LossPlugin<Target, Params>,
  permutation: (scores: Float64Array, params: Params) => SoftPermutation,
): SoftOperators<Params> {
  const { name } = plugin;
  const relax = (scores: Float64Array, params: Params): SoftPermutation => {
    const soft = permutation(scores, params);
    checkFinite(name, 'the soft permutation', soft.P.data, soft.P.cols); // a temperature of 5e-324 overflows
    return soft;
  };
  const operator = <Result extends Batch | Float64Array>(reading: Reading<Result>): SoftOperator<Params, Result> =>
    Object.assign(
      (scores: ArrayLike<number>, params: Partial<Params> = {}): Result => {
        const filled = fillParams(plugin, params);
        return reading.read(relax(vectorOf(name, scores), filled).P, scores);
      },
      {
        shape: (n: number) => reading.shape(n),
        forward(scores: Batch, params: Partial<Params> = {}): SoftResults {
          const filled = fillParams(plugin, params);
          return forward(name, (y) => relax(y, filled), reading, scores);
        },
      },
    );
  return { softPermutation: operator(permuting), softSort: operator(sorting), softRank: operator(ranking) };
}

const permuting: Reading<Batch> = {
  shape: (n) => [n, n],
  read: (P) => P,
  toPermutation: (c, _y, G) => G.data.set(c),
};

/**
 * s = P y: the cotangent of P[r, j] is c_r y_j, and y has P^T c of its own. Rows of P sum to 1 wherever y is, so that
 * c_r (y_j - y_0) does as well, and loses no digits where scores are large beside their differences.
 */
const sorting: Reading<Float64Array> = {
  shape: (n) => [n],
  read: softSort,
  toPermutation(c, y, { cols: n, data }) {
    for (let r = 0; r < n; r++) for (let j = 0; j < n; j++) data[r * n + j] = c[r] * (y[j] - y[0]);
  },
  addDirect({ cols: n, data }, c, gradient) {
    for (let r = 0; r < n; r++) for (let j = 0; j < n; j++) gradient[j] += data[r * n + j] * c[r];
  },
};

/** Ranks are sum_r r P[r, j]: the cotangent of P[r, j] is r c_j. */
const ranking: Reading<Float64Array> = {
  shape: (n) => [n],
  read: softRank,
  toPermutation(c, _y, { cols: n, data }) {
    for (let r = 0; r < n; r++) for (let j = 0; j < n; j++) data[r * n + j] = r * c[j];
  },
};

function forward(
  name: string,
  relax: (y: Float64Array) => SoftPermutation,
  reading: Reading<Batch | Float64Array>,
  given: Batch,
): SoftResults {
  checkBatch(name, 'scores', given, given.rows, given.cols);
  const scores = { ...given, data: given.data.slice() };
  const n = scores.cols;
  const output = zeros(scores.rows, reading.shape(n).reduce((product, size) => product * size, 1));
  for (let i = 0; i < scores.rows; i++) {
    const y = vectorOf(name, row(scores, i));
    const result = reading.read(relax(y).P, y);
    output.data.set('data' in result ? result.data : result, i * output.cols);
  }
  return {
    output,
    vjp(cotangents) {
      checkBatch(name, 'cotangents', cotangents, output.rows, output.cols);
      const gradients = zeros(scores.rows, n);
      const G = zeros(n, n);
      for (let i = 0; i < scores.rows; i++) {
        const [y, c] = [row(scores, i), row(cotangents, i)];
        const { P, pullback } = relax(y);
        reading.toPermutation(c, y, G);
        const gradient = pullback(G);
        reading.addDirect?.(P, c, gradient);
        gradients.data.set(gradient, i * n);
      }
      checkFinite(name, 'the gradient', gradients.data, n);
      return gradients;
    },
  };
}

/** The scores as an array of their own; SHAPE where there are none, NONFINITE where one is not finite. */
function vectorOf(name: string, scores: ArrayLike<number>): Float64Array {
  const { data } = batchOf([scores]);
  if (data.length < 1) throw new LossError('SHAPE', `${name}: scores should have at least one entry, got none`);
  const bad = data.findIndex((score) => !Number.isFinite(score));
  if (bad >= 0) {
    throw new LossError('NONFINITE', `${name}: scores should be finite, got ${data[bad]} at index ${bad}`);
  }
  return data;
}
