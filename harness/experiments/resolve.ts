import type { SchemaObject } from 'ajv';
import { fillParams } from '../../core/validation.js';
import { LossError } from '../../core/errors.js';
import type { Registry } from '../../core/registry.js';
import type { Experiment, Named } from './experiment.js';
import { findModel } from '../models/index.js';
import type { CurvatureChoice } from '../../core/newton/choose-curvature.js';
import { curvatureOf } from './curvature.js';
import { findTask } from '../tasks/index.js';

/** With the curvature that it comes to, and why. */
export interface Resolved {
  readonly experiment: Experiment;
  readonly choice: CurvatureChoice;
}

/**
 * The experiment with the defaults of its task, model and loss written out and `auto` replaced by what it comes to: run
 * again by a later version it is the same experiment. PARAMS or the code of an unknown name, naming `source`, where
 * something does not exist or fit.
 */
export async function resolveExperiment(
  experiment: Experiment,
  registry: Registry,
  source: string,
): Promise<Resolved> {
  try {
    const loss = await registry.create(experiment.loss.name, experiment.loss.params);
    const task = await findTask(registry, experiment.task.name);
    const model = await findModel(registry, experiment.model.name);
    const choice = curvatureOf(experiment.newton, loss.capabilities, model);
    return {
      choice,
      experiment: {
        ...experiment,
        task: filled(task, experiment.task),
        model: filled(model, experiment.model),
        loss: { name: experiment.loss.name, params: loss.params },
        newton: { ...experiment.newton, curvature: choice.curvature },
      },
    };
  } catch (error) {
    if (!(error instanceof LossError)) throw error;
    throw new LossError(error.code, `${source}: ${error.message}`, { cause: error });
  }
}

function filled(
  plan: { readonly name: string; readonly params: SchemaObject },
  { name, ...params }: Named,
): Named {
  return { name, ...fillParams(plan, params) };
}
