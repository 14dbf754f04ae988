import path from 'node:path';
import { openRegistry } from '../../node/open-registry.js';
import { carryOut, type CarryOutOptions, checkJobs, type Compared } from '../compare/carry-out.js';
import { runName } from '../compare/comparison.js';
import { seedsOf } from '../compare/lists.js';
import type { PlannedRun } from '../compare/plan.js';
import { finalEvaluation, readRun } from '../run/run-record.js';
import { isRunFolder } from '../run/run-folder.js';
import { type Choice, chooseLambda, type Score } from './choose.js';
import { LAMBDAS, planTuning, RELATIVE_LAMBDAS } from './plan-tuning.js';
import { lambdaWriter } from './write-lambda.js';

/** How a lambda is chosen. */
export interface TuneOptions extends CarryOutOptions {
  /** That are tried; by default the paper's, 0.001 to 3000, or relative ones from 0.001 to 100. */
  readonly lambdas?: readonly number[] | undefined;
  /** Whether lambdas are in units of the mean diagonal of the curvature. */
  readonly relative?: boolean | undefined;
  /** That each is tried on; by default [0], as in the paper. */
  readonly seeds?: readonly number[] | undefined;
  /** Dotted path -> value, over all runs. */
  readonly changes?: Readonly<Record<string, unknown>>;
  /** Where the chosen lambda goes: `true` into the source's file, a name into a new experiment file. */
  readonly write?: string | true | undefined;
  /** Of the runs; by default runs/tune/ and the source. */
  readonly folder?: string | undefined;
  /** Registry files and packages: the processes of the runs open them too. */
  readonly registry?: readonly string[];
}

/** What the lambdas have come to, and which is the best. */
export interface Tuned extends Compared, Choice {
  /** The task's first metric, of which more is better. */
  readonly metric: string | undefined;
  /** Of the lambdas, in the order in which they were given. */
  readonly scores: readonly Score[];
  readonly plain: Score;
  /** What was written, in words. */
  readonly written?: string;
}

/**
 * Chooses the damping of an experiment by runs on validation data, the plain loss beside them; test data is not looked
 * at. What is finished is kept, what was stopped is gone on with, as in `compare`; `best` is there when all runs have
 * ended.
 *
 *     const { best } = await tune('mnist-sort/quick-softsort/hessian', { lambdas: [0.1, 1, 10] });
 *
 * UNSUPPORTED where the task has no validation data, PARAMS for what cannot be tuned or written; else as `compare`.
 */
export async function tune(source: string, options: TuneOptions = {}): Promise<Tuned> {
  const { relative = false, seeds = [0], changes = {}, registry: sources = [], data, jobs, write } = options;
  const { lambdas = relative ? RELATIVE_LAMBDAS : LAMBDAS } = options;
  checkJobs(jobs);
  const writer = write === undefined ? undefined : lambdaWriter(source, write);
  const runs = await planTuning({
    ...{ source, changes, seeds: seedsOf(seeds) },
    lambdas: lambdas.map((lambda) => (relative ? { relative: lambda } : lambda)),
    origin: { registry: sources, ...(data !== undefined && { data }) },
  }, await openRegistry(...sources));
  const root = options.folder ?? path.join('runs', 'tune', ...runs[0].group.split('/'));
  const compared = await carryOut(root, runs, options);
  const [plain, ...scores] = scoresOf(root, runs, compared.failures);
  const ended = compared.finished + Object.keys(compared.failures).length === runs.length;
  const choice = ended ? chooseLambda(scores, plain) : { best: undefined, warnings: [] };
  const { best } = choice;
  const written = best?.lambda === undefined ? undefined : writer?.(best.lambda, runs.at(-1)!.experiment);
  return {
    ...{ ...compared, ...choice, scores, plain },
    metric: compared.groups[0]?.metric,
    ...(written !== undefined && { written }),
  };
}

/** In the order of the plan, the plain loss first. */
function scoresOf(root: string, runs: readonly PlannedRun[], failures: Compared['failures']): Score[] {
  const variants = [...new Set(runs.map(({ variant }) => variant))];
  return variants.map((variant) => {
    const own = runs.filter((run) => run.variant === variant);
    const { curvature, lambda } = own[0].experiment.newton;
    const failure = own.map((run) => failures[runName({ runs }, run)]).find((text) => text !== undefined);
    const finals = failure === undefined ? own.map((run) => finalOf(path.join(root, run.folder))) : [];
    const whole = finals.every((final) => final !== undefined);
    return {
      ...(curvature !== 'none' && { lambda }),
      values: whole ? finals.map(({ metrics }) => Object.values(metrics)[0]) : [],
      samples: finals[0]?.samples,
      failure,
    };
  });
}

function finalOf(folder: string): ReturnType<typeof finalEvaluation> {
  return isRunFolder(folder) ? finalEvaluation(readRun(folder)) : undefined;
}
