import * as tf from '@tensorflow/tfjs-core';
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
    const info = tf.backend_util.computePool2DInfo(shape, filterSize, strides, 1, pad, dimRoundingMode);
    const dx = backend.makeOutput(input.shape, 'float32');
    const [x, from, to] = [input, dy, dx].map((tensor) => addressOf(backend, tensor));
    const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, filterHeight, filterWidth } = info;
    const sizes = [inHeight, inWidth, inChannels, outHeight, outWidth, filterHeight, filterWidth] as const;
    const steps = [info.strideHeight, info.strideWidth, info.padInfo.top, info.padInfo.left] as const;
    const parts = { count: batchSize, scratchBytes: 0, work: tf.util.sizeFromShape(shape) };
    compute(backend, 'scatterToMaxima', parts, x, from, to, ...sizes, ...steps);
    return dx;
  },
};
