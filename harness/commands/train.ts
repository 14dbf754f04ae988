import { constants } from 'node:os';
import { WorkerPool } from '../../core/algorithms/pool/worker-pool.js';
import { openRegistry } from '../../core/registry.js';
import { note, print, printJson, shellText } from '../output.js';
import { figuresText, openProgress, silent } from '../progress.js';
import { runExperiment, type RunResult } from '../run.js';
import { type BackendName, useBackend } from '../tfjs/index.js';

export interface TrainOptions {
  readonly registry: string[];
  readonly backend: 'auto' | BackendName;
  readonly threads: number;
  /** Absent: one a core. */
  readonly workers?: number;
  readonly data?: string;
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

/** `newton-losses train SOURCE`: the exit code, 0 where the run is finished. */
export async function train(source: string, options: TrainOptions): Promise<number> {
  const registry = await openRegistry(...options.registry);
  const backend = await useBackend(options.backend, { threads: options.threads });
  const log = options.quiet ? silent : openProgress();
  const pool = new WorkerPool(options.workers, { warn: (message) => log.line(`warning: ${message}`) });
  registry.pool = pool;
  const stop = new AbortController();
  let stoppedBy: 'SIGINT' | 'SIGTERM' | 'SIGHUP' | undefined;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => { // a second one ends the process at once, as usual
      stoppedBy = signal;
      stop.abort();
    });
  }
  const { data, out, resume = false } = options;
  const request = { source, changes: changesOf(options), folder: out, resume, registry, backend, data, log, signal: stop.signal };
  const result = await runExperiment(request).finally(() => pool.close());
  const { writeReport } = await import('../report/index.js');
  const { file } = await writeReport(result.folder);
  report(result, file, options);
  if (result.finished) return 0;
  note(`stopped at step ${result.step} of ${result.experiment.steps}; to go on: ${resumeCommand(result, options)}`);
  return 128 + constants.signals[stoppedBy!];
}

function changesOf({ seed, steps, lambda, curvature, set }: TrainOptions): Record<string, unknown> {
  const flags = { seed, steps, 'newton.lambda': lambda, 'newton.curvature': curvature };
  return { ...Object.fromEntries(Object.entries(flags).filter(([, value]) => value !== undefined)), ...set };
}

function report({ folder, step, finished, metrics, explosions, choice }: RunResult, file: string, { json }: TrainOptions): void {
  if (json) return printJson({ folder, report: file, step, finished, curvature: choice, metrics, explosions });
  if (finished) print(`${figuresText(metrics)}  ${explosions} explosive steps  report: ${file}`);
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
  return shellText(['newton-losses', 'train', folder, '--resume', ...flags]);
}
