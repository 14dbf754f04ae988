import type { CheckedAlgorithm, Solutions } from '../algorithms/algorithm.js';
import { withoutOverflow } from '../algorithms/overflow.js';
import { type Batch, row } from '../batch.js';
import { LossError } from '../errors.js';
import { checkShape } from '../validation.js';
import { costSign } from './solution-target.js';

/**
 * What deciding by predicted costs y costs more than the best under the true costs c, for each sample (N): the metric of
 * predict-then-optimise.
 *
 *     regret = <c, w(y)> - <c, w(c)>          of scores, which are maximised, <c, w(c)> - <c, w(y)>
 *
 * At least 0, up to rounding; 0 where y has the solution of c. An algorithm that counts negative costs as 0 is judged by
 * max(c, 0). SHAPE where c and y, both (N, m), are of different sizes, UNSUPPORTED where solutions have not an entry a
 * cost; the errors of the algorithm. Source: Elmachtoub and Grigas, Smart "Predict, then Optimize", 2022, equation 2.
 *
 *     const knapsack = await registry.algorithm('knapsack', { weights: [4, 2, 3], capacity: 5 });
 *     regret(knapsack, batchOf([[6, 3, 4]]), batchOf([[8, 3, 4]])); // takes the first item, of 6, and could have 7: 1
 */
export function regret(algorithm: CheckedAlgorithm, c: Batch, y: Batch): Float64Array {
  return decide(algorithm, c, y).regrets;
}

/**
 * The regret of all samples together as a share of what the best solutions cost, sum of regrets / sum |<c, w(c)>|: 0
 * where every decision is right. NaN where the best cost nothing and so do the decisions.
 */
export function normalisedRegret(algorithm: CheckedAlgorithm, c: Batch, y: Batch): number {
  const { regrets, best } = decide(algorithm, c, y);
  const sum = (values: Float64Array): number => values.reduce((total, value) => total + Math.abs(value), 0);
  return regrets.reduce((total, value) => total + value, 0) / sum(best.objective);
}

function decide(
  algorithm: CheckedAlgorithm,
  c: Batch,
  y: Batch,
): { readonly regrets: Float64Array; readonly best: Solutions } {
  const { name } = algorithm.plugin;
  const best = algorithm.solveBatch(c);
  checkShape(`regret of ${name}`, 'y', y, c.rows, c.cols);
  if (best.w.cols !== c.cols) {
    throw new LossError(
      'UNSUPPORTED',
      `regret of ${name}: solutions should have an entry a cost, ${c.cols}, got ${best.w.cols}`,
    );
  }
  const sign = costSign(algorithm);
  const { w } = algorithm.solveBatch(y);
  const regrets = Float64Array.from({ length: c.rows }, (_, i) => {
    const costs = algorithm.clamps ? row(c, i).map((cost) => Math.max(cost, 0)) : row(c, i);
    const moves = row(w, i).map((wj, j) => sign * (wj - row(best.w, i)[j]));
    return withoutOverflow(moves.reduce((sum, move, j) => sum + costs[j] * move, 0), costs, moves);
  });
  return { regrets, best };
}
