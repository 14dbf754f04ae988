import path from 'node:path';
import { valueText } from '../experiments/setting-text.js';
import { ownCommand, shellText } from '../terminal/output.js';
import type { RunRecord } from './run-record.js';

/**
 * What to type for the same figures, in another folder: a preset with its changes, or else the experiment.json of the
 * run's folder, on the backend that it took. Where a program gave plugins of its own, that program.
 */
export function reproduceCommand({ folder, experiment, origin, versions }: RunRecord): string {
  const { source, changes = {}, registry = [], data } = origin ?? {};
  if (origin?.script !== undefined) return origin.script;
  const { backend } = versions;
  const flags = [
    ...(source === undefined ? [] : [
      ['seed', String(experiment.seed)],
      ...Object.entries(changes).map(([at, value]) => ['set', `${at}=${valueText(value)}`]),
    ]),
    ...registry.map((file) => ['registry', file]),
    ...(data === undefined ? [] : [['data', data]]),
    ...(backend ? [['backend', backend.name]] : []),
    ...(backend && backend.threads > 1 ? [['threads', String(backend.threads)]] : []),
    ['out', folderBeside(folder)],
  ];
  const what = source ?? path.join(folder, 'experiment.json');
  return ownCommand(['train', what, ...flags.flatMap(([name, value]) => [`--${name}`, value])]);
}

/** What to type for what a program has begun: the program again. */
export function scriptCommand(): string {
  const script = process.argv[1];
  return shellText(['node', ...(script === undefined ? [] : [path.relative('', script)])]);
}

/** Where the same figures are made again: `runs/x-again` for `runs/x`. */
export function folderBeside(folder: string): string {
  return path.join(path.dirname(folder), `${path.basename(folder)}-again`);
}
