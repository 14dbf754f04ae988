import path from 'node:path';
import { openRegistry } from '../../node/open-registry.js';
import type { Registry } from '../../core/registry.js';
import { carryOut, type CarryOutOptions, checkJobs, type Compared } from '../compare/carry-out.js';
import type { PlannedRun } from '../compare/plan.js';
import { planSweep, type SweepChanges } from './plan-sweep.js';
import { readSweep, type Sweep } from './sweep-file.js';

/** What is changed of a sweep, and by what it is carried out. */
export interface SweepOptions extends Pick<SweepChanges, 'seeds' | 'changes'>, CarryOutOptions {
  /** Of the sweep; by default runs/sweep/NAME. */
  readonly folder?: string | undefined;
  /** Registry files and packages: the processes of the runs open them too. */
  readonly registry?: readonly string[];
}

/** A sweep whose runs are known. */
export interface PlannedSweep {
  readonly sweep: Sweep;
  readonly root: string;
  readonly runs: readonly PlannedRun[];
  readonly registry: Registry;
}

/** Errors as of `readSweep` and `planSweep`. */
export async function plannedSweep(source: string, options: SweepOptions = {}): Promise<PlannedSweep> {
  const { seeds, changes = {}, registry: sources = [], data, jobs, folder } = options;
  checkJobs(jobs);
  const sweep = readSweep(source);
  const registry = await openRegistry(...sources);
  const origin = { registry: sources, ...(data !== undefined && { data }) };
  const runs = await planSweep(sweep, { seeds, changes, origin }, registry);
  return { sweep, root: folder ?? path.join('runs', 'sweep', sweep.name), runs, registry };
}

/**
 * Carries out a sweep, several comparisons in one folder and one report: one that comes with the package, by name, or a
 * file of one's own. What is finished is kept, what was stopped is gone on with, as in `compare`.
 *
 *     const { groups } = await sweep('table9', { seeds: 3 });
 *
 * PARAMS for what is no sweep or cannot be run; else as `compare`.
 */
export async function sweep(source: string, options: SweepOptions = {}): Promise<Compared> {
  const { sweep: { title }, root, runs } = await plannedSweep(source, options);
  return carryOut(root, runs, { title, ...options });
}
