import { openRegistry } from '../../node/open-registry.js';
import type { PluginSources } from '../../core/registry.js';
import type { ExperimentContent } from '../experiments/experiment.js';
import type { Metrics } from '../tasks/index.js';
import { type Progress, silent } from '../terminal/display.js';
import { scriptCommand } from './reproduce.js';
import { readyExperiment, type Resources, runExperiment, type RunResult } from './run.js';

/** How an experiment is trained. */
export interface TrainOptions extends Partial<Resources> {
  /** Of the run; by default that of the source, or runs/NAME/seed-SEED. */
  readonly folder?: string;
  /** Go on where the folder holds a run already; false by default: such a folder is refused. */
  readonly resume?: boolean;
  /** Dotted path -> value, over the experiment: `{ 'newton.lambda': 1, seed: 3 }`. */
  readonly changes?: Readonly<Record<string, unknown>>;
  /** Registry files, packages, and plugins by name, as for `openRegistry`. */
  readonly registry?: readonly (string | PluginSources)[];
  /** Ends the run with a checkpoint: it can be gone on with. */
  readonly signal?: AbortSignal;
  /** Told of every step, with its loss and the metrics of the last evaluation. */
  readonly onStep?: (step: number, loss: number, metrics: Metrics) => void;
}

/**
 * Trains an experiment, as `newton-losses train` does: a preset, an experiment's file, a run folder, or what such a file
 * holds. The run's folder has its metrics and checkpoints; `newton-losses report FOLDER` makes a page of them.
 *
 *     const { metrics } = await train('knapsack/spo-plus/none', { folder: 'runs/mine', changes: { steps: 100 } });
 *
 * PARAMS or the code of an unknown name for what is no experiment, CHECKPOINT where the folder holds a run, or with
 * `resume` another one, DATA for data that is not there or not the same, NONFINITE where the training diverges.
 */
export async function train(source: string | ExperimentContent, options: TrainOptions = {}): Promise<RunResult> {
  const { changes = {}, registry: sources = [], resume = false, backend = 'auto', threads = 1, workers, data } =
    options;
  const { signal = new AbortController().signal, onStep } = options;
  const registry = await openRegistry(...sources);
  const files = sources.filter((part) => typeof part === 'string');
  const ready = await readyExperiment(source, changes, registry, {
    registry: files,
    ...(data !== undefined && { data }),
    ...(files.length < sources.length && { script: scriptCommand() }),
  });
  return runExperiment({
    ...ready,
    folder: options.folder ?? ready.folder,
    resume,
    registry,
    resources: { backend, threads, workers, data },
    log: onStep ? told(onStep) : silent,
    signal,
  });
}

function told(onStep: NonNullable<TrainOptions['onStep']>): Progress {
  return {
    ...silent,
    step: (step, _steps, { loss, ...metrics }, what) => {
      if (what === undefined) onStep(step, loss, metrics);
    },
  };
}
