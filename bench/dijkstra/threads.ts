import { availableParallelism } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type { CheckedAlgorithm, Solutions } from '../../core/algorithms/algorithm.js';
import { WorkerPool } from '../../node/pool/worker-pool.js';
import type { Batch } from '../../core/batch.js';
import { openRegistry } from '../../node/open-registry.js';
import { createRng } from '../../core/random/rng.js';
import { summary, type Timing } from '../measure.js';

/** Batches of a perturbed loss: 70 samples, 30 draws of noise each. */
const INSTANCES = 70 * 30;
const [WARM_UP, ROUNDS] = [10, 40];

export interface ThreadTimings {
  readonly threads: number;
  /** Microseconds a solve, of whole batches. */
  readonly one: Timing;
  readonly all: Timing;
  /** Share of the rows that other threads have solved. */
  readonly shared: number;
  readonly same: boolean;
}

/** One thread and a pool of as many as there are cores (or `threads`) on the same batches, in turns. */
export async function compareThreads(n: number, threads = availableParallelism()): Promise<ThreadTimings> {
  const registry = await openRegistry();
  const alone = await registry.algorithm('grid-shortest-path', { rows: n, columns: n });
  const pool = (registry.pool = new WorkerPool(threads));
  const pooled = await registry.algorithm('grid-shortest-path', { rows: n, columns: n });
  const costs = alone.plugin.sample(alone.params, createRng(n), INSTANCES);
  const [one, all] = [alone.solveBatch(costs), pooled.solveBatch(costs)];
  const us: { one: number[]; all: number[] } = { one: [], all: [] };
  let before = 0;
  for (let round = -WARM_UP; round < ROUNDS; round++) {
    if (round === 0) {
      us.one.length = us.all.length = 0;
      before = pool.rowsShared;
    }
    us.one.push(pass(alone, costs, one));
    us.all.push(pass(pooled, costs, all));
    await delay(2); // workers go to sleep, as in training
  }
  await pool.close();
  const same = one.w.data.every((on, k) => on === all.w.data[k]) &&
    one.objective.every((cost, i) => cost === all.objective[i]);
  const shared = (pool.rowsShared - before) / (ROUNDS * INSTANCES);
  return { threads, one: summary('one', us.one), all: summary('all', us.all), shared, same };
}

function pass(algorithm: CheckedAlgorithm, costs: Batch, into: Solutions): number {
  const start = performance.now();
  algorithm.solveBatch(costs, into);
  return (1000 * (performance.now() - start)) / costs.rows;
}
