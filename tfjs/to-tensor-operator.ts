import * as tf from '@tensorflow/tfjs-core';
import type { Batch } from '../core/batch.js';
import type { SoftOperator } from '../core/sorting/index.js';
import { toBatch } from './tensor-batch.js';

/** A soft sort or soft rank (N, n), or a soft permutation (N, n, n), of scores (N, n). */
export type TensorOperator<Result> = (scores: tf.Tensor2D) => Result extends Batch ? tf.Tensor3D : tf.Tensor2D;

/**
 * A soft operator of a sorting relaxation as a tfjs function with gradients, for the middle of a network or a loss of
 * one's own: computed in float64, sample by sample, its gradient by the product of its Jacobian with what comes back.
 *
 *     import { softSort } from 'newton-losses/plugins/softsort';
 *     const sort = toTensorOperator(softSort, { temperature: 0.1 });
 *     const loss = (scores) => tf.losses.meanSquaredError(sorted, sort(scores));
 *
 * There is no gradient of the gradient. PARAMS for parameters that the relaxation does not take; SHAPE unless scores
 * have rank 2, NONFINITE where they are not finite.
 */
export function toTensorOperator<Params extends object, Result extends Batch | Float64Array>(
  operator: SoftOperator<Params, Result>,
  params: Partial<Params> = {},
): TensorOperator<Result> {
  operator([0], params); // refuses parameters now, not at the first step
  const op = (scores: tf.Tensor2D): tf.Tensor =>
    tf.customGrad((input) => {
      const { output, vjp } = operator.forward(toBatch(input as tf.Tensor, 'toTensorOperator: scores'), params);
      const { rows, cols, data } = output;
      return {
        value: tf.tensor(Float32Array.from(data), [rows, ...operator.shape(scores.shape[1])]),
        gradFunc: (dy: tf.Tensor) =>
          tf.tensor2d(
            Float32Array.from(vjp({ rows, cols, data: Float64Array.from(dy.dataSync()) }).data),
            scores.shape,
          ),
      };
    })(scores);
  return op as TensorOperator<Result>;
}
