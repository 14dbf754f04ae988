import { isDeepStrictEqual } from 'node:util';
import type { Experiment } from '../experiments/experiment.js';
import { trainingSeconds } from '../run/training-seconds.js';
import { pairedRatio, type PairedRatio } from '../statistics/index.js';
import { type FinishedRun, type Spread, spread } from './summary.js';

/** What the runs of a variant took, in seconds. */
export interface RunTimes {
  /** Steps alone, without evaluations. */
  readonly training: Spread;
  /** Of the clock, and of the processor, all threads: whole runs, reading data and evaluating included. Absent where some run has none on record. */
  readonly wall?: Spread;
  readonly processor?: Spread;
  /** Training, against the variant with the plain loss and the same settings otherwise; absent for that variant itself. */
  readonly overhead?: Overhead;
}

export interface Overhead {
  readonly baseline: string;
  readonly ratio: PairedRatio;
}

/** Of a group, its finished runs by variant; of variants that have none, nothing. */
export function runTimes(finished: ReadonlyMap<string, readonly FinishedRun[]>): Map<string, RunTimes> {
  const found = new Map<string, RunTimes>();
  for (const [variant, runs] of finished) {
    const training = spread(runs.map(secondsOf));
    if (!training || training.mean === 0) continue;
    const overhead = overheadOf(runs, finished);
    found.set(variant, { training, ...wholeTimes(runs), ...(overhead && { overhead }) });
  }
  return found;
}

function secondsOf({ record }: FinishedRun): number {
  return trainingSeconds(record.training).at(-1) ?? 0;
}

function wholeTimes(runs: readonly FinishedRun[]): Pick<RunTimes, 'wall' | 'processor'> {
  const last = runs.map(({ record }) => record.times.at(-1));
  const [wall, processor] = (['wallSeconds', 'processSeconds'] as const).map((key) => {
    const seconds = last.flatMap((line) => line?.[key] ?? []);
    return seconds.length === runs.length ? spread(seconds) : undefined;
  });
  return { ...(wall && { wall }), ...(processor && { processor }) };
}

function overheadOf(
  runs: readonly FinishedRun[],
  finished: ReadonlyMap<string, readonly FinishedRun[]>,
): Overhead | undefined {
  const own = runs[0].record.experiment;
  for (const [baseline, plain] of finished) {
    if (plain.length === 0 || !isBaselineOf(plain[0].record.experiment, own)) continue;
    const pairs = runs.flatMap((run) => {
      const other = plain.find(({ seed }) => seed === run.seed);
      return other ? [[secondsOf(run), secondsOf(other)]] : [];
    });
    if (pairs.length === 0) return undefined;
    return { baseline, ratio: pairedRatio(pairs.map(([a]) => a), pairs.map(([, b]) => b)) };
  }
  return undefined;
}

/** Whether only the curvature sets an experiment apart from one with the plain loss. */
function isBaselineOf(plain: Experiment, experiment: Experiment): boolean {
  return plain.newton.curvature === 'none' && experiment.newton.curvature !== 'none'
    && isDeepStrictEqual(settingsOf(plain), settingsOf(experiment));
}

function settingsOf({ task, model, loss, optimizer, steps, batchSize }: Experiment): object {
  return { task, model, loss, optimizer, steps, batchSize };
}
