import { isDeepStrictEqual } from 'node:util';
import type { RunRecord } from '../run/run-record.js';
import type { ReportSource } from './source.js';
import type { RunGroup } from './summary.js';

/**
 * The groups of several folders. Folders of single runs come together as variants and seeds of one group where they
 * learn the same task from the same data with the same network and as many steps; groups of the same name are told
 * apart by their folders.
 */
export function joinedGroups(sources: readonly ReportSource[]): RunGroup[] {
  if (sources.length === 1) return [...sources[0].groups];
  const joined: { folder: string; group: RunGroup }[] = [];
  for (const { folder, groups } of sources) {
    for (const group of groups) {
      const k = joined.findIndex((other) => belongTogether(other.group, group));
      if (k < 0) joined.push({ folder, group });
      else joined[k] = { folder: joined[k].folder, group: together(joined[k].group, group) };
    }
  }
  const names = joined.map(({ group }) => group.name);
  return joined.map(({ folder, group }) =>
    names.filter((name) => name === group.name).length === 1 ? group : { ...group, name: `${group.name} in ${folder}` }
  );
}

function belongTogether(one: RunGroup, other: RunGroup): boolean {
  const [a, b] = [one.runs[0].record, other.runs[0].record];
  if (!a || !b || !isSingle(other) || stemOf(a) !== stemOf(b)) return false;
  const same = isDeepStrictEqual(settingsOf(a), settingsOf(b));
  const [{ variant, seed }] = other.runs;
  return same && !one.runs.some((run) => run.variant === variant && run.seed === seed);
}

/** Of one run, read from a folder of its own: its group has the name of the run. */
function isSingle({ name, runs }: RunGroup): boolean {
  return runs.length === 1 && name === runs[0].record?.experiment.name;
}

function together(one: RunGroup, other: RunGroup): RunGroup {
  return { name: stemOf(one.runs[0].record!), runs: [...one.runs, ...other.runs] };
}

function stemOf({ experiment: { name } }: RunRecord): string {
  return name.includes('/') ? name.slice(0, name.lastIndexOf('/')) : name;
}

function settingsOf({ experiment, data }: RunRecord): object {
  const { task, model, optimizer, steps, batchSize, evaluateOn = 'test' } = experiment; // not on record in old folders
  return { task, model, optimizer, steps, batchSize, evaluateOn, data };
}
