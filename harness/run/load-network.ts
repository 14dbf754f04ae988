import path from 'node:path';
import { LossError } from '../../core/errors.js';
import { createRng } from '../../core/random/rng.js';
import { openRegistry } from '../../node/open-registry.js';
import type { Experiment } from '../experiments/experiment.js';
import { findModel, type Model, type ModelContext } from '../models/index.js';
import { startBackend } from './backend.js';
import { loadCheckpoint } from './checkpoint.js';
import { createNetwork, restoreNetwork } from './network.js';
import type { RunData } from './run-data.js';
import { dataSchema, readJson } from './run-files.js';
import type { TrainOptions } from './train-experiment.js';

/** With `registry` where the network is one of yours. */
export interface NetworkOptions extends Pick<TrainOptions, 'backend' | 'threads' | 'registry'> {
  /** Told of damaged checkpoints, which are passed over for the one before. */
  readonly warn?: (message: string) => void;
}

/** A network as a run left it, with the shape of a sample and the number of outputs. */
export interface TrainedNetwork extends Pick<ModelContext, 'input' | 'outputs'> {
  /** `model.predict(x)`, within `tf.tidy`, takes x (N, ...input) to the outputs y (N, m). Dispose of it in the end. */
  readonly model: Model;
  /** Updates that made it: those of the run's last checkpoint. */
  readonly step: number;
  readonly experiment: Experiment;
}

/**
 * The network that a run has trained, finished or not, without the data that it learned from:
 *
 *     const { model, input } = await loadNetwork('runs/mine');
 *     const y = tf.tidy(() => model.predict(x)); // x (N, ...input)
 *
 * CHECKPOINT where the folder has no sound checkpoint or it does not fit the network, DATA where it is no run or does
 * not say the shape of samples, MODEL_UNKNOWN where the network is in none of the registries.
 */
export async function loadNetwork(folder: string, options: NetworkOptions = {}): Promise<TrainedNetwork> {
  const { registry: sources = [], backend = 'auto', threads = 1, warn = () => undefined } = options;
  const { input, outputs } = readJson(path.join(folder, 'data.json'), dataSchema) as RunData;
  if (input === undefined || outputs === undefined) {
    throw new LossError(
      'DATA',
      `${folder}: data.json does not say the shape of samples: the run is of an earlier version`,
    );
  }
  const checkpoint = loadCheckpoint(folder, warn);
  if (!checkpoint) throw new LossError('CHECKPOINT', `${folder}: expected a run with a checkpoint, it has none yet`);
  const experiment = checkpoint.experiment as Experiment;
  const { name, ...params } = experiment.model;
  const plan = await findModel(await openRegistry(...sources), name);
  await startBackend(experiment, { backend, threads }, () => undefined);
  const model = createNetwork(plan, params, { input, outputs, rng: createRng(experiment.seed) });
  try {
    restoreNetwork(model, checkpoint.arrays);
  } catch (error) {
    model.dispose();
    throw error;
  }
  return { model, input, outputs, step: checkpoint.step, experiment };
}
