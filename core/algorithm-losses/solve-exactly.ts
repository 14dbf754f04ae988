import type { Batch } from '../batch.js';
import type { CheckedAlgorithm, Solutions } from '../algorithms/algorithm.js';

/**
 * Solves each row q of costs (N, m) so that the objective z(q) = <q, w> is the optimum over one fixed set of w for
 * every q, negative costs too: convex losses are made of such z, concave (of a maximum: convex) with supergradient w.
 *
 * An algorithm that counts negative costs as 0 does not give that: with a cell where q < 0, more of the cell would be
 * better. Its solutions p are joined by all cells of negative cost, whether they fit or not; these w are optimal among
 * the sets of cells that contain a solution,
 *
 *     w = max(p, 1[q < 0])     z(q) = min over w in {0, 1}^m, w >= some p, of <q, w> = min_p <max(q, 0), p> + sum_j min(q_j, 0)
 *
 * and are the algorithm's own solutions where no cost is negative.
 */
export function solveExactly(algorithm: CheckedAlgorithm, costs: Batch): Solutions {
  const solutions = algorithm.solveBatch(costs);
  if (algorithm.clamps !== true) return solutions;
  const { w: { cols, data: w }, objective } = solutions;
  const { data: q } = costs;
  for (let k = 0, n = w.length; k < n; k++) {
    if (q[k] >= 0) continue;
    w[k] = 1;
    objective[Math.floor(k / cols)] += q[k];
  }
  return solutions;
}
