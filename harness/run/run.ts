import path from 'node:path';
import type { Registry } from '../../core/registry.js';
import { runContainer } from './container.js';
import { describeBackend } from '../cli/describe.js';
import { type Experiment, loadExperiment } from '../experiments/experiment.js';
import { isObject } from '../experiments/presets.js';
import type { Progress } from '../terminal/progress.js';
import { resolveExperiment } from '../experiments/resolve.js';
import { hasProgress, isRunFolder, RunFolder } from './run-folder.js';
import type { CurvatureChoice } from '../../core/newton/choose-curvature.js';
import type { BackendInfo } from '../../node/tfjs/index.js';
import { type Outcome, Trainer } from './train.js';
import { resumedVersions, type Versions, versionsOf, type VersionsRecord } from './versions.js';

export interface RunRequest {
  /** A preset, an experiment's file, or with `resume` a run folder. */
  readonly source: string;
  /** Dotted path -> value, over the source. */
  readonly changes?: Readonly<Record<string, unknown>>;
  /** Where to write; by default runs/<experiment>/seed-<seed>. */
  readonly folder?: string | undefined;
  /** Go on where the folder holds a run already. */
  readonly resume?: boolean;
  readonly registry: Registry;
  readonly backend: BackendInfo;
  /** Folder with the data files. */
  readonly data?: string | undefined;
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

/** Runs an experiment in its folder, from the beginning or from where it was; says what it does in `log`. */
export async function runExperiment(request: RunRequest): Promise<RunResult> {
  const { source, changes = {}, registry, backend, log } = request;
  const began = isRunFolder(source);
  const loaded = loadExperiment(began ? path.join(source, 'experiment.json') : source, changes);
  const { experiment, choice } = await resolveExperiment(loaded, registry, source);
  const folder = request.folder ??
    (began ? source : path.join('runs', ...experiment.name.split('/'), `seed-${experiment.seed}`));
  const warn = (message: string): void => log.warn(message);
  const run = request.resume && hasProgress(folder)
    ? RunFolder.resume(folder, experiment, warn)
    : RunFolder.create(folder, experiment);
  try {
    log.line(`${experiment.name}, seed ${experiment.seed}, ${experiment.steps} steps, in ${folder}`);
    log.line(`backend: ${describeBackend(backend).join('\n  ')}`);
    log.line(`curvature: ${choice.reason}`);
    recordVersions(run, versionsOf(backend, await registry.plugin(experiment.loss.name), choice), warn);
    if (run.checkpoint) log.line(`goes on after step ${run.checkpoint.step}`);
    const trainer = runContainer({ experiment, registry, folder: run, log }).resolve(Trainer);
    return { ...(await trainer.train(request.data, request.signal, request.sameDataAs)), folder, experiment, choice };
  } finally {
    log.stop();
    run.close();
  }
}

/** Writes versions.json; where the run goes on with others than before, adds those and warns. */
function recordVersions(run: RunFolder, versions: Versions, warn: (message: string) => void): void {
  const before = run.checkpoint && run.readJson('versions.json');
  if (!run.checkpoint || !isObject(before)) return run.writeJson('versions.json', versions);
  const { record, changed } = resumedVersions(before as unknown as VersionsRecord, versions, run.checkpoint.step);
  if (changed.length === 0) return;
  run.writeJson('versions.json', record);
  warn(`results may differ from those of an unbroken run: ${changed.join(', ')}`);
}
