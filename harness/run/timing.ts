import type { Registry } from '../../core/registry.js';
import { createRng } from '../../core/random/rng.js';
import { WorkerPool } from '../../node/pool/worker-pool.js';
import type { Experiment } from '../experiments/experiment.js';
import { startBackend } from './backend.js';
import { Learner } from './learner.js';
import type { Resources } from './run.js';

/** Milliseconds that the parts of a run take here. */
export interface Timing {
  /** Reading or drawing the data, and making the network. */
  readonly opening: number;
  /** Of each step that was timed, ascending. */
  readonly steps: readonly number[];
  readonly evaluation: number;
}

/** The first step compiles and allocates: it is not timed. Then this many are, or fewer in this many milliseconds. */
const [STEPS, PATIENCE] = [7, 5000];

/**
 * Times the beginning of a run without a trace of it: nothing is written. Errors as of `runExperiment`; the reason of
 * `signal` where that is aborted.
 */
export async function timeRun(
  experiment: Experiment,
  registry: Registry,
  resources: Resources,
  signal: AbortSignal,
): Promise<Timing> {
  await startBackend(experiment, resources, () => undefined);
  const pool = new WorkerPool(resources.workers);
  registry.pool = pool;
  const began = performance.now();
  let learner: Learner | undefined;
  try {
    learner = await Learner.open(experiment, registry, createRng(experiment.seed), { data: resources.data, signal });
    await learner.prepare(experiment.evaluateOn);
    const opening = performance.now() - began;
    learner.update(1);
    const steps = timedSteps(learner, signal);
    const evaluation = milliseconds(() => learner!.evaluate(experiment.evaluateOn, 1));
    return { opening, steps, evaluation };
  } finally {
    learner?.dispose();
    registry.pool = undefined;
    await pool.close();
  }
}

function timedSteps(learner: Learner, signal: AbortSignal): number[] {
  const end = performance.now() + PATIENCE;
  const steps: number[] = [];
  while (steps.length < STEPS && (steps.length === 0 || performance.now() < end)) {
    signal.throwIfAborted();
    steps.push(milliseconds(() => learner.update(steps.length + 2)));
  }
  return steps.sort((a, b) => a - b);
}

function milliseconds(act: () => unknown): number {
  const began = performance.now();
  act();
  return performance.now() - began;
}
