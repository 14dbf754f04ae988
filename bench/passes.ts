import type { CheckedAlgorithm, Solutions } from '../core/algorithms/algorithm.js';
import type { Batch } from '../core/batch.js';
import type { Timing } from './measure.js';

/** Microseconds a solve of each pass over all instances, checks of the arguments included, for so many seconds. */
export function passes(algorithm: CheckedAlgorithm, costs: Batch, into: Solutions, seconds: number): number[] {
  const us: number[] = [];
  const end = performance.now() + 1000 * seconds;
  while (performance.now() < end) {
    const start = performance.now();
    algorithm.solveBatch(costs, into);
    us.push((1000 * (performance.now() - start)) / costs.rows);
  }
  return us;
}

/** The median, and the minimum. */
export function microseconds({ median, min }: Timing): string {
  return `${median.toFixed(2)} (${min.toFixed(2)})`;
}
