import * as tf from '@tensorflow/tfjs-core';
import { createRng } from '../../core/random/rng.js';
import { fillParams } from '../../core/validation.js';
import type { Tested } from '../../conformance/check.js';
import type { Model, ModelContext, ModelPlan } from '../models/index.js';

/** Of one sample, and how many outputs a network has. */
export type Shapes = Pick<ModelContext, 'input' | 'outputs'>;

const STANDARD: Shapes = { input: [4], outputs: 3 };

/** An architecture under test. */
export interface ModelSubject extends Tested {
  readonly plugin: ModelPlan;
  readonly capabilities: { readonly layers: boolean };
  readonly shapes: Shapes;
  /** What `act` gives of fresh networks with these seeds, which are disposed afterwards. */
  withNetworks<T>(seeds: readonly number[], act: (...networks: Model[]) => T): T;
  /** Samples x (N, ...input), standard normals, the same for an N. */
  inputs(N: number): tf.Tensor;
}

export function modelSubject(plugin: ModelPlan, params: object, shapes: Partial<Shapes>): ModelSubject {
  const { input, outputs } = { ...STANDARD, ...plugin.example, ...shapes };
  const create = (seed: number): Model =>
    plugin.create(fillParams(plugin, params), { input, outputs, rng: createRng(seed) });
  return {
    plugin,
    setting: undefined,
    capabilities: { layers: plugin.layers !== undefined },
    shapes: { input, outputs },
    withNetworks(seeds, act) {
      const networks: Model[] = [];
      try {
        for (const seed of seeds) networks.push(create(seed));
        return act(...networks);
      } finally {
        for (const network of networks) network.dispose();
      }
    },
    inputs(N) {
      const rng = createRng(11);
      const shape = [N, ...input];
      return tf.tensor(Float32Array.from({ length: tf.util.sizeFromShape(shape) }, () => rng.normal()), shape);
    },
  };
}

/** Weights and state, as numbers. */
export function arraysOf({ variables, state = [] }: Model): Float32Array[] {
  return [...variables, ...state].map((variable) => variable.dataSync<'float32'>().slice());
}

/** The outputs for N samples, and the shape they have. */
export function outputsOf(
  model: Model,
  { inputs }: Pick<ModelSubject, 'inputs'>,
  N: number,
  mode?: 'training' | 'evaluation',
): { shape: number[]; values: Float32Array } {
  let found: { shape: number[]; values: Float32Array } | undefined;
  tf.tidy(() => {
    const y = model.predict(inputs(N), mode);
    found = { shape: y.shape, values: y.dataSync<'float32'>().slice() };
  });
  return found!;
}
