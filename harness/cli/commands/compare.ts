import { availableParallelism } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { LossError } from '../../../core/errors.js';
import { openRegistry } from '../../../node/open-registry.js';
import { isFinished, runComparison, runName, stepsDone } from '../../compare/comparison.js';
import { openDisplay } from '../../terminal/display.js';
import { parseSeeds, type PlannedRun, planRuns } from '../../compare/plan.js';
import { folderWithTask, requireSameData } from '../../compare/same-data.js';
import { type Experiment, loadExperiment } from '../../experiments/experiment.js';
import { note, print, printJson, shellText } from '../../terminal/output.js';
import { presets as knownPresets } from '../../experiments/presets.js';
import { textTable, type WrittenReport, writeReport } from '../../report/index.js';
import { resolveExperiment } from '../../experiments/resolve.js';
import { differences, hasProgress, readRunExperiment } from '../../run/run-folder.js';
import { stopOnSignals } from '../../terminal/stop.js';

export interface CompareOptions {
  readonly seeds: string;
  readonly variants?: string;
  /** Absent: one for each core. */
  readonly jobs?: number;
  readonly out?: string;
  readonly steps?: number;
  readonly registry: string[];
  readonly backend: string;
  /** Of each run. Absent: the cores divided by the jobs. */
  readonly workers?: number;
  readonly data?: string;
  readonly json?: boolean;
}

/** What need not be written out in a command. */
const DEFAULTS: Readonly<Record<string, unknown>> = { seeds: '3', backend: 'auto' };
const MAIN = fileURLToPath(new URL('../main.js', import.meta.url));

/**
 * `newton-losses compare PRESET...`: trains the variants of the presets on paired seeds, then prints a table and writes
 * report.html. What is finished is kept, what was stopped is gone on with. The exit code, 0 where all runs are finished
 * and none has failed. DATA where runs have learned the same task from different data.
 */
export async function compare(presets: readonly string[], options: CompareOptions): Promise<number> {
  const runs = planRuns(knownPresets(), presets, options.variants?.split(','), parseSeeds(options.seeds));
  const root = options.out ?? path.join('runs', 'compare', ...presets.join('+').split('/'));
  const folderOf = (run: PlannedRun): string => path.join(root, run.folder);
  const experiments = await resolveAll(runs, folderOf, options);
  requireSameData(root, runs);
  const steps = new Map([...experiments].map(([run, experiment]) => [run, experiment.steps]));
  const command = commandLine(presets, options);
  const pending = runs.filter((run) => !isFinished(folderOf(run)));
  if (pending.length < runs.length) note(`${runs.length - pending.length} of ${runs.length} runs are finished already`);
  const done = sum(runs.map((run) => stepsDone(folderOf(run))));
  const display = openDisplay({ runs: pending.length, steps: sum([...steps.values()]), done });
  const stop = stopOnSignals();
  const jobs = Math.min(options.jobs ?? availableParallelism(), runs.length);
  const workers = options.workers ?? Math.max(1, Math.floor(availableParallelism() / jobs));
  const trainArguments = (run: PlannedRun): string[] => {
    const sameDataAs = folderWithTask(root, runs, experiments.get(run)!.task);
    return trainWords(run, folderOf(run), sameDataAs, { ...options, workers });
  };
  const request = { root, runs, steps, jobs, command, program: MAIN, trainArguments, display, signal: stop.signal };
  const failures = await runComparison(request).finally(() => display.stop());
  for (const [run, message] of failures) note(`failed: ${runName({ runs }, run)}: ${message}`);
  requireSameData(root, runs);
  tell(await reportOf(root, runs, folderOf), options);
  if (pending.every((run) => isFinished(folderOf(run))) && failures.size === 0) return 0;
  note(`${finishedText(runs, folderOf)}; to go on: ${command}`);
  return stop.signal.aborted ? stop.code : 1;
}

function finishedText(runs: readonly PlannedRun[], folderOf: (run: PlannedRun) => string): string {
  return `${runs.filter((run) => isFinished(folderOf(run))).length} of ${runs.length} runs are finished`;
}

/** Writes the report. DATA where that fails; what the runs have saved is not lost. */
async function reportOf(
  root: string,
  runs: readonly PlannedRun[],
  folderOf: (run: PlannedRun) => string,
): Promise<WrittenReport> {
  try {
    return await writeReport(root);
  } catch (cause) {
    const wrong = `${finishedText(runs, folderOf)}; but the report could not be written: ${(cause as Error).message}`;
    const later = `for the report: ${shellText(['newton-losses', 'report', root])}`;
    throw new LossError(cause instanceof LossError ? cause.code : 'DATA', `${wrong}; ${later}`, { cause });
  }
}

/** The experiment of each run. PARAMS where one is not valid, CHECKPOINT where a folder holds a run of another one. */
async function resolveAll(
  runs: readonly PlannedRun[],
  folderOf: (run: PlannedRun) => string,
  options: CompareOptions,
): Promise<Map<PlannedRun, Experiment>> {
  const registry = await openRegistry(...options.registry);
  const found = new Map<PlannedRun, Experiment>();
  for (const run of runs) {
    const source = `${run.preset}/${run.variant}`;
    const changes = { seed: run.seed, ...(options.steps !== undefined && { steps: options.steps }) };
    const { experiment } = await resolveExperiment(loadExperiment(source, changes), registry, source);
    const folder = folderOf(run);
    const differ = hasProgress(folder) ? differences(readRunExperiment(folder), experiment) : [];
    if (differ.length > 0) {
      const what = `${folder} holds a run with other settings (${differ.join('; ')})`;
      throw new LossError('CHECKPOINT', `${what}: choose another folder (--out)`);
    }
    found.set(run, experiment);
  }
  return found;
}

/** The words of `newton-losses train ...` that begin a run or go on with it. */
function trainWords(
  { preset, variant, seed }: PlannedRun,
  folder: string,
  sameDataAs: string | undefined,
  { steps, registry, backend, workers, data }: CompareOptions,
): string[] {
  const given = Object.entries({ steps, data, 'same-data-as': sameDataAs }).filter(([, value]) => value !== undefined);
  return [
    ...['train', `${preset}/${variant}`, '--seed', String(seed), '--out', folder, '--resume', '--quiet'],
    ...['--backend', backend, '--workers', String(workers)],
    ...given.flatMap(([name, value]) => [`--${name}`, String(value)]),
    ...registry.flatMap((source) => ['--registry', source]),
  ];
}

/** What to type for the same comparison again. */
function commandLine(
  presets: readonly string[],
  { seeds, variants, jobs, out, steps, backend, workers, data, registry }: CompareOptions,
): string {
  const given = Object.entries({ seeds, variants, jobs, out, steps, backend, workers, data }).filter(([name, value]) =>
    value !== undefined && value !== DEFAULTS[name]
  );
  const flags = [...given, ...registry.map((source) => ['registry', source])];
  return shellText([
    'newton-losses',
    'compare',
    ...presets,
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
