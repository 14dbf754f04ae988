import { availableParallelism } from 'node:os';
import { visibleGpus } from '../../node/tfjs/cuda.js';
import { type BackendInfo, type BackendName, useBackend } from '../../node/tfjs/index.js';
import { probeBackend } from '../../node/tfjs/probe.js';
import { isInstalled } from '../../node/tfjs/tensorflow.js';
import { describeBackend } from '../cli/describe.js';
import type { Experiment } from '../experiments/experiment.js';
import type { Resources } from './run.js';

type Tuned = Pick<Experiment, 'backend'>;

/**
 * What `auto` comes to at first for an experiment that was tuned on wasm or cpu: that one. One that was tuned on
 * TensorFlow is for large networks, and takes the best there is, a GPU too.
 */
export function chosenBackend(asked: 'auto' | BackendName, { backend }: Tuned): 'auto' | BackendName {
  return asked === 'auto' && (backend === 'wasm' || backend === 'cpu') ? backend : asked;
}

/** To be said before CUDA is started, whose first operations can look like a hang. */
const CUDA_NOTICE = 'CUDA: on a GPU that is newer than CUDA 11, the first step compiles its kernels for minutes';

/** Makes the backend of a run the current one; says in `tell` beforehand that this may take long. */
export async function startBackend(
  experiment: Tuned,
  { backend, threads }: Pick<Resources, 'backend' | 'threads'>,
  tell: (line: string) => void,
): Promise<BackendInfo> {
  const choice = chosenBackend(backend, experiment);
  await gpusToTry([choice], tell);
  try {
    return await useBackend(choice, { threads });
  } catch (error) {
    if (choice === backend) throw error;
    return useBackend(backend, { threads }); // the one that it was tuned on is not installed
  }
}

/** Threads for the hard algorithms of each of so many runs side by side. */
export function workersBeside(jobs: number): number {
  return Math.max(1, Math.floor(availableParallelism() / jobs));
}

/** The GPUs that the runs of experiments share, as CUDA names them; none where they are not on CUDA. */
export async function gpusFor(
  experiments: readonly Tuned[],
  asked: 'auto' | BackendName,
  tell: (line: string) => void,
): Promise<string[]> {
  const choices = experiments.map((experiment) => chosenBackend(asked, experiment));
  const gpus = await gpusToTry(choices, tell);
  if (gpus.length === 0 || choices.includes('cuda')) return gpus;
  return (await probeBackend('cuda')).reason === undefined ? gpus : [];
}

/** Those on which CUDA is going to be tried, if it is. */
async function gpusToTry(choices: readonly ('auto' | BackendName)[], tell: (line: string) => void): Promise<string[]> {
  const tries = choices.includes('cuda') || (choices.includes('auto') && isInstalled('cuda'));
  const gpus = tries ? await visibleGpus() : [];
  if (gpus.length > 0) tell(CUDA_NOTICE);
  return gpus;
}

/** Which backend a run is on, why, and where its experiment was tuned on another. */
export function backendLines(info: BackendInfo, { backend = info.name }: Tuned): string[] {
  const tuned = backend === info.name ? [] : [`tuned on ${backend}`];
  return [...describeBackend(info), ...tuned];
}
