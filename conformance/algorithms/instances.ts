import type { Algorithm } from '../../core/algorithms/algorithm.js';
import type { CheckedAlgorithm, Solutions } from '../../core/algorithms/algorithm.js';
import { type Batch, row, zeros } from '../../core/batch.js';
import { LossError } from '../../core/errors.js';
import { normalised, timesPowerOfTwo } from '../../core/linear-algebra/powers-of-two.js';
import type { Evidence, Fail } from '../check.js';
import type { Finding } from '../failure.js';
import type { AlgorithmSubject } from './subject.js';

/** What rounding may do to sums of costs, as a share of their terms. */
const ROUNDING = 1e-12;

/** Solves each row by itself, into arrays that hold something else before. */
export function solveEach(algorithm: Pick<Algorithm, 'outputs' | 'solve'>, costs: Batch, before = NaN): Solutions {
  const w = zeros(costs.rows, algorithm.outputs(costs.cols));
  w.data.fill(before);
  const objective = new Float64Array(costs.rows);
  for (let i = 0; i < costs.rows; i++) objective[i] = algorithm.solve(row(costs, i), row(w, i));
  return { w, objective };
}

/** The first entry, or objective, of solutions that are not those expected, bit for bit. */
export function firstDifference(got: Solutions, expected: Solutions, what: string): Finding | undefined {
  const { cols } = expected.w;
  const k = expected.w.data.findIndex((x, at) => !Object.is(x, got.w.data[at]));
  if (k >= 0) {
    const [sample, index] = [Math.floor(k / cols), k % cols];
    return { what: `the solution ${what}`, sample, index, expected: expected.w.data[k], got: got.w.data[k] };
  }
  const i = expected.objective.findIndex((x, at) => !Object.is(x, got.objective[at]));
  if (i < 0) return undefined;
  return { what: `the objective ${what}`, sample: i, expected: expected.objective[i], got: got.objective[i] };
}

/** The costs with every entry changed. */
export function changed({ rows, cols, data }: Batch, change: (cost: number, k: number) => number): Batch {
  return { rows, cols, data: data.map(change) };
}

/** Costs and their solutions, row by row. */
export interface Solved {
  readonly costs: Batch;
  readonly w: Batch;
}

/** The plugin's own costs, and solutions that are rivals of any other. */
export function rivalsOf({ algorithm, seeds, sample }: AlgorithmSubject): Solved {
  const costs = stacked(seeds.map((seed) => sample(seed)));
  return { costs, w: solveEach(algorithm, costs).w };
}

export function stacked(batches: readonly Batch[]): Batch {
  const all = zeros(batches.reduce((sum, { rows }) => sum + rows, 0), batches[0].cols);
  let at = 0;
  for (const { data } of batches) {
    all.data.set(data, at);
    at += data.length;
  }
  return all;
}

/**
 * Fails unless the objective of every row is <costs, w>, no rival's solution has a better one, and w none that is
 * better for the rival's costs: then that would not be their solution. Where solutions have not an entry a cost,
 * nothing can be told.
 */
export function expectOptimal(
  algorithm: CheckedAlgorithm,
  costs: Batch,
  rivals: Solved,
  fail: Fail,
  where = '',
): Evidence {
  if (algorithm.outputs(costs.cols) !== costs.cols) return { told: 0, tried: costs.rows };
  const positive = (q: Float64Array): Float64Array => (algorithm.clamps ? q.map((cost) => Math.max(cost, 0)) : q);
  const sign = algorithm.sense === 'minimise' ? 1 : -1;
  const w = new Float64Array(costs.cols);
  for (let i = 0; i < costs.rows; i++) {
    const objective = algorithm.solve(row(costs, i), w);
    const { scaled, exponent } = normalised(row(costs, i));
    const q = positive(scaled);
    const found = objectiveFinding(q, exponent, w, objective);
    if (found) fail({ ...found, what: `${found.what}${where}`, sample: i });
    for (let k = 0; k < rivals.w.rows; k++) {
      const rival = row(rivals.w, k);
      const isWorse = isBetter(sign, q, rival, w);
      if (!isWorse && !isBetter(sign, positive(row(rivals.costs, k)), w, rival)) continue;
      const expected = isWorse ? 'none worse than' : 'none better, for the costs of which that is the solution, than';
      fail({
        what: `the solution${where}`,
        sample: i,
        expected: `${expected} [${rival.join(', ')}]`,
        got: `[${w.join(', ')}]`,
      });
    }
  }
  return { told: costs.rows, tried: costs.rows };
}

/** What `act` gives; undefined where it is refused with that code. */
export function unlessRefused<T>(code: LossError['code'], act: () => T): T | undefined {
  try {
    return act();
  } catch (error) {
    if (error instanceof LossError && error.code === code) return undefined;
    throw error;
  }
}

/** Costs are q 2^exponent; infinite is right only where the sum is beyond the doubles. */
function objectiveFinding(q: Float64Array, exponent: number, w: Float64Array, got: number): Finding | undefined {
  const { sum, size } = product(q, w);
  const expected = timesPowerOfTwo(sum, exponent);
  const scaled = timesPowerOfTwo(got, -exponent);
  if (got === expected || Math.abs(scaled - sum) <= ROUNDING * size) return undefined;
  const least = Number.MIN_VALUE * w.length; // of subnormal sums
  return Math.abs(got - expected) <= least ? undefined : { what: 'the objective', expected, got };
}

/** Whether one solution is better for these costs than another, by more than rounding. */
function isBetter(sign: number, q: Float64Array, one: Float64Array, other: Float64Array): boolean {
  const [a, b] = [product(q, one), product(q, other)];
  return sign * (b.sum - a.sum) > ROUNDING * (a.size + b.size);
}

/** <q, w>, and the sum of the sizes of its terms. */
function product(q: Float64Array, w: Float64Array): { sum: number; size: number } {
  let [sum, size] = [0, 0];
  for (let j = 0; j < q.length; j++) {
    sum += q[j] * w[j];
    size += Math.abs(q[j] * w[j]);
  }
  return { sum, size };
}
