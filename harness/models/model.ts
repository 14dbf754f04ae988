import { type Tensor, type Tensor2D, type Variable } from '@tensorflow/tfjs-core';
import { type JSONSchemaType } from 'ajv';
import { type Rng } from '../../core/rng.js';

/** A network architecture: plain data and one function. */
export interface ModelPlan<Params extends object = object> {
  /** kebab-case. */
  readonly name: string;
  readonly title: string;
  /** Closed JSON schema of the parameters, with a default for each. */
  readonly params: JSONSchemaType<Params>;
  /** A network with fresh weights, a pure function of its arguments. SHAPE where the input does not fit. */
  create(params: Params, context: ModelContext): Model;
}

export interface ModelContext {
  /** Shape of one sample, as `OpenTask.input`. */
  readonly input: readonly number[];
  /** m, as `OpenTask.outputs`. */
  readonly outputs: number;
  readonly rng: Rng;
}

export interface Model {
  /** The weights. Their order is part of the architecture: checkpoints store them by it. */
  readonly variables: Variable[];
  /** x (N, ...input) -> y (N, m), differentiable in the variables. Call it inside tf.tidy or tf.variableGrads. */
  predict(x: Tensor): Tensor2D;
  dispose(): void;
}
