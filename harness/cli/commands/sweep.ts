import { availableParallelism } from 'node:os';
import path from 'node:path';
import type { BackendName } from '../../../node/tfjs/index.js';
import { carryOut, stateOf } from '../../compare/carry-out.js';
import { runName } from '../../compare/comparison.js';
import { parseSeeds } from '../../compare/lists.js';
import type { PlannedRun } from '../../compare/plan.js';
import { workersBeside } from '../../run/backend.js';
import { folderBeside } from '../../run/reproduce.js';
import { shownUrl } from '../../queue/connection.js';
import type { QueueExecutor } from '../../queue/queue-executor.js';
import { backendOf, isFinished, stepsDone } from '../../run/run-record.js';
import { type Timing, timeRun } from '../../run/timing.js';
import { costKey, type Estimate, estimateOf, type PendingRun } from '../../sweep/estimate.js';
import { writeSlurmArray } from '../../sweep/slurm.js';
import { plannedSweep, type PlannedSweep } from '../../sweep/sweep.js';
import { durationText } from '../../terminal/bar.js';
import { columns, note, print, printJson, ownCommand } from '../../terminal/output.js';
import { type Stop, stopOnSignals } from '../../terminal/stop.js';
import { endOf, openCountedDisplay, optionWords, tellTables } from '../compared.js';

export interface SweepCommandOptions {
  /** Absent: those of the file. */
  readonly seeds?: string;
  /** Dotted path -> value. */
  readonly set?: Readonly<Record<string, unknown>>;
  /** Absent: one for each core, or on CUDA for each GPU. */
  readonly jobs?: number;
  readonly out?: string;
  readonly dryRun?: boolean;
  readonly slurm?: boolean;
  /** URL of a Redis, whose workers make the runs. */
  readonly queue?: string;
  readonly registry: string[];
  readonly backend: 'auto' | BackendName;
  /** Of each run. Absent: the cores divided by the jobs. */
  readonly workers?: number;
  readonly data?: string;
  readonly json?: boolean;
}

/**
 * `newton-losses sweep NAME|FILE.json`: the exit code, 0 where all runs are finished and none has failed; with --dry-run
 * where they are listed and their time is estimated, with --slurm where a job array is printed.
 */
export async function sweep(source: string, options: SweepCommandOptions): Promise<number> {
  const { seeds, set, jobs, out, registry, backend, workers, data } = options;
  const stop = stopOnSignals();
  const planned = await plannedSweep(source, {
    ...{ jobs, folder: out, registry, data, ...(set && { changes: set }) },
    seeds: seeds === undefined ? undefined : parseSeeds(seeds),
  });
  if (options.dryRun) return dryRun(planned, options, stop);
  if (options.slurm) return slurm(source, planned, options);
  const executor = options.queue === undefined ? undefined : await openQueue(options.queue, planned.root);
  const compared = await carryOut(planned.root, planned.runs, {
    ...{ jobs, backend, workers, data, signal: stop.signal, tell: note, openDisplay: openCountedDisplay },
    ...(executor && { executor }),
    title: planned.sweep.title,
    command: (root, folders) => againCommand(source, options, root, folders),
  }).finally(() => executor?.close());
  const queue = options.queue === undefined ? '' : ` --queue ${shownUrl(options.queue)}`;
  return endOf(compared, stop, commandLine(source, options) + queue, () => tellTables(compared, options.json));
}

async function openQueue(url: string, root: string): Promise<QueueExecutor> {
  const { QueueExecutor } = await import('../../queue/queue-executor.js');
  return QueueExecutor.open(url, root, note);
}

/** What to type for the same sweep once more, elsewhere: on the backend that its runs took, where one is known. */
function againCommand(
  source: string,
  options: SweepCommandOptions,
  root: string,
  folders: readonly string[],
): string {
  const backend = folders.map(backendOf).find((name) => name !== undefined) as BackendName | undefined;
  return commandLine(source, { ...options, ...(backend && { backend }), out: folderBeside(root) });
}

/** What to type for the same sweep again. */
function commandLine(source: string, options: SweepCommandOptions): string {
  const { seeds, jobs, out, backend, workers, data } = options;
  const single = { seeds, jobs, out, backend, workers, data };
  return ownCommand(['sweep', source, ...optionWords(single, options, { backend: 'auto' })]);
}

/** Prints a script for sbatch, and says how to make the report. */
function slurm(source: string, planned: PlannedSweep, options: SweepCommandOptions): number {
  const { registry, jobs, backend, workers, data } = options;
  const command = againCommand(source, options, planned.root, []);
  const { script, runs } = writeSlurmArray(planned, { resources: { backend, workers, data }, registry, jobs, command });
  const report = `for the report: ${ownCommand(['report', planned.root])}`;
  if (script === undefined) {
    note(`all runs are finished; ${report}`);
    return 0;
  }
  process.stdout.write(script);
  note(`${runs} runs, a line each; to submit them, pipe this into sbatch; again for what did not finish; ${report}`);
  return 0;
}

/** Lists the runs, times a few steps of each experiment that is to be run, and says how long all may take. */
async function dryRun(planned: PlannedSweep, options: SweepCommandOptions, stop: Stop): Promise<number> {
  const { sweep, root, runs } = planned;
  const { damaged, pending } = stateOf(root, runs);
  const jobs = Math.min(options.jobs ?? availableParallelism(), runs.length);
  const stateText = (run: PlannedRun): string => {
    const folder = path.join(root, run.folder);
    if (damaged.has(run)) return damaged.get(run)!;
    if (isFinished(folder)) return 'finished';
    return stepsDone(folder) > 0 ? `goes on at step ${stepsDone(folder)}` : 'to do';
  };
  const list = runs.map((run) => ({
    run: runName({ runs }, run),
    steps: run.experiment.steps,
    state: stateText(run),
    folder: path.join(root, run.folder),
  }));
  if (!options.json) {
    print(`${sweep.title}\n`);
    columns([['RUN', 'STEPS', 'STATE'], ...list.map(({ run, steps, state }) => [run, `${steps}`, state])]).forEach(
      print,
    );
  }
  const left = pending.map((run) => ({ run, done: stepsDone(path.join(root, run.folder)) }));
  const timings = await timedOrStopped(left, planned, options, jobs, stop);
  if (!timings) return stop.code;
  const estimate = estimateOf(left, timings, jobs);
  const howLong = left.length > 0 ? `: ${estimateText(estimate, jobs)}` : '';
  if (options.json) printJson({ title: sweep.title, runs: list, jobs, milliseconds: estimate });
  else print(`\n${runs.length} runs, ${left.length} to do${howLong}`);
  return 0;
}

/** Undefined where it was stopped meanwhile. */
async function timedOrStopped(
  left: readonly PendingRun[],
  { registry }: PlannedSweep,
  { backend, workers, data }: SweepCommandOptions,
  jobs: number,
  { signal }: Stop,
): Promise<Map<string, Timing> | undefined> {
  const experiments = new Map(left.map(({ run: { experiment } }) => [costKey(experiment), experiment]));
  const timings = new Map<string, Timing>();
  const resources = { backend, threads: 1, workers: workers ?? workersBeside(jobs), data };
  try {
    for (const [key, experiment] of experiments) {
      note(`timing ${timings.size + 1} of ${experiments.size}: ${experiment.name}`);
      timings.set(key, await timeRun(experiment, registry, resources, signal));
    }
    return timings;
  } catch (error) {
    if (signal.aborted && error === signal.reason) return undefined;
    throw error;
  }
}

function estimateText({ usual, least, most }: Estimate, jobs: number): string {
  const range = `${durationText(least)} to ${durationText(most)} by the quickest and the slowest step that was timed`;
  const sure = `${range}; the start of processes and reports are not in it, nor that runs side by side slow each other`;
  return `about ${durationText(usual)} on this machine, ${jobs} side by side (${sure})`;
}
