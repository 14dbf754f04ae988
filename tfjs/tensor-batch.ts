import * as tf from '@tensorflow/tfjs-core';
import type { Batch } from '../core/batch.js';
import { LossError } from '../core/errors.js';
import { expectBatch } from '../core/validation.js';

/** The entries of a matrix (N, m) in float64. SHAPE, naming `subject`, where it is not of rank 2. */
export function toBatch(x: tf.Tensor, subject = 'toBatch: x'): Batch {
  checkRank(subject, x);
  const [rows, cols] = x.shape as [number, number];
  return { rows, cols, data: new Float64Array(x.dataSync()) };
}

/** The entries of a batch in float32, as a tensor (N, m) that is the caller's to dispose of. SHAPE where it is none. */
export function toTensor(batch: Batch): tf.Tensor2D {
  expectBatch('toTensor', 'batch', batch);
  return tf.tensor2d(Float32Array.from(batch.data), [batch.rows, batch.cols]);
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
