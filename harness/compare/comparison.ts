import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { LossError } from '../../core/errors.js';
import { writeFileAtomically } from '../files/atomic-file.js';
import { WARNING } from '../terminal/progress.js';
import { finalEvaluation, lastStep, readRun, type RunRecord } from '../run/run-record.js';
import { COMPARISON_FILE, type ComparisonFile } from '../report/source.js';
import { isRunFolder } from '../run/run-folder.js';
import { ChildRun } from './child.js';
import type { Display } from '../terminal/display.js';
import type { PlannedRun } from './plan.js';

/** A comparison to be run, or gone on with. */
export interface ComparisonRequest {
  readonly root: string;
  readonly runs: readonly PlannedRun[];
  readonly steps: ReadonlyMap<PlannedRun, number>;
  /** Runs side by side, each a process of its own. */
  readonly jobs: number;
  /** What to type for the same comparison. */
  readonly command: string;
  /** The program that `trainArguments` are for. */
  readonly program: string;
  readonly trainArguments: (run: PlannedRun) => readonly string[];
  readonly display: Display;
  /** Stops all runs, with checkpoints. */
  readonly signal: AbortSignal;
}

/** Milliseconds between looks at what the runs have written. */
const POLL = 500;

/**
 * Runs whatever is not finished yet, `jobs` at a time; a run that fails does not stop the others. Returns what went
 * wrong, by run. comparison.json is written before the first run starts and after the last one has ended.
 */
export async function runComparison(request: ComparisonRequest): Promise<ReadonlyMap<PlannedRun, string>> {
  const { root, runs, jobs, signal } = request;
  const failures = new Map<PlannedRun, string>();
  writeComparisonFile(request, failures);
  const queue = runs.filter((run) => !isFinished(join(root, run.folder)));
  const active = new Map<PlannedRun, ChildRun>();
  const stop = (): void => active.forEach((child) => child.stop());
  signal.addEventListener('abort', stop);
  const look = (run: PlannedRun): void => {
    try {
      showProgress(request, run);
    } catch (error) {
      codedText(error); // it says so itself when it ends
    }
  };
  const poll = setInterval(() => active.forEach((_, run) => look(run)), POLL);
  const worker = async (): Promise<void> => {
    for (let run = queue.shift(); run && !signal.aborted; run = queue.shift()) {
      const failure = await runOne(request, run, active).catch(codedText);
      if (failure !== undefined) failures.set(run, failure);
    }
  };
  try {
    await Promise.all(Array.from({ length: jobs }, worker));
  } finally {
    stop(); // none is left, unless something went wrong here
    clearInterval(poll);
    signal.removeEventListener('abort', stop);
  }
  writeComparisonFile(request, failures);
  return failures;
}

/** What is wrong with a run whose folder cannot be read. */
function codedText(error: unknown): string {
  if (!(error instanceof LossError)) throw error;
  return `${error.code}: ${error.message}`;
}

/** A run in a few words: `fisher, seed 1`, after the preset where there are several. */
export function runName({ runs }: Pick<ComparisonRequest, 'runs'>, { preset, variant, seed }: PlannedRun): string {
  const several = runs.some((run) => run.preset !== preset);
  return `${several ? `${preset} ` : ''}${variant}, seed ${seed}`;
}

export function isFinished(folder: string): boolean {
  return isRunFolder(folder) && finalEvaluation(readRun(folder)) !== undefined;
}

/** Steps on record of a run folder, 0 where there is none. */
export function stepsDone(folder: string): number {
  return isRunFolder(folder) ? lastStep(readRun(folder)) : 0;
}

async function runOne(
  request: ComparisonRequest,
  run: PlannedRun,
  active: Map<PlannedRun, ChildRun>,
): Promise<string | undefined> {
  const { root, display, program, steps } = request;
  const folder = join(root, run.folder);
  const name = runName(request, run);
  display.start(name, stepsDone(folder), steps.get(run)!);
  const warn = (warning: string): void => display.line(`${WARNING}${name}: ${warning}`);
  const child = new ChildRun(program, request.trainArguments(run), warn);
  active.set(run, child);
  const { state, message } = await child.outcome;
  active.delete(run);
  showProgress(request, run);
  display.end(
    name,
    state === 'failed'
      ? `failed: ${message}`
      : state === 'stopped'
      ? `stopped at step ${stepsDone(folder)}`
      : finalText(readRun(folder)),
  );
  return state === 'failed' ? message : undefined;
}

function showProgress(request: ComparisonRequest, run: PlannedRun): void {
  const folder = join(request.root, run.folder);
  if (!isRunFolder(folder)) return;
  const record = readRun(folder);
  const loss = record.training.at(-1)?.loss;
  const evaluation = record.evaluations.at(-1);
  const figures = [
    ...(loss === undefined ? [] : [`loss ${loss.toPrecision(3)}`]),
    ...(evaluation ? [metricText(evaluation.metrics)] : []),
  ];
  request.display.step(runName(request, run), lastStep(record), figures.join('  '));
}

function finalText(record: RunRecord): string {
  const evaluation = finalEvaluation(record);
  return evaluation ? metricText(evaluation.metrics) : 'ended before its last step';
}

/** The headline metric: `EM 23.4%`. */
function metricText(metrics: Readonly<Record<string, number>>): string {
  const [name, value] = Object.entries(metrics)[0] ?? ['no metric', NaN];
  return `${name} ${(100 * value).toFixed(1)}%`;
}

function writeComparisonFile(
  { root, runs, jobs, command }: ComparisonRequest,
  failures: ReadonlyMap<PlannedRun, string>,
): void {
  const presets = [...new Set(runs.map(({ preset }) => preset))];
  const groups = presets.map((name) => ({
    name,
    runs: runs
      .filter(({ preset }) => preset === name)
      .map((run) => ({
        variant: run.variant,
        seed: run.seed,
        folder: run.folder,
        ...(failures.has(run) && { failure: failures.get(run)! }),
      })),
  }));
  const content: ComparisonFile = { command, jobs, groups };
  try {
    mkdirSync(root, { recursive: true });
    writeFileAtomically(join(root, COMPARISON_FILE), `${JSON.stringify(content, undefined, 2)}\n`);
  } catch (cause) {
    const wrong = `cannot write ${join(root, COMPARISON_FILE)}: ${(cause as Error).message}`;
    throw new LossError('CHECKPOINT', `${wrong}; what the runs have saved is intact`, { cause });
  }
}
