import { readdirSync } from 'node:fs';
import path from 'node:path';
import { COMPARISON_FILE, readComparisonFile } from '../compare/comparison-file.js';
import { collected } from './damage.js';

/** A run folder, or what keeps runs from being found. */
export interface Place {
  readonly folder: string;
  /** Of what is in it; absent where there is no telling, or no such folder. */
  readonly names?: readonly string[];
  /** What a comparison says of the run. */
  readonly planned?: Planned;
  readonly damage?: readonly string[];
}

export interface Planned {
  readonly group: string;
  readonly variant: string;
  readonly seed: number;
  readonly failure?: string;
}

/** What has none of these is no run. */
const OF_RUN = /^(experiment\.json|metrics\.jsonl|checkpoint-\d+\.bin)$/;

const { compare } = new Intl.Collator('en', { numeric: true });

/**
 * The run folders in a folder and below it, ordered by name, numbers by size; after those of a comparison the runs of it
 * that failed before they had a folder. Links and hidden folders are passed by. Errors of the system where the folder
 * itself cannot be read.
 */
export function findRuns(root: string): Generator<Place> {
  readdirSync(root);
  return walk(root, new Map());
}

/** `planned`: by folder, what comparisons above say; a run that is found is taken out. */
function* walk(folder: string, planned: Map<string, Planned>): Generator<Place> {
  const damage: string[] = [];
  const entries = collected(damage, () => readdirSync(folder, { withFileTypes: true })) ?? [];
  const names = entries.map(({ name }) => name);
  const comparison = names.includes(COMPARISON_FILE);
  const own = comparison ? collected(damage, () => plannedIn(folder)) : undefined;
  if (damage.length > 0) yield { folder, damage };
  if (!comparison && names.some((name) => OF_RUN.test(name))) {
    yield { folder, names, ...planOf(folder, planned) };
    return;
  }
  const folders = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'));
  for (const { name } of folders.sort((a, b) => compare(a.name, b.name))) {
    yield* walk(path.join(folder, name), own ?? planned);
  }
  for (const [at, plan] of own ?? []) if (plan.failure !== undefined) yield { folder: at, planned: plan };
}

function plannedIn(root: string): Map<string, Planned> {
  const { groups } = readComparisonFile(root);
  const runs = groups.flatMap(({ name, runs }) => runs.map(({ folder, ...run }) => ({ folder, group: name, ...run })));
  return new Map(runs.map(({ folder, ...run }) => [path.join(root, folder), run]));
}

function planOf(folder: string, planned: Map<string, Planned>): Pick<Place, 'planned'> {
  const plan = planned.get(folder);
  planned.delete(folder);
  return plan ? { planned: plan } : {};
}
