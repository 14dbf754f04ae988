import type { SchemaObject } from 'ajv';
import { standardOf } from '../../core/algorithms/algorithm-parameter.js';
import { fillParams } from '../../core/validation.js';
import { LossError } from '../../core/errors.js';
import type { Registry } from '../../core/registry.js';
import type { Experiment, Named } from './experiment.js';
import { findModel } from '../models/index.js';
import type { CurvatureChoice } from '../../core/newton/choose-curvature.js';
import { curvatureOf } from './curvature.js';
import { findTask, type Task } from '../tasks/index.js';

/** With the curvature that it comes to, and why. */
export interface Resolved {
  readonly experiment: Experiment;
  readonly choice: CurvatureChoice;
}

/**
 * The experiment with the defaults of its task, model and loss written out, the task's algorithm given to a loss that is
 * over one and names none, and `auto` replaced by what it comes to: run again by a later version it is the same
 * experiment. PARAMS or the code of an unknown name, naming `source`, where something does not exist or fit.
 */
export async function resolveExperiment(
  experiment: Experiment,
  registry: Registry,
  source: string,
): Promise<Resolved> {
  try {
    const task = await findTask(registry, experiment.task.name);
    const taskParams = filled(task, experiment.task);
    const model = await findModel(registry, experiment.model.name);
    const params = await lossParams(experiment.loss, task, taskParams, registry);
    const loss = await registry.create(experiment.loss.name, params);
    const choice = curvatureOf(experiment.newton, loss.capabilities, model);
    return {
      choice,
      experiment: {
        ...experiment,
        task: taskParams,
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

/** The loss's own; where they name no algorithm and it is over one, that of the task, if that has one. */
async function lossParams(
  { name, params }: Experiment['loss'],
  task: Task,
  taskParams: Named,
  registry: Registry,
): Promise<object> {
  if (!task.algorithm || 'algorithm' in params) return params;
  const { properties = {} } = (await registry.plugin(name)).params as { properties?: Record<string, object> };
  const isOverOne = standardOf(properties['algorithm'] ?? {}) !== undefined;
  return isOverOne ? { ...params, algorithm: task.algorithm(taskParams) } : params;
}
