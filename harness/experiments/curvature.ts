import { LossError } from '../../core/errors.js';
import type { Capabilities } from '../../core/loss.js';
import { chooseCurvature, type CurvatureChoice } from '../../core/newton/choose-curvature.js';
import type { Curvature } from '../../core/newton/index.js';
import type { NewtonSettings } from './experiment.js';
import type { ModelPlan } from '../models/index.js';

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
  if (at === 'outputs') return chooseCurvature(capabilities, curvature);
  if (!layers) {
    const what = `${name} has no layers to take Newton steps at; expected outputs, got layers`;
    throw new LossError('PARAMS', `newton.at: ${what}`);
  }
  const choice = chooseCurvature(layers.hessian ? capabilities : { ...capabilities, hessian: 'none' }, curvature);
  const possible = layers.hessian ? ['none', 'fisher', 'hessian'] : ['none', 'fisher'];
  if (!possible.includes(choice.curvature)) {
    throw new LossError('PARAMS', `newton.curvature: layers of ${name} have ${possible.join(', ')}, got ${curvature}`);
  }
  return choice.curvature === curvature ? choice : { ...choice, reason: AT_LAYERS[choice.curvature] ?? choice.reason };
}

/** Why `auto` chose it. */
const AT_LAYERS: Partial<Record<Curvature, string>> = {
  hessian: 'Hessian by the parameters of each layer, since loss and layers have second derivatives.',
  fisher: 'Fisher matrix of the parameters of each layer, since loss or layers have no second derivatives.',
};
