import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import path from 'node:path';
import { ordinaryFailure } from '../cli/ordinary-failures.js';
import { checkpointFaults } from '../run/checkpoint.js';
import { hasProgress } from '../run/run-folder.js';

const LOGS = ['metrics.jsonl', 'times.jsonl'];

/** What `act` gives; undefined where a file kept it from that, which `damage` gets a line on. */
export function collected<T>(damage: string[], act: () => T): T | undefined {
  try {
    return act();
  } catch (error) {
    damage.push(messageOf(error));
    return undefined;
  }
}

/** What is wrong with a file, in a line; other errors are thrown. */
export function messageOf(error: unknown): string {
  const failure = ordinaryFailure(error);
  if (!failure) throw error;
  return failure.message;
}

/**
 * Adds what is wrong with the files of a run folder besides what is in its JSON: files that are missing, logs that end
 * in the middle of a line, checkpoints that are cut off or, where they are read `whole`, altered.
 */
export function addFaults(damage: string[], folder: string, names: readonly string[], whole: boolean): void {
  const needed = ['experiment.json', 'metrics.jsonl', ...(hasProgress(folder) ? ['versions.json'] : [])];
  for (const name of needed) if (!names.includes(name)) damage.push(`${path.join(folder, name)} is missing`);
  for (const name of LOGS.filter((log) => names.includes(log))) {
    const file = path.join(folder, name);
    if (collected(damage, () => isTorn(file))) damage.push(`${file} ends in the middle of a line`);
  }
  for (const fault of checkpointFaults(folder, whole)) damage.push(fault);
}

function isTorn(file: string): boolean {
  const descriptor = openSync(file, 'r');
  try {
    const { size } = fstatSync(descriptor);
    const last = Buffer.alloc(1);
    return size > 0 && readSync(descriptor, last, 0, 1, size - 1) === 1 && last.toString() !== '\n';
  } finally {
    closeSync(descriptor);
  }
}
