import { standardOf } from '../../core/algorithms/algorithm-parameter.js';
import { resolveParams } from '../../core/algorithms/checked-algorithm.js';
import { fillParams } from '../../core/validation.js';
import { LossError } from '../../core/errors.js';
import type { LossPlugin } from '../../core/loss.js';
import type { Registry } from '../../core/registry.js';
import type { Experiment } from './experiment.js';
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
 * The experiment with the defaults of its task, model and loss written out, the targets those that the loss takes, the
 * task's algorithm given to a loss that is over one and names none, and `auto` replaced by what it comes to: run again by a later version it is the same
 * experiment. PARAMS or the code of an unknown name, naming `source`, where something does not exist or fit, UNSUPPORTED
 * for validation data that the task does not have.
 */
export async function resolveExperiment(
  experiment: Experiment,
  registry: Registry,
  source: string,
): Promise<Resolved> {
  try {
    const plugin = await registry.plugin(experiment.loss.name);
    const task = await findTask(registry, experiment.task.name);
    if (experiment.evaluateOn === 'validation') requireValidation(task);
    const { name: taskName, ...taskChanges } = experiment.task;
    const taskParams = await registry.resolve(task, { ...task.paramsFor?.(plugin), ...taskChanges });
    const { name: modelName, ...modelParams } = experiment.model;
    const model = await findModel(registry, modelName);
    const params = withAlgorithm(experiment.loss.params, plugin, task, taskParams);
    const loss = await registry.create(experiment.loss.name, params);
    const choice = curvatureOf(experiment.newton, loss.capabilities, model);
    return {
      choice,
      experiment: {
        ...experiment,
        task: { name: taskName, ...resolveParams(task, taskParams).params },
        model: { name: modelName, ...fillParams(model, modelParams) },
        loss: { name: experiment.loss.name, params: loss.params },
        newton: { ...experiment.newton, curvature: choice.curvature },
      },
    };
  } catch (error) {
    if (!(error instanceof LossError)) throw error;
    throw new LossError(error.code, `${source}: ${error.message}`, { cause: error });
  }
}

/** UNSUPPORTED where the task holds nothing out that settings could be chosen on. */
function requireValidation({ name, validation = true }: Task): void {
  if (validation) return;
  const what = `the task ${name} has no validation data apart from what it learns from and is judged by`;
  const remedy = 'compare settings on seeds that the results are not of (compare --grid, --seeds)';
  throw new LossError('UNSUPPORTED', `evaluateOn: ${what}; ${remedy}`);
}

/** The loss's parameters; where they name no algorithm and it is over one, with that of the task, if that has one. */
function withAlgorithm(params: object, plugin: LossPlugin, task: Task, taskParams: object): object {
  if (!task.algorithm) return params;
  const { properties = {} } = plugin.params as { properties?: Record<string, object> };
  const over = Object.keys(properties).filter((key) => standardOf(properties[key]));
  return over.length === 1 && !(over[0] in params) ? { ...params, [over[0]]: task.algorithm(taskParams) } : params;
}
