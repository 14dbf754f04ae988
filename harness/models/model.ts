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

export type Mode = 'training' | 'evaluation';

export interface Model {
  /** The weights. Their order is part of the architecture: checkpoints store them by it. */
  readonly variables: Variable[];
  /** What training carries along besides, such as running means; stored like the weights. Absent: nothing. */
  readonly state?: Variable[];
  /**
   * x (N, ...input) -> y (N, m), differentiable in the variables. In training what a sample gives may depend on the rest of the batch, and the
   * state moves; in evaluation, the default, neither. Call it inside tf.tidy or tf.variableGrads.
   */
  predict(x: Tensor, mode?: Mode): Tensor2D;
  dispose(): void;
}
