import type { SchemaObject } from 'ajv';
import { type NoParameters, parameters, type ParamsOf } from '../../core/parameters.js';
import { expectDefinition } from '../../core/plugin-calls.js';
import type { ModelPlan } from './model.js';

/** An architecture as it is written: the types of its parameters follow from their schema. */
export interface ModelDefinition<P extends SchemaObject> extends Omit<ModelPlan<ParamsOf<NoInfer<P>>>, 'params'> {
  /** `parameters({ ... })`; none where it is left out. */
  readonly params?: P;
}

/**
 * Gives an architecture its types; it has no parameters where it leaves them out. REGISTRY where it is none:
 *
 *     export default defineModel({
 *       name: 'my-model',
 *       title: 'My model',
 *       params: parameters({ units: { type: 'integer', minimum: 1, default: 32 } }),
 *       create: ({ units }, { input, outputs, rng }) => ({ variables, predict, dispose }),
 *     });
 */
export function defineModel<const P extends SchemaObject = NoParameters>(
  plan: ModelDefinition<P>,
): ModelPlan<ParamsOf<P>> {
  expectDefinition('model', plan);
  const whole: unknown = { ...plan, params: plan.params ?? parameters({}) };
  return whole as ModelPlan<ParamsOf<P>>;
}
