import * as tf from '@tensorflow/tfjs-core';
import { type Batch, zeros } from '../core/batch.js';
import type { ConvexLayer, LayerInput, LayerSolution } from '../core/convex/layer.js';
import { LossError } from '../core/errors.js';

/** Hears of every forward pass. */
export type OnSolution = (solution: LayerSolution) => void;

/**
 * A convex layer as a tfjs function with gradients, for the middle of a network: from one tensor for each parameter of
 * the layer, of its shape (one value for all samples) or with the samples as a further first axis, to one tensor for
 * each output, (N, ...shape). Programs are solved and differentiated in float64; gradients cost solves with the
 * factorisations that are there.
 *
 *     const relu = toTensorLayer(convexLayer(problem, { parameters: [y], variables: [x] }));
 *     const [hidden] = relu(tf.matMul(input, W)); // (N, n)
 *
 * SHAPE where a tensor has another shape; the errors of the layer.
 */
export function toTensorLayer(layer: ConvexLayer, onSolution?: OnSolution): (...inputs: tf.Tensor[]) => tf.Tensor[] {
  const widths = layer.outputs.map(({ reading }) => reading.index.length);
  const total = widths.reduce((sum, width) => sum + width, 0);
  return (...inputs) => {
    const solve = tf.customGrad((...args) => {
      const tensors = args.slice(0, inputs.length) as tf.Tensor[];
      const solution = layer.forward(tensors.map((tensor, k) => inputOf(layer, tensor, k)));
      onSolution?.(solution);
      const rows = solution.outputs[0]?.rows ?? 1;
      return {
        value: tf.tensor2d(joined(solution.outputs, total), [rows, total]),
        gradFunc: (dy: tf.Tensor) => gradientsOf(solution, dy, widths, tensors),
      };
    });
    const all = solve(...inputs) as tf.Tensor2D;
    return splitAt(all, widths).map((part, k) => tf.reshape(part, [all.shape[0], ...layer.outputs[k].reading.shape]));
  };
}

/** A tensor of the parameter's shape, or a batch of them. */
function inputOf(layer: ConvexLayer, tensor: tf.Tensor, k: number): LayerInput {
  const expected = layer.parameters[k]?.shape ?? [];
  const data = Float64Array.from(tensor.dataSync());
  if (String(tensor.shape) === String(expected)) return data;
  if (String(tensor.shape.slice(1)) === String(expected) && tensor.rank === expected.length + 1) {
    const rows = tensor.shape[0];
    return { rows, cols: data.length / rows, data };
  }
  const shapes = `[${expected}] or [samples${expected.map((size) => `, ${size}`).join('')}]`;
  throw new LossError('SHAPE', `toTensorLayer: input ${k} should have shape ${shapes}, got [${tensor.shape}]`);
}

function joined(outputs: readonly Batch[], total: number): Float32Array {
  const rows = outputs[0]?.rows ?? 1;
  const all = new Float32Array(rows * total);
  let from = 0;
  for (const { cols, data } of outputs) {
    for (let i = 0; i < rows; i++) all.set(data.subarray(i * cols, (i + 1) * cols), i * total + from);
    from += cols;
  }
  return all;
}

function splitAt(all: tf.Tensor2D, widths: readonly number[]): tf.Tensor2D[] {
  let from = 0;
  return widths.map((width) => {
    const part = tf.slice<tf.Rank.R2, tf.Tensor2D>(all, [0, from], [all.shape[0], width]);
    from += width;
    return part;
  });
}

function gradientsOf(
  solution: LayerSolution,
  dy: tf.Tensor,
  widths: readonly number[],
  inputs: readonly tf.Tensor[],
): tf.Tensor[] {
  const [rows, total] = dy.shape as [number, number];
  const data = dy.dataSync();
  let from = 0;
  const cotangents = widths.map((width) => {
    const part = zeros(rows, width);
    for (let i = 0; i < rows; i++) part.data.set(data.subarray(i * total + from, i * total + from + width), i * width);
    from += width;
    return part;
  });
  return solution.vjp(cotangents).map((gradient, k) =>
    tf.tensor(Float32Array.from(gradient.data), inputs[k].shape, 'float32')
  );
}
