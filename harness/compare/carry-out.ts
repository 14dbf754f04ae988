import { availableParallelism } from 'node:os';
import path from 'node:path';
import { LossError } from '../../core/errors.js';
import type { OverallDifference } from '../report/overall.js';
import type { GroupSummary } from '../report/summary.js';
import { writeReportOf } from '../report/write-report-of.js';
import { gpusFor, workersBeside } from '../run/backend.js';
import { scriptCommand } from '../run/reproduce.js';
import { differences, hasProgress, readRunExperiment } from '../run/run-folder.js';
import { isFinished, stepsDone } from '../run/run-record.js';
import type { Resources } from '../run/run.js';
import { type Display, type Extent, silentDisplay } from '../terminal/display.js';
import { runComparison, runName, unreadableRuns } from './comparison.js';
import { type Executor, processPool } from './executor.js';
import type { PlannedRun } from './plan.js';
import { requireSameData } from './same-data.js';

/** By what planned runs are carried out, and who hears of it. */
export interface CarryOutOptions extends Partial<Omit<Resources, 'threads'>> {
  /** Runs side by side, each a process of its own; by default one for each core, or on CUDA for each GPU. */
  readonly jobs?: number | undefined;
  /** Of the report; by default the names of its groups. */
  readonly title?: string | undefined;
  /** In the place of processes on this machine. */
  readonly executor?: Executor;
  /** Hears of what may take long before the first run begins. */
  readonly tell?: (line: string) => void;
  /** Stops all runs, with checkpoints. */
  readonly signal?: AbortSignal;
  /** What to type for the same runs in another folder, once they are begun; by default the program that runs. */
  readonly command?: (folder: string, runFolders: readonly string[]) => string;
  /** Shows how the runs go; by default only their warnings are. */
  readonly openDisplay?: (extent: Extent) => Display;
}

/** What a comparison has come to. */
export interface Compared {
  readonly folder: string;
  /** report.html */
  readonly report: string;
  /** The figures of its tables. */
  readonly groups: readonly GroupSummary[];
  /** What variants gain over all groups, where there are several. */
  readonly overall: readonly OverallDifference[];
  readonly runs: number;
  readonly finished: number;
  /** What went wrong, by run: `hessian, seed 0`. */
  readonly failures: Readonly<Record<string, string>>;
}

/**
 * Carries out what is not finished in the folder `root`, and writes the report. CHECKPOINT where the folder holds runs of
 * other experiments, DATA where runs have learned the same task from different data.
 */
export async function carryOut(
  root: string,
  runs: readonly PlannedRun[],
  options: CarryOutOptions,
): Promise<Compared> {
  const { backend = 'auto', signal = new AbortController().signal } = options;
  const { title, command = scriptCommand, openDisplay = silentDisplay } = options;
  const { damaged, sound, folders, pending } = stateOf(root, runs);
  const executor = options.executor ?? await poolFor(runs.length, pending, options);
  const display = openDisplay({
    planned: runs.length,
    runs: pending.length,
    finished: sound.length - pending.length,
    steps: sum(sound.map(({ experiment }) => experiment.steps)),
    done: sum(folders.map(stepsDone)),
  });
  const workers = options.workers ?? workersBeside(executor.capacity);
  const resources = { backend, threads: 1, workers, data: options.data };
  const again = (): string => command(root, folders);
  const request = { root, title, runs, damaged, executor, resources, command: again, display, signal };
  const failures = await runComparison(request).finally(() => display.stop());
  requireSameData(root, sound);
  const finished = folders.filter(isFinished).length;
  const { file, groups, overall } = await writeReportOf(root, `${finished} of ${runs.length} runs are finished`);
  const failed = Object.fromEntries([...failures].map(([run, message]) => [runName({ runs }, run), message]));
  return { folder: root, report: file, groups, overall, runs: runs.length, finished, failures: failed };
}

/** How far the runs of a folder are. */
interface State {
  /** Runs that cannot be read, and why. */
  readonly damaged: Map<PlannedRun, string>;
  readonly sound: readonly PlannedRun[];
  /** Of those that are sound. */
  readonly folders: readonly string[];
  /** Sound, and not finished. */
  readonly pending: readonly PlannedRun[];
}

/** CHECKPOINT where the folder holds runs of other experiments, DATA where runs have learned from different data. */
export function stateOf(root: string, runs: readonly PlannedRun[]): State {
  const damaged = unreadableRuns(root, runs);
  const sound = runs.filter((run) => !damaged.has(run));
  const folders = sound.map((run) => path.join(root, run.folder));
  sound.forEach((run, k) => requireSameExperiment(run, folders[k]));
  requireSameData(root, sound);
  return { damaged, sound, folders, pending: sound.filter((_, k) => !isFinished(folders[k])) };
}

/** PARAMS for what is no number of runs side by side. */
export function checkJobs(jobs = 1): void {
  if (!(Number.isInteger(jobs) && jobs > 0)) throw new LossError('PARAMS', `jobs should be 1 or more, got ${jobs}`);
}

async function poolFor(
  runs: number,
  pending: readonly PlannedRun[],
  { backend = 'auto', jobs, tell = () => undefined }: CarryOutOptions,
): Promise<Executor> {
  const gpus = await gpusFor(pending.map(({ experiment }) => experiment), backend, tell);
  return processPool({ jobs: Math.min(jobs ?? (gpus.length || availableParallelism()), runs), gpus });
}

/** CHECKPOINT where the folder holds a run of another experiment. */
function requireSameExperiment({ experiment }: PlannedRun, folder: string): void {
  const differ = hasProgress(folder) ? differences(readRunExperiment(folder), experiment) : [];
  if (differ.length === 0) return;
  const what = `${folder} holds a run with other settings (${differ.join('; ')})`;
  throw new LossError('CHECKPOINT', `${what}: choose another folder (--out)`);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
