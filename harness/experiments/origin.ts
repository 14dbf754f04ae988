import { isDeepStrictEqual } from 'node:util';
import { LossError } from '../../core/errors.js';
import type { Registry } from '../../core/registry.js';
import { type Experiment, loadExperiment } from './experiment.js';
import { isPreset } from './presets.js';
import { resolveExperiment } from './resolve.js';

/** origin.json: what a run was begun from, to tell how to begin it again. */
export interface Origin {
  /** A preset, which the experiment is with `changes`; absent where experiment.json alone says what it is. */
  readonly source?: string;
  /** Dotted path -> value, besides the seed. */
  readonly changes: Readonly<Record<string, unknown>>;
  /** Whether the experiment is another than that of its name. */
  readonly modified: boolean;
  /** Registries beside the built-in one. */
  readonly registry: readonly string[];
  /** Folder with the data files, where one was given. */
  readonly data?: string;
  /** What to type for the same run, where a program gave it plugins that no file names. */
  readonly script?: string;
}

/**
 * Where a resolved experiment comes from that `changes` have made: of the preset whose name it bears, or else of what
 * `original` gives, the experiment without them.
 */
export async function originOf(
  experiment: Experiment,
  changes: Readonly<Record<string, unknown>>,
  registry: Registry,
  original: () => Promise<Experiment>,
): Promise<Pick<Origin, 'source' | 'changes' | 'modified'>> {
  const { name, seed } = experiment;
  if (!isPreset(name)) return { changes, modified: !(await isSame(experiment, original)) };
  const preset = async (over: object): Promise<Experiment> =>
    (await resolveExperiment(loadExperiment(name, { ...over, seed }), registry, name)).experiment;
  const modified = !(await isSame(experiment, () => preset({})));
  return { ...(await isSame(experiment, () => preset(changes)) && { source: name }), changes, modified };
}

/** What is no experiment, as some are before they are changed, is another one. */
async function isSame(experiment: Experiment, other: () => Promise<Experiment>): Promise<boolean> {
  try {
    return isDeepStrictEqual(await other(), experiment);
  } catch (error) {
    if (error instanceof LossError) return false;
    throw error;
  }
}
