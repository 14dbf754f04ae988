import { LossError } from '../../core/errors.js';
import { digitMlp } from './digit-mlp.js';
import type { ModelPlan } from './model.js';
import { paperCnn } from './paper-cnn.js';
import { reluPrograms } from './relu-programs.js';
import { resnetBlock } from './resnet-block.js';
import { tileEncoder } from './tile-encoder.js';

export { type Injection, type LayeredPass, type Mode, type Model, type ModelPlan } from './model.js';

const all = [
  digitMlp as unknown as ModelPlan,
  paperCnn,
  reluPrograms as unknown as ModelPlan,
  resnetBlock,
  tileEncoder as unknown as ModelPlan,
];
const plans = new Map(all.map((plan) => [plan.name, plan]));

export const modelNames: readonly string[] = [...plans.keys()];

/**
 * The architecture of that name; PARAMS where there is none. Its parameters are filled by `fillParams(plan, params)`.
 */
export function findModel(name: string): ModelPlan {
  const plan = plans.get(name);
  if (!plan) {
    throw new LossError('PARAMS', `no model is called ${JSON.stringify(name)}; there are ${modelNames.join(', ')}`);
  }
  return plan;
}
