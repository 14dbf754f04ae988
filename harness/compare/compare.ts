import { availableParallelism } from 'node:os';
import path from 'node:path';
import { LossError } from '../../core/errors.js';
import { openRegistry } from '../../node/open-registry.js';
import type { GroupSummary } from '../report/summary.js';
import { writeReportOf } from '../report/write-report-of.js';
import { gpusFor } from '../run/backend.js';
import { scriptCommand } from '../run/reproduce.js';
import { differences, hasProgress, readRunExperiment } from '../run/run-folder.js';
import { isFinished, stepsDone } from '../run/run-record.js';
import type { Resources } from '../run/run.js';
import { type Display, type Extent, silentDisplay } from '../terminal/display.js';
import { runComparison, runName, unreadableRuns } from './comparison.js';
import { seedsOf } from './lists.js';
import { type PlannedRun, type PlanRequest, planRuns } from './plan.js';
import { requireSameData } from './same-data.js';

/** What is compared besides the sources, and by what. */
export interface CompareOptions
  extends
    Partial<Pick<PlanRequest, 'variants' | 'losses' | 'curvatures' | 'task' | 'model' | 'changes'>>,
    Partial<Omit<Resources, 'threads'>> {
  /** Dotted path -> the values that it takes in turn: `{ 'newton.lambda': [0.01, 0.1, 1] }`. */
  readonly grid?: Readonly<Record<string, readonly unknown[]>>;
  /** 3, the default, means the seeds 0, 1, 2. */
  readonly seeds?: number | readonly number[];
  /** Runs side by side, each a process of its own; by default one for each core, or on CUDA for each GPU. */
  readonly jobs?: number | undefined;
  /** Of the comparison; by default runs/compare/ and what it is of. */
  readonly folder?: string | undefined;
  /** Registry files and packages: the processes of the runs open them too. */
  readonly registry?: readonly string[];
  /** Hears of what may take long before the first run begins. */
  readonly tell?: (line: string) => void;
  /** Stops all runs, with checkpoints. */
  readonly signal?: AbortSignal;
  /** What to type for the same comparison in another folder, once it is begun; by default the program that runs. */
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
  readonly runs: number;
  readonly finished: number;
  /** What went wrong, by run: `hessian, seed 0`. */
  readonly failures: Readonly<Record<string, string>>;
}

/**
 * Trains presets, experiment files or variants of them side by side on paired seeds, and writes a report; with no
 * source, `task`, `model`, `losses` and `changes: { steps }` say what to run. What is finished is kept, what was stopped
 * is gone on with; a run that fails does not stop the others.
 *
 *     const { groups } = await compare(['knapsack/spo-plus', 'knapsack/mse'], { variants: ['none'], seeds: 5 });
 *
 * PARAMS or the code of an unknown name for what cannot be run, CHECKPOINT where the folder holds runs of other
 * experiments, DATA where runs have learned the same task from different data.
 */
export async function compare(sources: readonly string[], options: CompareOptions = {}): Promise<Compared> {
  const { backend = 'auto', tell = () => undefined, signal = new AbortController().signal } = options;
  const { command = scriptCommand, openDisplay = silentDisplay } = options;
  checkJobs(options.jobs);
  const runs = await plan(sources, options);
  const root = options.folder ?? path.join('runs', 'compare', ...groupsOf(runs).join('+').split('/'));
  const damaged = unreadableRuns(root, runs);
  const sound = runs.filter((run) => !damaged.has(run));
  const folders = sound.map((run) => path.join(root, run.folder));
  sound.forEach((run, k) => requireSameExperiment(run, folders[k]));
  requireSameData(root, sound);
  const pending = sound.filter((_, k) => !isFinished(folders[k])).map(({ experiment }) => experiment);
  const gpus = await gpusFor(pending, backend, tell);
  const display = openDisplay({
    planned: runs.length,
    runs: pending.length,
    finished: sound.length - pending.length,
    steps: sum(sound.map(({ experiment }) => experiment.steps)),
    done: sum(folders.map(stepsDone)),
  });
  const jobs = Math.min(options.jobs ?? (gpus.length || availableParallelism()), runs.length);
  const workers = options.workers ?? Math.max(1, Math.floor(availableParallelism() / jobs));
  const resources = { backend, threads: 1, workers, data: options.data };
  const again = (): string => command(root, folders);
  const request = { root, runs, damaged, jobs, gpus, resources, command: again, display, signal };
  const failures = await runComparison(request).finally(() => display.stop());
  requireSameData(root, sound);
  const finished = folders.filter(isFinished).length;
  const { file, groups } = await writeReportOf(root, `${finished} of ${runs.length} runs are finished`);
  const failed = Object.fromEntries([...failures].map(([run, message]) => [runName({ runs }, run), message]));
  return { folder: root, report: file, groups, runs: runs.length, finished, failures: failed };
}

function checkJobs(jobs = 1): void {
  if (!(Number.isInteger(jobs) && jobs > 0)) throw new LossError('PARAMS', `jobs should be 1 or more, got ${jobs}`);
}

async function plan(sources: readonly string[], options: CompareOptions): Promise<PlannedRun[]> {
  const { registry = [], grid = {}, changes = {}, seeds = 3, variants, losses, curvatures, task, model, data } =
    options;
  const request = {
    ...{ variants, losses, curvatures, task, model, changes },
    sources: [...new Set(sources)],
    grid: Object.entries(grid).map(([at, values]) => ({ path: at, values })),
    seeds: seedsOf(seeds),
    origin: { registry, ...(data !== undefined && { data }) },
  };
  return planRuns(request, await openRegistry(...registry));
}

function groupsOf(runs: readonly PlannedRun[]): string[] {
  return [...new Set(runs.map(({ group }) => group))];
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
