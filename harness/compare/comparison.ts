import path from 'node:path';
import { LossError } from '../../core/errors.js';
import { hasProgress, RunFolder } from '../run/run-folder.js';
import { isFinished, stepsDone, unreadable } from '../run/run-record.js';
import type { Resources } from '../run/run.js';
import type { Metrics } from '../tasks/index.js';
import type { Display } from '../terminal/display.js';
import type { Outcome } from './child.js';
import { writeComparisonFile } from './comparison-file.js';
import type { Executor, TakenRun } from './executor.js';
import type { PlannedRun } from './plan.js';
import type { Failure, Figures } from './protocol.js';
import { folderWithTask } from './same-data.js';

/** A comparison to be run, or gone on with. */
export interface ComparisonRequest {
  readonly root: string;
  /** Of the report. */
  readonly title?: string | undefined;
  readonly runs: readonly PlannedRun[];
  /** `unreadableRuns` of them, where who asks has looked already. */
  readonly damaged?: ReadonlyMap<PlannedRun, string>;
  readonly executor: Executor;
  /** Of each run. */
  readonly resources: Resources;
  /** What to type for the same comparison in another folder, as far as is known when it is asked. */
  readonly command: () => string;
  readonly display: Display;
  /** Stops all runs, with checkpoints. */
  readonly signal: AbortSignal;
}

/**
 * Runs whatever is not finished yet, as many at a time as the executor takes; a run that fails does not stop the others.
 * Returns what went wrong, by run and in their order. comparison.json is written before the first run starts and after
 * the last one has ended.
 */
export async function runComparison(request: ComparisonRequest): Promise<ReadonlyMap<PlannedRun, string>> {
  const { root, title, runs, damaged = unreadableRuns(root, runs), executor, command, signal } = request;
  const failures = new Map(damaged);
  const write = (): void =>
    writeComparisonFile(root, { title, command: command(), jobs: executor.jobs }, runs, failures);
  write();
  const sound = runs.filter((run) => !failures.has(run));
  const queue = sound.filter((run) => !isFinished(path.join(root, run.folder)));
  const active = new Set<TakenRun>();
  const stop = (): void => active.forEach((taken) => taken.stop());
  signal.addEventListener('abort', stop);
  const takeTurns = async (place: number): Promise<void> => {
    for (let run = queue.shift(); run && !signal.aborted; run = queue.shift()) {
      const outcome = await runOne(request, run, sound, active, place);
      if (outcome.state === 'failed') failures.set(run, failureText(outcome));
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(executor.capacity, queue.length) }, (_, k) => takeTurns(k)));
  } finally {
    stop(); // none is left, unless something went wrong here
    signal.removeEventListener('abort', stop);
  }
  write();
  return new Map(runs.flatMap((run) => (failures.has(run) ? [[run, failures.get(run)!]] : [])));
}

/** Runs of which something is on disk that cannot be read, and what: they fail before they begin. */
export function unreadableRuns(root: string, runs: readonly PlannedRun[]): Map<PlannedRun, string> {
  return new Map(runs.flatMap((run) => {
    const failure = unreadable(path.join(root, run.folder));
    return failure ? [[run, `${failureText(failure)}; remove the folder to run it anew`]] : [];
  }));
}

/** A run in a few words: `fisher, seed 1`, after its group where there are several. */
export function runName({ runs }: Pick<ComparisonRequest, 'runs'>, { group, variant, seed }: PlannedRun): string {
  const several = runs.some((run) => run.group !== group);
  return `${several ? `${group} ` : ''}${variant}, seed ${seed}`;
}

async function runOne(
  request: ComparisonRequest,
  run: PlannedRun,
  sound: readonly PlannedRun[],
  active: Set<TakenRun>,
  place: number,
): Promise<Outcome> {
  const outcome = await runAt(request, run, sound, active, place).catch(codedFailure);
  const waited = outcome.state === 'stopped' && outcome.step === undefined;
  if (!waited) request.display.end(runName(request, run), endText(outcome));
  return outcome;
}

/** CHECKPOINT or DATA where the folder of the run cannot be had. */
async function runAt(
  request: ComparisonRequest,
  run: PlannedRun,
  sound: readonly PlannedRun[],
  active: Set<TakenRun>,
  place: number,
): Promise<Outcome> {
  const { root, resources, display, executor } = request;
  const { experiment, choice, origin } = run;
  const name = runName(request, run);
  const folder = path.join(root, run.folder);
  if (!hasProgress(folder)) RunFolder.create(folder, experiment).close();
  let begun = false;
  const taken = executor.take({
    job: { experiment, choice, origin, folder, resources },
    sameDataAs: () => folderWithTask(root, sound, experiment.task),
    listener: {
      begins: () => {
        begun = true;
        display.start(name, stepsDone(folder), experiment.steps);
      },
      figures: (figures) => display.step(name, figures.step, figuresText(figures)),
      warn: (text) => display.warn(name, text),
    },
    place,
  });
  active.add(taken);
  const outcome = await taken.outcome;
  active.delete(taken);
  if (outcome.state === 'failed' || !begun) return outcome;
  const step = outcome.step ?? stepsDone(folder);
  display.step(name, step, '');
  return { ...outcome, step };
}

/** What is wrong with a run whose folder cannot be had or read. */
function codedFailure(error: unknown): Outcome {
  if (!(error instanceof LossError)) throw error;
  return { state: 'failed', code: error.code, message: error.message };
}

function failureText({ code, message }: Pick<Failure, 'code' | 'message'>): string {
  return code === 'UNEXPECTED' ? message : `${code}: ${message}`;
}

function endText(outcome: Outcome): string {
  if (outcome.state === 'failed') return `failed: ${failureText(outcome)}`;
  if (outcome.state === 'stopped') return `stopped at step ${outcome.step}`;
  return metricText(outcome.metrics ?? {});
}

function figuresText({ loss, metrics }: Figures): string {
  const parts = [
    ...(loss === undefined ? [] : [`loss ${loss.toPrecision(3)}`]),
    ...(Object.keys(metrics).length === 0 ? [] : [metricText(metrics)]),
  ];
  return parts.join('  ');
}

/** The headline metric: `EM 23.4%`. */
function metricText(metrics: Metrics): string {
  const [name, value] = Object.entries(metrics)[0] ?? ['no metric', NaN];
  return `${name} ${(100 * value).toFixed(1)}%`;
}
