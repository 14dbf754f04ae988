import path from 'node:path';
import { readRun, type RunRecord } from '../run/run-record.js';
import { addFaults, collected, messageOf } from './damage.js';
import { findRuns, type Place } from './find-runs.js';
import { type Values, valuesIn, valuesOf } from './values.js';

/** Of what is damaged in one run: a file of noise has as many as it has lines. */
const MOST_LINES = 5;

/** A run on record, or what is damaged where runs may be. */
export interface StoredRun {
  readonly folder: string;
  /** By dotted names: `loss.name`, `newton.lambda`, `metrics.EM`, `wallSeconds`, ...; without a prototype. */
  readonly values: Values;
  /** What is wrong with its files, a line each; empty for a sound run. */
  readonly damage: readonly string[];
}

export interface ReadOptions {
  /** Read checkpoints to their ends, as resuming does; else their beginnings and sizes have to do. */
  readonly whole?: boolean;
}

/**
 * The runs in folders and below them, those of comparisons and single ones, each once; nothing is written. What is
 * damaged is said, and the rest read all the same: a run without a sound experiment.json has what its comparison says of
 * it. Errors of the system where one of the folders itself cannot be read.
 */
export function readRuns(
  folders: string | readonly string[] = 'runs',
  { whole = false }: ReadOptions = {},
): StoredRun[] {
  const seen = new Set<string>();
  const runs: StoredRun[] = [];
  for (const root of [folders].flat()) {
    for (const place of findRuns(root)) {
      const key = path.resolve(place.folder);
      if (!seen.has(key)) runs.push(storedRun(place, whole));
      seen.add(key);
    }
  }
  return runs;
}

function storedRun({ folder, names, planned, damage: before = [] }: Place, whole: boolean): StoredRun {
  const faults = [...before];
  if (names) collected(faults, () => addFaults(faults, folder, names, whole));
  const record = names?.includes('experiment.json') ? soundRecord(folder, faults) : undefined;
  const damage = first(faults);
  const known = record ? valuesOf(record) : {};
  const told = valuesIn({ folder, ...planned, damage: damage.join('; ') || undefined });
  const begun = planned && { finished: false };
  return { folder, values: Object.assign(Object.create(null), begun, known, told) as Values, damage };
}

/** The first lines, and how many there are besides. */
function first(lines: readonly string[]): string[] {
  const more = lines.length - MOST_LINES;
  return more > 0 ? [...lines.slice(0, MOST_LINES), `and ${more} more`] : [...lines];
}

/** What of a run can be read; undefined where its experiment cannot. `damage` gets a line on what cannot. */
export function soundRecord(folder: string, damage: string[]): RunRecord | undefined {
  return collected(damage, () => readRun(folder, (error) => void damage.push(messageOf(error))));
}
