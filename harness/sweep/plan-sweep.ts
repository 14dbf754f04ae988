import path from 'node:path';
import { LossError } from '../../core/errors.js';
import type { Registry } from '../../core/registry.js';
import { seedsOf } from '../compare/lists.js';
import { onSeeds, planExperiments, type PlannedRun, type Unseeded, withoutRepeats } from '../compare/plan.js';
import type { Origin } from '../experiments/origin.js';
import type { Sweep, SweepComparison } from './sweep-file.js';

/** What is changed of a sweep, and how its runs are begun again. */
export interface SweepChanges {
  /** In the place of the file's. */
  readonly seeds?: number | readonly number[] | undefined;
  /** Dotted path -> value, over all runs. */
  readonly changes?: Readonly<Record<string, unknown>>;
  readonly origin: Pick<Origin, 'registry' | 'data'>;
}

/**
 * The runs of a sweep, as those of one comparison whose groups are those of all; a group is always a folder. Errors as
 * of `planExperiments`, naming the file and the comparison.
 */
export async function planSweep(sweep: Sweep, changes: SweepChanges, registry: Registry): Promise<PlannedRun[]> {
  const seeds = seedsOf(changes.seeds ?? sweep.seeds);
  const planned: Unseeded[] = [];
  for (const [k, comparison] of sweep.comparisons.entries()) {
    const where = `${sweep.file}: comparison ${comparison.name ?? k + 1}`;
    const runs = await within(where, () => planOne(sweep, comparison, seeds, changes, registry));
    for (const run of runs) planned.push(run);
  }
  return within(sweep.file, () => onSeeds(withoutRepeats(planned), seeds, true));
}

async function planOne(
  { file }: Sweep,
  comparison: SweepComparison,
  seeds: readonly number[],
  { changes = {}, origin }: SweepChanges,
  registry: Registry,
): Promise<Unseeded[]> {
  const { name, experiments = [], grid = {}, set = {}, variants, curvatures, losses, task, model } = comparison;
  const over = Object.fromEntries(Object.entries(grid).filter(([at]) => !Object.hasOwn(changes, at)));
  const planned = await planExperiments({
    ...{ variants, curvatures, losses, task, model, seeds, origin },
    sources: experiments.map((source) => besideFile(file, source)),
    changes: { ...set, ...changes },
    grid: Object.entries(over).map(([at, values]) => ({ path: at, values })),
  }, registry);
  return name === undefined ? planned : planned.map((run) => ({ ...run, group: `${name}/${run.group}` }));
}

/** Paths of a file are relative to it: `mine.json`, `mine.json/hessian`; presets are as they are. */
function besideFile(file: string, source: string): string {
  return /\.json(\/|$)/.test(source) ? path.join(path.dirname(file), source) : source;
}

/** What `plan` gives; its errors say where they are. */
async function within<T>(where: string, plan: () => T | Promise<T>): Promise<T> {
  try {
    return await plan();
  } catch (error) {
    if (!(error instanceof LossError)) throw error;
    throw new LossError(error.code, `${where}: ${error.message}`, { cause: error });
  }
}
