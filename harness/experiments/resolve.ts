import type { JSONSchemaType } from 'ajv';
import { fillParams } from '../../core/validation.js';
import { LossError } from '../../core/errors.js';
import type { Capabilities } from '../../core/loss.js';
import type { Registry } from '../../core/registry.js';
import type { Experiment, Named, NewtonSettings } from './experiment.js';
import { findModel, type ModelPlan } from '../models/index.js';
import { chooseCurvature, type CurvatureChoice } from '../../core/newton/choose-curvature.js';
import type { Curvature } from '../../core/newton/index.js';
import { findTask } from '../tasks/index.js';

/**
 * The experiment with the defaults of its task, model and loss written out and `auto` replaced by what it comes to: run
 * again by a later version it is the same experiment. PARAMS or LOSS_UNKNOWN, naming `source`, where something does not
 * exist or fit.
 */
export async function resolveExperiment(
  experiment: Experiment,
  registry: Registry,
  source: string,
): Promise<{ experiment: Experiment; choice: CurvatureChoice }> {
  try {
    const loss = await registry.create(experiment.loss.name, experiment.loss.params);
    const choice = curvatureOf(experiment.newton, loss.capabilities, findModel(experiment.model.name));
    return {
      choice,
      experiment: {
        ...experiment,
        task: filled(findTask(experiment.task.name), experiment.task),
        model: filled(findModel(experiment.model.name), experiment.model),
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
  plan: { readonly name: string; readonly params: JSONSchemaType<object> },
  { name, ...params }: Named,
): Named {
  return { name, ...fillParams(plan, params) };
}

/**
 * The curvature of an experiment: the one asked for, or what `auto` comes to where the step is taken. At layers that
 * is the Hessian by their parameters where loss and layers have one, else as for a loss without. PARAMS where the
 * model has no layers for that, or they have no such curvature.
 */
export function curvatureOf(
  { curvature, at }: Pick<NewtonSettings, 'curvature' | 'at'>,
  capabilities: Pick<Capabilities, 'hessian' | 'fisher'>,
  { name, layers }: Pick<ModelPlan, 'name' | 'layers'>,
): CurvatureChoice {
  const asked = (): CurvatureChoice => ({ curvature: curvature as Curvature, reason: `${curvature}, as asked.` });
  if (at === 'outputs') return curvature === 'auto' ? chooseCurvature(capabilities) : asked();
  if (!layers) {
    const what = `${name} has no layers to take Newton steps at; expected outputs, got layers`;
    throw new LossError('PARAMS', `newton.at: ${what}`);
  }
  if (curvature === 'auto') return chooseAtLayers(layers.hessian ? capabilities : { ...capabilities, hessian: 'none' });
  const possible = layers.hessian ? ['none', 'fisher', 'hessian'] : ['none', 'fisher'];
  if (possible.includes(curvature)) return asked();
  throw new LossError('PARAMS', `newton.curvature: layers of ${name} have ${possible.join(', ')}, got ${curvature}`);
}

function chooseAtLayers(capabilities: Pick<Capabilities, 'hessian' | 'fisher'>): CurvatureChoice {
  const choice = chooseCurvature(capabilities);
  const reasons: Partial<Record<Curvature, string>> = {
    hessian: 'Hessian by the parameters of each layer, since loss and layers have second derivatives.',
    fisher: 'Fisher matrix of the parameters of each layer, since loss or layers have no second derivatives.',
  };
  return { ...choice, reason: reasons[choice.curvature] ?? choice.reason };
}
