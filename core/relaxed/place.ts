import { gather } from '../autodiff/indexing.js';
import { multiply } from '../autodiff/arithmetic.js';
import { shapeError, type Var } from '../autodiff/recording.js';
import { LossError } from '../errors.js';
import type { Index } from './assignment.js';
import { evaluate } from './state.js';

/**
 * The index of one entry in a variable that is an array of this shape, row-major: a number where all indices are,
 * otherwise the probability of each entry, the product of the probabilities of its indices.
 */
export function at(shape: readonly number[], ...indices: readonly Index[]): Index {
  if (indices.length !== shape.length) {
    throw new LossError(
      'SHAPE',
      `at: expected ${shape.length} indices of an array (${shape.join(', ')}), got ${indices.length}`,
    );
  }
  const strides = shape.map((_, d) => shape.slice(d + 1).reduce((product, length) => product * length, 1));
  if (indices.every((index) => typeof index === 'number')) return columnOf(shape, strides, indices);
  const entries = Array.from({ length: shape[0] * strides[0] }, (_, j) => j);
  return (state, settings) =>
    indices.map((index, d) => {
      const length = shape[d];
      const w = evaluate(typeof index === 'number' ? oneHot(length, index) : index, state, settings);
      if (w.cols !== length) {
        throw shapeError('at', `${length} columns for index ${d} of an array (${shape.join(', ')})`, w);
      }
      return gather(
        w,
        entries.map((j) => Math.floor(j / strides[d]) % length),
      );
    }).reduce((product: Var, w: Var) => multiply(product, w));
}

function columnOf(shape: readonly number[], strides: readonly number[], indices: readonly number[]): number {
  indices.forEach((index, d) => checkIndex(index, shape[d]));
  return indices.reduce((column, index, d) => column + index * strides[d], 0);
}

function oneHot(length: number, index: number): Float64Array {
  checkIndex(index, length);
  const w = new Float64Array(length);
  w[index] = 1;
  return w;
}

function checkIndex(index: number, length: number): void {
  if (!Number.isInteger(index) || index < 0 || index >= length) {
    throw new LossError('SHAPE', `at: expected an index in 0, ..., ${length - 1}, got ${index}`);
  }
}
