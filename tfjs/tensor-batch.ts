import * as tf from '@tensorflow/tfjs-core';
import type { Batch } from '../core/batch.js';
import { LossError } from '../core/errors.js';

/** The entries of a matrix in float64, times `scale`; SHAPE where `subject` is not of rank 2. */
export function toBatch(subject: string, x: tf.Tensor, scale = 1): Batch {
  checkRank(subject, x);
  const [rows, cols] = x.shape as [number, number];
  const data = new Float64Array(x.dataSync());
  if (scale !== 1) { for (let k = 0; k < data.length; k++) data[k] *= scale; }
  return { rows, cols, data };
}

export function checkRank(subject: string, { rank, shape }: tf.Tensor): void {
  if (rank !== 2) throw new LossError('SHAPE', `${subject} should have rank 2, (samples, outputs), got (${shape})`);
}

/** The rows divided by their number, in float32: the gradient of a batch mean from per-sample gradients. */
export function meanGradient({ rows, cols, data }: Batch): tf.Tensor2D {
  const mean = new Float32Array(data.length);
  for (let k = 0; k < data.length; k++) mean[k] = data[k] / rows;
  return tf.tensor2d(mean, [rows, cols]);
}
