import type { AlgorithmPlugin } from './algorithm.js';

/** Threads of a pool: far more than there are cores, each with an engine of its own, of some 10 MB. */
export const MOST_THREADS = 1024;

/** Threads on which algorithms solve the rows of a batch; on Node, a `WorkerPool`. */
export interface Pool {
  /**
   * The plugin, with algorithms that solve batches on this pool. `module`: the URL whose default export it is, from
   * which each thread makes its own; or its path from this package's root.
   */
  parallel(plugin: AlgorithmPlugin, module: string): AlgorithmPlugin;
  /** Ends the threads. Algorithms can still be used, on one. */
  close(): Promise<void>;
}
