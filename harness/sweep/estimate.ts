import type { PlannedRun } from '../compare/plan.js';
import type { Experiment } from '../experiments/experiment.js';
import { largestOf } from '../run/extremes.js';
import type { Timing } from '../run/timing.js';

/** Milliseconds, by the median of the steps that were timed, by the quickest and by the slowest of them. */
export interface Estimate {
  readonly usual: number;
  readonly least: number;
  readonly most: number;
}

/** A run, and the step from which it goes on. */
export interface PendingRun {
  readonly run: PlannedRun;
  readonly done: number;
}

/** What the cost of a step and of an evaluation depends on: runs with the same key take as long. */
export function costKey({ task, model, loss, newton, batchSize, backend }: Experiment): string {
  return JSON.stringify({ task, model, loss, newton: { ...newton, lambda: undefined }, batchSize, backend });
}

/** How long runs take, `jobs` of them side by side, each begun when one before it has ended. */
export function estimateOf(
  pending: readonly PendingRun[],
  timings: ReadonlyMap<string, Timing>,
  jobs: number,
): Estimate {
  const total = (step: (steps: readonly number[]) => number): number => {
    const ends = new Array<number>(jobs).fill(0);
    for (const { run, done } of pending) {
      const timing = timings.get(costKey(run.experiment))!;
      const first = ends.reduce((least, end, k) => (end < ends[least] ? k : least), 0);
      ends[first] += durationOf(run.experiment, done, timing, step(timing.steps));
    }
    return largestOf(ends);
  };
  return {
    usual: total((steps) => steps[steps.length >> 1]),
    least: total((steps) => steps[0]),
    most: total((steps) => steps.at(-1)!),
  };
}

/** opening + (steps left) msPerStep + (evaluations left, one before the first step among them) evaluation. */
function durationOf(
  { steps, evalEvery }: Experiment,
  done: number,
  { opening, evaluation }: Timing,
  msPerStep: number,
): number {
  const evaluations = Math.ceil(steps / evalEvery) - Math.floor(done / evalEvery) + (done === 0 ? 1 : 0);
  return opening + (steps - done) * msPerStep + evaluations * evaluation;
}
