import { setTimeout as delay } from 'node:timers/promises';
import type { CheckedAlgorithm, Solutions } from '../../../core/algorithms/algorithm.js';
import { WorkerPool, type WorkerPoolOptions } from '../../../node/pool/worker-pool.js';
import { type Batch, takeRows } from '../../../core/batch.js';

/** Makes pools that wake their workers for any batch, and are closed after each test of the surrounding `describe`. */
export function eagerPools(): (threads: number, options?: WorkerPoolOptions) => WorkerPool {
  const pools: WorkerPool[] = [];
  afterEach(() => Promise.all(pools.splice(0).map((pool) => pool.close())));
  return (threads, options) => {
    pools.push(new WorkerPool(threads, { worthwhile: 0, ...options }));
    return pools.at(-1)!;
  };
}

/** The costs again and again, `rows` rows in all. */
export function repeated(costs: Batch, rows: number): Batch {
  return takeRows(costs, Array.from({ length: rows }, (_, i) => i % costs.rows));
}

/** Solves ever longer batches until a worker has solved rows of the algorithm too. */
export async function untilShared(pool: WorkerPool, algorithm: CheckedAlgorithm, costs: Batch): Promise<void> {
  const before = pool.rowsShared;
  for (let rows = 64; pool.rowsShared === before; rows = Math.min(2 * rows, 8192)) {
    algorithm.solveBatch(repeated(costs, rows));
    await delay(1);
  }
}

export function sameBits(one: Solutions, other: Solutions): boolean {
  return bytes(one.w.data).equals(bytes(other.w.data)) && bytes(one.objective).equals(bytes(other.objective));
}

function bytes({ buffer, byteOffset, byteLength }: Float64Array): Buffer {
  return Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);
}
