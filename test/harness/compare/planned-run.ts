import type { PlannedRun } from '../../../harness/compare/plan.js';
import { validExperiment } from '../../../harness/experiments/experiment.js';

/** A run that nothing trains: of a preset that does not exist. */
export function plannedRun(variant: string, seed: number): PlannedRun {
  const experiment = validExperiment(
    { name: `sort/one/${variant}`, task: { name: 't' }, model: { name: 'm' }, loss: { name: 'l' }, steps: 1000, seed },
    'test',
  );
  return {
    group: 'sort/one',
    variant,
    seed,
    folder: `${variant}/seed-${seed}`,
    experiment,
    choice: { curvature: 'none', reason: 'As asked.' },
    origin: { changes: {}, modified: false, registry: [] },
  };
}
