import { expectPlugin } from '../../core/plugin-calls.js';
import type { Registry } from '../../core/registry.js';
import type { ModelPlan } from './model.js';

export type * from './model.js';

/**
 * The architecture of that name; its parameters are filled by `fillParams(plan, params)`. MODEL_UNKNOWN; REGISTRY where
 * it lacks a part of one.
 */
export async function findModel(registry: Registry, name: string): Promise<ModelPlan> {
  const plugin = await registry.modelPlugin(name);
  expectPlugin('model', plugin);
  return plugin as ModelPlan;
}
