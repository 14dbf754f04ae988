import * as tf from '@tensorflow/tfjs-core';
import type { Batch } from '../core/batch.js';
import { fisherDirections, type FisherOptions, type Lambda, resolveFisher } from '../core/newton/index.js';
import { checkRank, meanGradient, toBatch } from './tensor-batch.js';

/**
 * The identity on the outputs y (N, m) of a network, through which the gradient of ANY loss comes back as that of its
 * Newton loss with the Fisher matrix. For a loss that is a mean over the batch, with gradient g (N, m), what comes
 * back is
 *
 *     g (N g^T g + lambda I)^-1
 *
 * in float64, by the Woodbury identity where N < m: Petersen et al., Newton Losses, NeurIPS 2024, algorithm 2.
 * Errors: SHAPE unless y has rank 2, PARAMS for bad options; with the gradient, those of `fisherDirections`.
 */
export function injectFisher(y: tf.Tensor2D, options: Lambda | FisherOptions): tf.Tensor2D {
  checkRank('injectFisher: y', y);
  const resolved = resolveFisher(options);
  return injectDirections(y, (perSample) => fisherDirections(perSample, resolved).direction);
}

/**
 * The identity on y (N, m), through which the gradient of a loss that is a mean over the batch comes back as the mean
 * of what `directions` makes of the samples' own gradients.
 */
export function injectDirections(y: tf.Tensor2D, directions: (perSample: Batch) => Batch): tf.Tensor2D {
  const identity = tf.customGrad((input) => {
    const value = tf.clone(input as tf.Tensor2D);
    const gradFunc = (g: tf.Tensor2D): tf.Tensor => {
      const perSample = toBatch(g, 'injected gradient');
      for (let k = 0; k < perSample.data.length; k++) perSample.data[k] *= perSample.rows;
      return meanGradient(directions(perSample));
    };
    return { value, gradFunc };
  });
  return identity(y);
}
