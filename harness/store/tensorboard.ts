import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { LossError } from '../../core/errors.js';
import { writeFileAtomically } from '../files/atomic-file.js';
import { isRunFolder } from '../run/run-folder.js';
import { eventFile } from './event-file.js';
import type { Moment } from './moments.js';
import type { Values } from './values.js';

/** TensorBoard takes every file with `tfevents` in its name; exported again, a run has this one anew. */
const NAME = 'events.out.tfevents.newton-losses';

/**
 * Where event files of runs go: a log directory a run below `logs`, called as the run's folder below what `roots`, the
 * folders that were read, have in common. PARAMS where that would be in a run folder.
 */
export function logFolders(
  logs: string,
  roots: readonly string[],
  runs: readonly string[],
): (folder: string) => string {
  const common = commonFolder(roots.map((root) => path.resolve(isRunFolder(root) ? path.dirname(root) : root)));
  const own = runs.map((folder) => path.resolve(folder));
  return (folder) => {
    const at = path.join(logs, path.relative(common, path.resolve(folder)));
    const inside = own.find((run) => `${path.resolve(at)}${path.sep}`.startsWith(`${run}${path.sep}`));
    if (inside === undefined) return at;
    throw new LossError('PARAMS', `event files should not be in a run folder, ${inside}: choose another for the logs`);
  };
}

/** Writes the event file of a run into its log directory. */
export function writeEvents(folder: string, moments: readonly Moment[], settings: Values): void {
  mkdirSync(folder, { recursive: true });
  writeFileAtomically(path.join(folder, NAME), eventFile(moments, settings));
}

/** The deepest folder that holds all of these, or is one of them. */
function commonFolder(folders: readonly string[]): string {
  const [first, ...others] = folders.map((folder) => folder.split(path.sep));
  const differs = (part: string, k: number): boolean => others.some((parts) => parts[k] !== part);
  const depth = first.findIndex(differs);
  return first.slice(0, depth < 0 ? first.length : depth).join(path.sep) || path.sep;
}
