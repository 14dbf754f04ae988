import * as tf from '@tensorflow/tfjs-core';
import { addressOf, compute, heapKernels } from './heap.js';
import type { WasmKernel } from './wasm.js';

/**
 * A sum over leading axes, as the gradient of a bias is, in one pass with float64 sums; the backend's own transposes
 * its input first. Other sums are left to the backend.
 */
export const sum: WasmKernel = {
  name: tf.Sum,
  replace: (original) => (inputs, attrs, backend) => {
    const x = inputs['x'];
    const axes = tf.util.parseAxisParam(attrs['axis'] as number | number[], x.shape).sort((a, b) => a - b);
    const leading = axes.length > 0 && axes.length < x.shape.length && axes.every((axis, k) => axis === k);
    if (!leading || x.dtype !== 'float32') return original(inputs, attrs, backend);
    const kept = x.shape.slice(axes.length);
    const out = backend.makeOutput(attrs['keepDims'] ? [...axes.map(() => 1), ...kept] : kept, 'float32');
    const cols = tf.util.sizeFromShape(kept);
    const rows = tf.util.sizeFromShape(x.shape.slice(0, axes.length));
    const parts = { count: cols, scratchBytes: heapKernels(backend).sumsBytes(), work: 0 };
    compute(backend, 'columnSums', parts, addressOf(backend, x), rows, cols, addressOf(backend, out));
    return out;
  },
};
