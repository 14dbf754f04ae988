import * as tf from '@tensorflow/tfjs-core';
import { type Batch, zeros } from '../../core/batch.js';
import type { Factors } from '../../core/factors.js';
import type { Evaluation } from '../../core/loss.js';
import { dense } from '../../tfjs/layers.js';
import { toBatch } from '../../tfjs/tensor-batch.js';
import { affineBySample, type Layer, repeatedBySample, variablesOf } from './layers.js';
import type { Model } from './model.js';
import { atOutputs, beforeAffine, beforeEntrywise, byParameters, type SecondOrder } from './second-order.js';

/** A function of each unit of a hidden layer, u = f(a). */
interface Nonlinearity {
  apply(a: tf.Tensor): tf.Tensor;
  /** f'(a) and f''(a), from u. */
  derivatives(u: number): readonly [first: number, second: number];
}

const nonlinearities = {
  relu: { apply: tf.relu, derivatives: (u) => [u > 0 ? 1 : 0, 0] },
  tanh: { apply: tf.tanh, derivatives: (u) => [1 - u * u, -2 * u * (1 - u * u)] },
  softplus: { apply: tf.softplus, derivatives: (u) => [-Math.expm1(-u), -Math.expm1(-u) * Math.exp(-u)] },
} satisfies Record<string, Nonlinearity>;

export const nonlinearityNames = ['relu', 'tanh', 'softplus'] as const satisfies (keyof typeof nonlinearities)[];

/**
 * Dense layers one after the other on all that a sample has, x (N, ...input) -> y (N, m):
 *
 *     a_k = u_k W_k + b_k,    u_(k+1) = f(a_k),    y = a_last
 *
 * Newton steps can be taken at the parameters (W, b) of every layer, with their exact Hessian, which costs O(w^3) a
 * sample and layer of w units.
 */
export function denseNetwork(layers: readonly Layer[], f: keyof typeof nonlinearities): Model {
  const { apply, derivatives }: Nonlinearity = nonlinearities[f];
  const flat = (x: tf.Tensor): tf.Tensor => tf.reshape(x, [-1, layers[0].weight.shape[0]]);
  const last = layers.length - 1;
  const variables = variablesOf(layers);
  return {
    variables,
    predict(x) {
      return layers.reduce((u, { weight, bias }, k) => {
        if (k < last && f === 'relu') return dense(u, weight, bias, 'relu');
        const a = dense(u, weight, bias, 'linear');
        return k < last ? apply(a) : a;
      }, flat(x)) as tf.Tensor2D;
    },
    through(x, inject) {
      const inputs: Batch[] = [];
      const y = layers.reduce((u, layer, k) => {
        inputs.push(toBatch(u, 'dense layer'));
        const a = affineBySample(u, inject(repeatedBySample(layer, u.shape[0]), k), layer.weight.shape);
        return k < last ? apply(a) : a;
      }, flat(x)) as tf.Tensor2D;
      const weights = layers.map(({ weight }) => toBatch(weight, 'dense layer'));
      return { y, hessians: (loss) => hessiansOf(loss, inputs, weights, derivatives) };
    },
    dispose: () => tf.dispose(variables),
  };
}

/** By the parameters of each layer, from its inputs u and weights. */
function hessiansOf(
  loss: Evaluation,
  inputs: readonly Batch[],
  weights: readonly Batch[],
  derivatives: Nonlinearity['derivatives'],
): Factors[] {
  const hessians: Factors[] = [];
  let at: SecondOrder = atOutputs(loss);
  for (let k = inputs.length - 1; k >= 0; k--) {
    const u = inputs[k];
    hessians.unshift(byParameters(at, u));
    if (k === 0) break;
    const [first, second] = [zeros(u.rows, u.cols), zeros(u.rows, u.cols)];
    u.data.forEach((value, j) => ([first.data[j], second.data[j]] = derivatives(value)));
    at = beforeEntrywise(beforeAffine(at, weights[k]), first, second);
  }
  return hessians;
}
