import type { Tensor, Tensor2D, Variable } from '@tensorflow/tfjs-core';
import type { Factors } from '../../core/factors.js';
import type { Evaluation } from '../../core/loss.js';
import type { SchemaOf } from '../../core/parameters.js';
import type { Rng } from '../../core/random/rng.js';

/** A network architecture: plain data and one function. */
export interface ModelPlan<Params extends object = object> {
  /** kebab-case. */
  readonly name: string;
  readonly title: string;
  /** Closed JSON schema of the parameters, with a default for each. */
  readonly params: SchemaOf<Params>;
  /** Of its layers, where its networks have `through`; absent: they have not. */
  readonly layers?: LayerCapabilities;
  /** A small sample's shape and number of outputs that it takes, to be tested with. Absent: (4) and 3. */
  readonly example?: Pick<ModelContext, 'input' | 'outputs'>;
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

/** What the layers of a network can do for Newton steps at their parameters. */
export interface LayerCapabilities {
  /** Whether they have second derivatives (`LayeredPass.hessians`). */
  readonly hessian: boolean;
}

export type Mode = 'training' | 'evaluation';

export interface Model {
  /** The weights. Their order is part of the architecture: checkpoints store them by it. */
  readonly variables: Variable[];
  /** What training carries along besides, such as running means; stored like the weights. Absent: nothing. */
  readonly state?: Variable[];
  /**
   * x (N, ...input) -> y (N, m), differentiable in the variables. In training what a sample gives may depend on the
   * rest of the batch, and the state moves; in evaluation, the default, neither. Call it inside tf.tidy or
   * tf.variableGrads.
   */
  predict(x: Tensor, mode?: Mode): Tensor2D;
  /**
   * `predict` in training, the parameters of layer k = 0, 1, ... repeated for each sample, (N, p), and passed through
   * `inject`, which gives them on as they are and decides what becomes of their gradient. Absent: no such layers.
   */
  through?(x: Tensor, inject: Injection): LayeredPass;
  dispose(): void;
}

/** The parameters of a layer for each sample, (N, p), as they are, with another gradient. */
export type Injection = (theta: Tensor2D, layer: number) => Tensor2D;

export interface LayeredPass {
  readonly y: Tensor2D;
  /**
   * Those of the samples' losses by the parameters of each layer, (p, p), from the gradient and the Hessian of the loss
   * at y. Absent: the layers have no second derivatives. UNSUPPORTED where the loss has none.
   */
  hessians?(loss: Evaluation): Factors[];
}
