import * as tf from '@tensorflow/tfjs-core';
import { LossError } from '../../core/errors.js';
import { fillParams } from '../../core/validation.js';
import type { Model, ModelContext, ModelPlan } from '../models/index.js';
import type { Checkpoint } from './checkpoint.js';

/** Streams below a run's. */
export const streams = { task: 0, model: 1, loss: 2 };

/** A network as a run begins with it, whose stream `rng` is. As `ModelPlan.create`, and PARAMS. */
export function createNetwork(plan: ModelPlan, params: object, context: ModelContext): Model {
  return plan.create(fillParams(plan, params), { ...context, rng: context.rng.split(streams.model) });
}

/** Takes over weights and state. CHECKPOINT where they do not fit. */
export function restoreNetwork(model: Model, arrays: Checkpoint['arrays']): void {
  for (const [name, variable] of variablesByName(model)) {
    const values = arrayOf(arrays, name, variable.size);
    tf.tidy(() => variable.assign(tf.tensor(values, variable.shape)));
  }
}

/** Weights and state of a network under the names that checkpoints have them by. */
export function variablesByName({ variables, state = [] }: Model): [name: string, variable: tf.Variable][] {
  return [
    ...variables.map((variable, k): [string, tf.Variable] => [`weight-${k}`, variable]),
    ...state.map((variable, k): [string, tf.Variable] => [`state-${k}`, variable]),
  ];
}

/** CHECKPOINT unless there is an array of that name and size. */
export function arrayOf(arrays: Checkpoint['arrays'], name: string, size: number): Float32Array {
  const values = arrays[name];
  if (values?.length === size) return values;
  throw new LossError(
    'CHECKPOINT',
    `${name} should have ${size} entries for this network, the checkpoint has ${values?.length ?? 'none'}`,
  );
}
