import { availableParallelism } from 'node:os';
import path from 'node:path';
import { LossError } from '../../../core/errors.js';
import { openRegistry } from '../../../node/open-registry.js';
import type { BackendName } from '../../../node/tfjs/index.js';
import { runComparison, runName, unreadableRuns } from '../../compare/comparison.js';
import { parseGrid, parseNames, parseSeeds } from '../../compare/lists.js';
import { type PlannedRun, planRuns } from '../../compare/plan.js';
import { requireSameData } from '../../compare/same-data.js';
import { valueText } from '../../experiments/setting-text.js';
import { textTable, type WrittenReport } from '../../report/index.js';
import { writeReportOf } from '../../report/write-report-of.js';
import { folderBeside } from '../../run/reproduce.js';
import { differences, hasProgress, readRunExperiment } from '../../run/run-folder.js';
import { backendOf, isFinished, stepsDone } from '../../run/run-record.js';
import { openDisplay } from '../../terminal/display.js';
import { note, print, printJson, shellText } from '../../terminal/output.js';
import { stopOnSignals } from '../../terminal/stop.js';

export interface CompareOptions {
  readonly seeds: string;
  readonly variants?: string;
  readonly loss?: string;
  readonly curvature?: string;
  readonly task?: string;
  readonly model?: string;
  readonly grid: readonly string[];
  /** Dotted path -> value. */
  readonly set?: Readonly<Record<string, unknown>>;
  /** Absent: one for each core. */
  readonly jobs?: number;
  readonly out?: string;
  readonly steps?: number;
  readonly registry: string[];
  readonly backend: 'auto' | BackendName;
  /** Of each run. Absent: the cores divided by the jobs. */
  readonly workers?: number;
  readonly data?: string;
  readonly json?: boolean;
}

/** What need not be written out in a command. */
const DEFAULTS: Readonly<Record<string, unknown>> = { seeds: '3', backend: 'auto' };

/**
 * `newton-losses compare SOURCE...`: trains what is compared on paired seeds, then prints a table and writes
 * report.html. What is finished is kept, what was stopped is gone on with. The exit code, 0 where all runs are finished
 * and none has failed. DATA where runs have learned the same task from different data.
 */
export async function compare(sources: readonly string[], options: CompareOptions): Promise<number> {
  const runs = await plan(sources, options);
  const root = options.out ?? path.join('runs', 'compare', ...groupsOf(runs).join('+').split('/'));
  const folderOf = (run: PlannedRun): string => path.join(root, run.folder);
  const damaged = unreadableRuns(root, runs);
  const sound = runs.filter((run) => !damaged.has(run));
  sound.forEach((run) => requireSameExperiment(run, folderOf(run)));
  requireSameData(root, sound);
  const pending = sound.filter((run) => !isFinished(folderOf(run)));
  const before = sound.length - pending.length;
  if (before > 0) note(`${before} of ${runs.length} runs are finished already`);
  const steps = sum(sound.map(({ experiment }) => experiment.steps));
  const display = openDisplay({ runs: pending.length, steps, done: sum(sound.map((run) => stepsDone(folderOf(run)))) });
  const stop = stopOnSignals();
  const jobs = Math.min(options.jobs ?? availableParallelism(), runs.length);
  const workers = options.workers ?? Math.max(1, Math.floor(availableParallelism() / jobs));
  const resources = { backend: options.backend, threads: 1, workers, data: options.data };
  const command = (): string => againCommand(sources, options, root, sound.map(folderOf));
  const request = { root, runs, jobs, resources, command, display, signal: stop.signal };
  const failures = await runComparison(request).finally(() => display.stop());
  for (const [run, message] of failures) note(`failed: ${runName({ runs }, run)}: ${message}`);
  requireSameData(root, sound);
  const finished = sound.filter((run) => isFinished(folderOf(run))).length;
  const how = `${finished} of ${runs.length} runs are finished`;
  tell(await writeReportOf(root, how), options);
  if (finished === 0) note('no run is finished: there is nothing to compare yet');
  if (finished === runs.length && failures.size === 0) return 0;
  note(`${how}; to go on: ${commandLine(sources, options)}`);
  return stop.signal.aborted ? stop.code : 1;
}

async function plan(sources: readonly string[], options: CompareOptions): Promise<PlannedRun[]> {
  const { variants, loss, curvature, grid, seeds, steps, set, task, model, registry, data } = options;
  const names = (option: string, text: string | undefined): string[] | undefined =>
    text === undefined ? undefined : parseNames(option, text);
  const request = {
    sources: [...new Set(sources)],
    variants: names('--variants', variants),
    losses: names('--loss', loss),
    curvatures: names('--curvature', curvature),
    grid: parseGrid(grid),
    seeds: parseSeeds(seeds),
    changes: { ...(steps !== undefined && { steps }), ...set },
    task,
    model,
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

/** What to type for the same comparison once more, elsewhere: on the backend that its runs took, where one is known. */
function againCommand(
  sources: readonly string[],
  options: CompareOptions,
  root: string,
  folders: readonly string[],
): string {
  const backend = folders.map(backendOf).find((name) => name !== undefined);
  return commandLine(sources, {
    ...options,
    ...(backend !== undefined && { backend: backend as BackendName }),
    out: folderBeside(root),
  });
}

/** What to type for the same comparison again. */
function commandLine(sources: readonly string[], options: CompareOptions): string {
  const { registry, grid, set = {}, seeds, variants, loss, curvature, task, model, jobs, out, steps } = options;
  const { backend, workers, data } = options;
  const single = { seeds, variants, loss, curvature, task, model, jobs, out, steps, backend, workers, data };
  const given = Object.entries(single).filter(([name, value]) => value !== undefined && value !== DEFAULTS[name]);
  const flags = [
    ...given,
    ...grid.map((axis) => ['grid', axis]),
    ...Object.entries(set).map(([at, value]) => ['set', `${at}=${valueText(value)}`]),
    ...registry.map((source) => ['registry', source]),
  ];
  return shellText([
    'newton-losses',
    'compare',
    ...sources,
    ...flags.flatMap(([name, value]) => [`--${String(name)}`, String(value)]),
  ]);
}

function tell({ file, groups }: WrittenReport, { json }: CompareOptions): void {
  if (json) return printJson({ report: file, groups });
  for (const group of groups) print(`\n${group.name}\n\n${textTable(group)}\n`);
  print(`report: ${file}`);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
