import type { BackendName } from '../../../node/tfjs/index.js';
import { openRegistry } from '../../../node/open-registry.js';
import { writeReportOf } from '../../report/write-report-of.js';
import { readyExperiment, runExperiment, type RunResult } from '../../run/run.js';
import { note, print, printJson, ownCommand } from '../../terminal/output.js';
import { figuresText, openProgress, silent } from '../../terminal/display.js';
import { readRunData } from '../../run/run-data.js';
import { stopOnSignals } from '../../terminal/stop.js';

export interface TrainOptions {
  readonly registry: string[];
  readonly backend: 'auto' | BackendName;
  readonly threads: number;
  /** Absent: one a core. */
  readonly workers?: number;
  readonly data?: string;
  /** A run folder. */
  readonly sameDataAs?: string;
  readonly out?: string;
  readonly resume?: boolean;
  readonly seed?: number;
  readonly steps?: number;
  readonly lambda?: number;
  readonly curvature?: string;
  /** Dotted path -> value. */
  readonly set?: Readonly<Record<string, unknown>>;
  readonly quiet?: boolean;
  readonly json?: boolean;
}

/**
 * `newton-losses train SOURCE`: the exit code, 0 where the run is finished. DATA where its report cannot be written;
 * `report FOLDER` writes it later.
 */
export async function train(source: string, options: TrainOptions): Promise<number> {
  const { backend, threads, workers, data, resume = false, sameDataAs } = options;
  const registry = await openRegistry(...options.registry);
  const given = { registry: options.registry, ...(data !== undefined && { data }) };
  const ready = await readyExperiment(source, changesOf(options), registry, given);
  const log = options.quiet ? silent : openProgress();
  const stop = stopOnSignals();
  const result = await runExperiment({
    ...ready,
    folder: options.out ?? ready.folder,
    resume,
    registry,
    resources: { backend, threads, workers, data },
    sameDataAs,
    log,
    signal: stop.signal,
  });
  const how = result.finished ? 'the training is complete' : stoppedText(result, options);
  if (!result.finished) note(how);
  const file = result.step > 0 ? (await writeReportOf(result.folder, how)).file : undefined;
  report(result, file, options);
  return result.finished ? 0 : stop.code;
}

function changesOf({ seed, steps, lambda, curvature, set }: TrainOptions): Record<string, unknown> {
  const flags = { seed, steps, 'newton.lambda': lambda, 'newton.curvature': curvature };
  return { ...Object.fromEntries(Object.entries(flags).filter(([, value]) => value !== undefined)), ...set };
}

function report(result: RunResult, file: string | undefined, { json }: TrainOptions): void {
  const { folder, step, finished, metrics, explosions, choice } = result;
  if (json) return printJson({ folder, report: file, step, finished, curvature: choice, metrics, explosions });
  if (finished) {
    print(`${figuresText(metrics, readRunData(folder)?.metrics)}  ${explosions} explosive steps  report: ${file}`);
  }
}

function stoppedText(result: RunResult, options: TrainOptions): string {
  return `stopped at step ${result.step} of ${result.experiment.steps}; to go on: ${resumeCommand(result, options)}`;
}

/** What to type. */
function resumeCommand({ folder }: RunResult, { registry, backend, threads, workers, data }: TrainOptions): string {
  const flags = [
    ...registry.flatMap((source) => ['--registry', source]),
    ...(backend === 'auto' ? [] : ['--backend', backend]),
    ...(threads === 1 ? [] : ['--threads', String(threads)]),
    ...(workers === undefined ? [] : ['--workers', String(workers)]),
    ...(data === undefined ? [] : ['--data', data]),
  ];
  return ownCommand(['train', folder, '--resume', ...flags]);
}
