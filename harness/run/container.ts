import { container, type DependencyContainer, inject, injectable } from '../packages/tsyringe.js';
import type { Registry } from '../../core/registry.js';
import { createRng, type Rng } from '../../core/random/rng.js';
import type { Experiment } from '../experiments/experiment.js';
import type { Progress } from '../terminal/display.js';
import type { RunFolder } from './run-folder.js';
import type { Clock } from './run-times.js';

export { inject, injectable };

export const RNG = Symbol('Rng');
export const CLOCK = Symbol('Clock');
export const LOG = Symbol('Log');
export const RUN_FOLDER = Symbol('RunFolder');
export const REGISTRY = Symbol('Registry');
export const EXPERIMENT = Symbol('Experiment');

/** What differs between two runs, or between a run and a test of one. */
export interface RunParts {
  readonly experiment: Experiment;
  readonly registry: Registry;
  readonly folder: RunFolder;
  readonly log: Progress;
  readonly clock?: Clock;
}

/** A container of its own for each run, so that runs in one process share nothing; resolve a Trainer from it. */
export function runContainer(
  { experiment, registry, folder, log, clock = () => performance.now() }: RunParts,
): DependencyContainer {
  return container
    .createChildContainer()
    .register<Experiment>(EXPERIMENT, { useValue: experiment })
    .register<Registry>(REGISTRY, { useValue: registry })
    .register<Rng>(RNG, { useValue: createRng(experiment.seed) })
    .register<Clock>(CLOCK, { useValue: clock })
    .register<Progress>(LOG, { useValue: log })
    .register<RunFolder>(RUN_FOLDER, { useValue: folder });
}
