import { LossError } from '../../core/errors.js';
import type { Lambda } from '../../core/newton/index.js';
import type { Registry } from '../../core/registry.js';
import { onSeeds, planExperiments, type PlannedRun } from '../compare/plan.js';
import { loadExperiment } from '../experiments/experiment.js';
import type { Origin } from '../experiments/origin.js';

/** The paper's. */
export const LAMBDAS: readonly number[] = [0.001, 0.01, 0.1, 1, 10, 100, 1000, 3000];
/** In units of the mean diagonal of the curvature; far above 1 the step is that of the plain loss. */
export const RELATIVE_LAMBDAS: readonly number[] = [0.001, 0.01, 0.1, 1, 10, 100];

/** What is to be tuned, and by which runs. */
export interface TuningRequest {
  /** One experiment: a preset with its variant, or a file. */
  readonly source: string;
  readonly lambdas: readonly Lambda[];
  readonly seeds: readonly number[];
  /** Dotted path -> value, over all runs. */
  readonly changes: Readonly<Record<string, unknown>>;
  /** How the runs are begun again. */
  readonly origin: Pick<Origin, 'registry' | 'data'>;
}

/**
 * The plain loss and the experiment with each lambda, on every seed, evaluated on validation data. PARAMS where the
 * experiment has no curvature, or is not one; else as `planExperiments`.
 */
export async function planTuning(request: TuningRequest, registry: Registry): Promise<PlannedRun[]> {
  const { source, lambdas, seeds, changes, origin } = request;
  loadExperiment(source); // says which variants there are where none is named
  if (Object.hasOwn(changes, 'newton.lambda')) {
    throw new LossError('PARAMS', '--set newton.lambda: it is what is chosen: say by --lambdas from which');
  }
  const shared = { sources: [source], seeds, origin, evaluateOn: 'validation' as const };
  const grid = [{ path: 'newton.lambda', values: lambdas }];
  const points = await planExperiments({ ...shared, changes, grid }, registry);
  if (points.some(({ experiment }) => experiment.newton.curvature === 'none')) {
    throw new LossError('PARAMS', `${source} is the plain loss, which has no lambda: name a variant with a curvature`);
  }
  const toPlain = { ...changes, 'newton.curvature': 'none' };
  const plain = await planExperiments({ ...shared, changes: toPlain, curvatures: ['none'], grid: [] }, registry);
  return onSeeds([...plain, ...points], seeds, false);
}
