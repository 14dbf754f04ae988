import path from 'node:path';
import { openRegistry } from '../../node/open-registry.js';
import { carryOut, type CarryOutOptions, checkJobs, type Compared } from './carry-out.js';
import { seedsOf } from './lists.js';
import { type PlannedRun, type PlanRequest, planRuns } from './plan.js';

/** What is compared besides the sources, and by what. */
export interface CompareOptions
  extends
    Partial<Pick<PlanRequest, 'variants' | 'losses' | 'curvatures' | 'task' | 'model' | 'changes'>>,
    CarryOutOptions {
  /** Dotted path -> the values that it takes in turn: `{ 'newton.lambda': [0.01, 0.1, 1] }`. */
  readonly grid?: Readonly<Record<string, readonly unknown[]>>;
  /** 3, the default, means the seeds 0, 1, 2. */
  readonly seeds?: number | readonly number[];
  /** Of the comparison; by default runs/compare/ and what it is of. */
  readonly folder?: string | undefined;
  /** Registry files and packages: the processes of the runs open them too. */
  readonly registry?: readonly string[];
}

/**
 * Trains presets, experiment files or variants of them side by side on paired seeds, and writes a report; with no
 * source, `task`, `model`, `losses` and `changes: { steps }` say what to run. What is finished is kept, what was stopped
 * is gone on with; a run that fails does not stop the others.
 *
 *     const { groups } = await compare(['knapsack/spo-plus', 'knapsack/mse'], { variants: ['none'], seeds: 5 });
 *
 * PARAMS or the code of an unknown name for what cannot be run, CHECKPOINT where the folder holds runs of other
 * experiments, DATA where runs have learned the same task from different data.
 */
export async function compare(sources: readonly string[], options: CompareOptions = {}): Promise<Compared> {
  checkJobs(options.jobs);
  const runs = await plan(sources, options);
  const root = options.folder ?? path.join('runs', 'compare', ...groupsOf(runs).join('+').split('/'));
  return carryOut(root, runs, options);
}

async function plan(sources: readonly string[], options: CompareOptions): Promise<PlannedRun[]> {
  const { registry = [], grid = {}, changes = {}, seeds = 3, variants, losses, curvatures, task, model, data } =
    options;
  const request = {
    ...{ variants, losses, curvatures, task, model, changes },
    sources: [...new Set(sources)],
    grid: Object.entries(grid).map(([at, values]) => ({ path: at, values })),
    seeds: seedsOf(seeds),
    origin: { registry, ...(data !== undefined && { data }) },
  };
  return planRuns(request, await openRegistry(...registry));
}

function groupsOf(runs: readonly PlannedRun[]): string[] {
  return [...new Set(runs.map(({ group }) => group))];
}
