import * as tf from '@tensorflow/tfjs-core';
import { RELU_GRAD } from '../gradients/relu.js';
import { addressOf, heapKernels } from './heap.js';
import type { WasmKernel } from './wasm.js';

/** The gradient of relu from its output y, in one pass: 0 where y <= 0, else dy. */
export const reluGrad: WasmKernel = {
  name: RELU_GRAD,
  replace: () => ({ dy, y }, _attrs, backend) => {
    const dz = backend.makeOutput(dy.shape, 'float32');
    const [from, by, to] = [dy, y, dz].map((x) => addressOf(backend, x));
    heapKernels(backend).reluGradient(from, by, to, tf.util.sizeFromShape(dy.shape));
    return dz;
  },
};
