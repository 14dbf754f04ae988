import { availableParallelism } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { LossError } from '../../core/errors.js';
import { openRegistry } from '../../core/registry.js';
import { isFinished, runComparison, runName, stepsDone } from '../compare/comparison.js';
import { openDisplay } from '../compare/display.js';
import { parseSeeds, type PlannedRun, planRuns } from '../compare/plan.js';
import { loadExperiment } from '../experiment.js';
import { note, print, printJson, shellText } from '../output.js';
import { presets as knownPresets } from '../presets.js';
import { textTable, type WrittenReport, writeReport } from '../report/index.js';
import { resolveExperiment } from '../resolve.js';
import { differences, hasProgress, readRunExperiment } from '../run-folder.js';

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

/** Exit code of what Ctrl-C has stopped. */
const STOPPED = 130;
/** What need not be written out in a command. */
const DEFAULTS: Readonly<Record<string, unknown>> = { seeds: '3', backend: 'auto' };
const MAIN = fileURLToPath(new URL('../main.js', import.meta.url));

/**
 * `newton-losses compare PRESET...`: trains the variants of the presets on paired seeds, then prints a table and writes report.html.
 * What is finished is kept, what was stopped is gone on with. The exit code, 0 where all runs are finished.
 */
export async function compare(presets: readonly string[], options: CompareOptions): Promise<number> {
  const runs = planRuns(knownPresets(), presets, options.variants?.split(','), parseSeeds(options.seeds));
  const root = options.out ?? path.join('runs', 'compare', ...presets.join('+').split('/'));
  const folderOf = (run: PlannedRun): string => path.join(root, run.folder);
  const steps = await resolveSteps(runs, folderOf, options);
  const command = commandLine(presets, options);
  const pending = runs.filter((run) => !isFinished(folderOf(run)));
  if (pending.length < runs.length) note(`${runs.length - pending.length} of ${runs.length} runs are finished already`);
  const display = openDisplay({ runs: pending.length, steps: sum([...steps.values()]), done: sum(runs.map((run) => stepsDone(folderOf(run)))) });
  const signal = stopOnSignal();
  const jobs = Math.min(options.jobs ?? availableParallelism(), runs.length);
  const workers = options.workers ?? Math.max(1, Math.floor(availableParallelism() / jobs));
  const trainArguments = (run: PlannedRun): string[] => trainWords(run, folderOf(run), { ...options, workers });
  const failures = await runComparison({ root, runs, steps, jobs, command, program: MAIN, trainArguments, display, signal });
  display.stop();
  tell(await writeReport(root), options);
  for (const [run, message] of failures) note(`failed: ${runName({ runs }, run)}: ${message}`);
  const finished = runs.filter((run) => isFinished(folderOf(run))).length;
  if (finished === runs.length) return 0;
  note(`${finished} of ${runs.length} runs are finished; to go on: ${command}`);
  return signal.aborted ? STOPPED : 1;
}

/** The steps of each run. PARAMS where an experiment is not valid, CHECKPOINT where a folder holds a run of another one. */
async function resolveSteps(runs: readonly PlannedRun[], folderOf: (run: PlannedRun) => string, options: CompareOptions): Promise<Map<PlannedRun, number>> {
  const registry = await openRegistry(...options.registry);
  const found = new Map<PlannedRun, number>();
  for (const run of runs) {
    const source = `${run.preset}/${run.variant}`;
    const changes = { seed: run.seed, ...(options.steps !== undefined && { steps: options.steps }) };
    const { experiment } = await resolveExperiment(loadExperiment(source, changes), registry, source);
    const differ = hasProgress(folderOf(run)) ? differences(readRunExperiment(folderOf(run)), experiment) : [];
    if (differ.length > 0) throw new LossError('CHECKPOINT', `${folderOf(run)} holds a run with other settings (${differ.join('; ')}): choose another folder (--out)`);
    found.set(run, experiment.steps);
  }
  return found;
}

/** The words of `newton-losses train ...` that begin a run or go on with it. */
function trainWords({ preset, variant, seed }: PlannedRun, folder: string, { steps, registry, backend, workers, data }: CompareOptions): string[] {
  return [
    'train', `${preset}/${variant}`, '--seed', String(seed), '--out', folder, '--resume', '--quiet', '--backend', backend, '--workers', String(workers),
    ...(steps === undefined ? [] : ['--steps', String(steps)]),
    ...(data === undefined ? [] : ['--data', data]),
    ...registry.flatMap((source) => ['--registry', source]),
  ];
}

/** What to type for the same comparison again. */
function commandLine(presets: readonly string[], { seeds, variants, jobs, out, steps, backend, workers, data, registry }: CompareOptions): string {
  const given = Object.entries({ seeds, variants, jobs, out, steps, backend, workers, data }).filter(([name, value]) => value !== undefined && value !== DEFAULTS[name]);
  const flags = [...given, ...registry.map((source) => ['registry', source])];
  return shellText(['newton-losses', 'compare', ...presets, ...flags.flatMap(([name, value]) => [`--${String(name)}`, String(value)])]);
}

function tell({ file, groups }: WrittenReport, { json }: CompareOptions): void {
  if (json) return printJson({ report: file, groups });
  for (const group of groups) print(`\n${group.name}\n\n${textTable(group)}\n`);
  print(`report: ${file}`);
}

function stopOnSignal(): AbortSignal {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => stop.abort()); // a second one ends all at once
  return stop.signal;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
