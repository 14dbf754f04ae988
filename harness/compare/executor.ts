import { ChildRun, type Listener, type Outcome } from './child.js';
import type { Job } from './protocol.js';

/** A run that is to be carried out. */
export interface Order {
  readonly job: Omit<Job, 'sameDataAs'>;
  /** As of a job; what it is may be known only when other runs have read their data. */
  readonly sameDataAs: () => string | undefined;
  readonly listener: Listener;
  /** One of 0, ..., capacity - 1 that has no other run. */
  readonly place: number;
}

/** A run that an executor has taken. */
export interface TakenRun {
  readonly outcome: Promise<Outcome>;
  /** Asks the run to save what it has and end. */
  stop(): void;
}

/** What carries runs out: processes on this machine (`processPool`), or workers that share a queue. */
export interface Executor {
  /** How many runs it takes at a time. */
  readonly capacity: number;
  /** Runs side by side on one machine, where that is known. */
  readonly jobs?: number;
  /** When the run has ended, its folder is here, whole where it is finished. */
  take(order: Order): TakenRun;
}

/** Where the processes of a pool run. */
export interface PoolOptions {
  /** Side by side. */
  readonly jobs: number;
  /** Those that the places are dealt to, as CUDA names them. */
  readonly gpus?: readonly string[];
  /** The module that takes jobs; by default worker.ts. */
  readonly worker?: string;
}

/** Each run is a process of its own on this machine. */
export function processPool({ jobs, gpus = [], worker }: PoolOptions): Executor {
  return {
    capacity: jobs,
    jobs,
    take({ job, sameDataAs, listener, place }) {
      listener.begins();
      return new ChildRun({ ...job, sameDataAs: sameDataAs() }, listener, { worker, gpu: gpus[place % gpus.length] });
    },
  };
}
