import * as tf from '@tensorflow/tfjs-core';
import { withGeometry } from './geometry.js';
import { addressOf, compute } from './heap.js';
import type { WasmKernel } from './wasm.js';

/**
 * The gradient of max pooling: each entry of dy goes to the largest input of its window, to the first one among equals.
 * The backend's own kernel recomputes every window for every input.
 */
export const maxPoolGrad: WasmKernel = {
  name: tf.MaxPoolGrad,
  replace: () => ({ dy, input }, attrs, backend) => {
    const { filterSize, strides, pad, dimRoundingMode } = attrs as unknown as tf.MaxPoolGradAttrs;
    const shape = input.shape as [number, number, number, number];
    const geometry = tf.backend_util.computePool2DInfo(shape, filterSize, strides, 1, pad, dimRoundingMode);
    const dx = backend.makeOutput(input.shape, 'float32');
    const [x, from, to] = [input, dy, dx].map((tensor) => addressOf(backend, tensor));
    const parts = { count: geometry.batchSize, scratchBytes: 0, work: tf.util.sizeFromShape(shape) };
    withGeometry(backend, geometry, (at) => compute(backend, 'scatterToMaxima', parts, at, x, from, to));
    return dx;
  },
};
