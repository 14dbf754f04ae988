import type * as tf from '@tensorflow/tfjs-core';
import { algorithmConformance } from '../../conformance/index.js';
import { knapsack } from '../../core/algorithm-losses/index.js';
import { softPermutation, softSort } from '../../plugins/softsort.js';
import { toTensorOperator } from '../../tfjs/index.js';

/** Compiled with the tests: what types say of operators as tensors, and of the parameters of algorithms. */
export function examples(y: tf.Tensor2D): [tf.Tensor2D, tf.Tensor3D] {
  // @ts-expect-error: a misspelt parameter
  toTensorOperator(softSort, { temprature: 0.1 });
  // @ts-expect-error: a soft sort is a matrix
  const wrong: tf.Tensor3D = toTensorOperator(softSort)(y);
  algorithmConformance(knapsack, { params: { capacity: wrong.size } });
  // @ts-expect-error: weights are numbers
  algorithmConformance(knapsack, { params: { weights: ['heavy'] } });
  return [toTensorOperator(softSort, { temperature: 0.1 })(y), toTensorOperator(softPermutation)(y)];
}
