import * as tf from '@tensorflow/tfjs-core';
import type { KernelGradient } from './gradient.js';

/** Kernels that give the entries of their input another shape, or as they are. */
const reshaping: KernelGradient[] = [
  { kernel: tf.Reshape, input: 'x' },
  { kernel: tf.ExpandDims, input: 'input' },
  { kernel: tf.Identity, input: 'x' },
  { kernel: tf.Cast, input: 'x' },
].map(({ kernel, input }) => ({
  kernel,
  saveInputs: [input],
  grad: (dy, [x]) => ({ [input]: () => tf.reshape(dy, x.shape) }),
}));

const transpose: KernelGradient = {
  kernel: tf.Transpose,
  grad: (dy, _saved, { perm }) => ({ x: () => tf.transpose(dy, tf.backend_util.getUndoAxesPermutation(perm)) }),
};

const slice: KernelGradient = {
  kernel: tf.Slice,
  saveInputs: ['x'],
  grad(dy, [x], { begin, size }) {
    const [start] = tf.slice_util.parseSliceParams(x, begin, size);
    return {
      x: () => tf.pad(dy, start.map((before, k): [number, number] => [before, x.shape[k] - before - dy.shape[k]])),
    };
  },
};

const pad: KernelGradient = {
  kernel: tf.PadV2,
  saveInputs: ['x'],
  grad: (dy, [x], { paddings }) => ({
    x: () => tf.slice(dy, (paddings as [number, number][]).map(([before]) => before), x.shape),
  }),
};

const gather: KernelGradient = {
  kernel: tf.GatherV2,
  saveInputs: ['x', 'indices'],
  grad: (dy, [x, indices], { axis }) => ({
    x() {
      const { shape } = x;
      const k = tf.util.parseAxisParam(axis, shape)[0];
      const outer = tf.util.sizeFromShape(shape.slice(0, k));
      const inner = tf.util.sizeFromShape(shape.slice(k + 1));
      const byIndex = tf.transpose(tf.reshape(dy, [outer, indices.size, inner]), [1, 0, 2]);
      const sums = tf.unsortedSegmentSum(byIndex, tf.reshape<tf.Rank.R1>(indices, [indices.size]), shape[k]);
      return tf.reshape(tf.transpose(sums, [1, 0, 2]), shape);
    },
    indices: () => tf.zerosLike(indices),
  }),
};

const concat: KernelGradient = {
  kernel: tf.Concat,
  saveInputs: 'all',
  grad(dy, parts, { axis }) {
    const k = tf.util.parseAxisParam(axis, parts[0].shape)[0];
    const split = tf.split(dy, parts.map((part) => part.shape[k]), k);
    return parts.map((_, i) => () => split[i]);
  },
};

const pack: KernelGradient = {
  kernel: tf.Pack,
  saveInputs: 'all',
  grad(dy, parts, { axis }) {
    const unstacked = tf.unstack(dy, axis);
    return parts.map((_, i) => () => unstacked[i]);
  },
};

export const shape: KernelGradient[] = [...reshaping, transpose, slice, pad, gather, concat, pack];
