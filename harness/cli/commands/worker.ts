import { availableParallelism } from 'node:os';
import { openRegistry } from '../../../node/open-registry.js';
import { serveQueue } from '../../queue/queue-worker.js';
import { gpusFor, workersBeside } from '../../run/backend.js';
import { note } from '../../terminal/output.js';
import { stopOnSignals } from '../../terminal/stop.js';

export interface WorkerCommandOptions {
  readonly queue: string;
  readonly registry: string[];
  /** Absent: one for each core, or where CUDA is there for each GPU. */
  readonly jobs?: number;
  /** Of each run. Absent: the cores divided by the jobs. */
  readonly workers?: number;
  readonly data?: string;
  readonly out: string;
}

/** `newton-losses worker --queue URL`: takes runs until a signal comes. The exit code. */
export async function worker(
  { queue, registry: sources, out, data, ...options }: WorkerCommandOptions,
): Promise<number> {
  const stop = stopOnSignals();
  const registry = await openRegistry(...sources);
  const gpus = await gpusFor([{}], 'auto', note);
  const { jobs = gpus.length || availableParallelism() } = options;
  const { workers = workersBeside(jobs) } = options;
  const given = { jobs, gpus, workers, data, registry: sources, folder: out, signal: stop.signal, tell: note };
  await serveQueue(queue, registry, given);
  return stop.code;
}
