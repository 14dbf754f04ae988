import path from 'node:path';
import type { CurvatureChoice } from '../../core/newton/choose-curvature.js';
import type { Registry } from '../../core/registry.js';
import { WorkerPool } from '../../node/pool/worker-pool.js';
import type { BackendName } from '../../node/tfjs/index.js';
import { type Experiment, type ExperimentContent, loadExperiment } from '../experiments/experiment.js';
import { type Origin, originOf } from '../experiments/origin.js';
import { isObject } from '../experiments/presets.js';
import { type Resolved, resolveExperiment } from '../experiments/resolve.js';
import type { Progress } from '../terminal/display.js';
import { backendLines, startBackend } from './backend.js';
import { runContainer } from './container.js';
import { hasProgress, isRunFolder, RunFolder } from './run-folder.js';
import { titleOf } from './run-record.js';
import { type Outcome, Trainer } from './train.js';
import { resumedVersions, type Versions, versionsOf, type VersionsRecord } from './versions.js';

/** An experiment that is ready to run, and where it came from. */
export interface ReadyExperiment extends Resolved {
  readonly origin: Origin;
}

/** What a run needs of the machine. */
export interface Resources {
  readonly backend: 'auto' | BackendName;
  /** Of the backend. */
  readonly threads: number;
  /** Threads that solve batches of hard algorithms. Absent: one a core. */
  readonly workers?: number | undefined;
  /** Folder with the data files. */
  readonly data?: string | undefined;
}

export interface RunRequest extends ReadyExperiment {
  readonly folder: string;
  /** Go on where the folder holds a run already. */
  readonly resume: boolean;
  readonly registry: Registry;
  readonly resources: Resources;
  /** A run folder: other data than that run's is refused. */
  readonly sameDataAs?: string | undefined;
  readonly log: Progress;
  readonly signal: AbortSignal;
}

export interface RunResult extends Outcome {
  readonly folder: string;
  readonly experiment: Experiment;
  readonly choice: CurvatureChoice;
}

/**
 * The experiment of a preset, an experiment's file or a run folder, or as it is, with `changes` (dotted path -> value)
 * over it, and the folder that is its own: that of the run, or runs/<experiment>/seed-<seed>.
 */
export async function readyExperiment(
  source: string | ExperimentContent,
  changes: Origin['changes'],
  registry: Registry,
  given: Pick<Origin, 'registry' | 'data' | 'script'>,
): Promise<ReadyExperiment & { readonly folder: string }> {
  const began = typeof source === 'string' && isRunFolder(source) ? source : undefined;
  const content = began === undefined ? source : path.join(began, 'experiment.json');
  const what = typeof source === 'string' ? source : 'the experiment';
  const resolve = (over: Origin['changes']): Promise<Resolved> =>
    resolveExperiment(loadExperiment(content, over), registry, what);
  const { experiment, choice } = await resolve(changes);
  const others = Object.fromEntries(Object.entries(changes).filter(([at]) => at !== 'seed'));
  const original = async (): Promise<Experiment> => (await resolve({ seed: experiment.seed })).experiment;
  const origin = { ...given, ...(await originOf(experiment, others, registry, original)) };
  const own = path.join('runs', ...experiment.name.split('/'), `seed-${experiment.seed}`);
  return { experiment, choice, origin, folder: began ?? own };
}

/** Runs an experiment in its folder, from the beginning or from where it was; says what it does in `log`. */
export async function runExperiment(request: RunRequest): Promise<RunResult> {
  const { experiment, choice, origin, folder, resume, registry, resources, sameDataAs, log, signal } = request;
  const warn = (message: string): void => log.warn(message);
  const backend = await startBackend(experiment, resources, (line) => log.line(line));
  const pool = new WorkerPool(resources.workers, { warn });
  registry.pool = pool;
  const run = resume && hasProgress(folder)
    ? RunFolder.resume(folder, experiment, warn)
    : RunFolder.create(folder, experiment);
  try {
    log.line(`${titleOf(experiment, origin)}, ${experiment.steps} steps, in ${folder}`);
    log.line(`backend: ${backendLines(backend, experiment).join('\n  ')}`);
    log.line(`curvature: ${choice.reason}`);
    if (!run.checkpoint) run.writeJson('origin.json', origin);
    recordVersions(run, versionsOf(backend, await registry.plugin(experiment.loss.name), choice), warn);
    if (run.checkpoint) log.line(`goes on after step ${run.checkpoint.step}`);
    const trainer = runContainer({ experiment, registry, folder: run, log }).resolve(Trainer);
    return { ...(await trainer.train(resources.data, signal, sameDataAs)), folder, experiment, choice };
  } finally {
    log.stop();
    run.close();
    await pool.close();
  }
}

/** Writes versions.json; where the run goes on with others than before, adds those and warns. */
function recordVersions(run: RunFolder, versions: Versions, warn: (message: string) => void): void {
  const before = run.checkpoint && run.readJson('versions.json');
  if (!run.checkpoint || !isObject(before)) return run.writeJson('versions.json', versions);
  const { record, changed } = resumedVersions(before as unknown as VersionsRecord, versions, run.checkpoint.step);
  if (record) run.writeJson('versions.json', record);
  if (changed.length > 0) warn(`results may differ from those of an unbroken run: ${changed.join(', ')}`);
}
