import * as tf from '@tensorflow/tfjs-core';
import { forwardConvolution } from './conv-info.js';
import { call, dispose, transpose, type WasmKernel } from './wasm.js';

/**
 * The gradient of a convolution to its filter, which is itself a convolution: of x with dy as the filter, channels in the place of
 * the batch and strides in the place of dilations.
 *
 *     dW[i, j, c, k] = sum_{n, p, q} x[n, p s + i - top, q s + j - left, c] dy[n, p, q, k]
 */
export const conv2dBackpropFilter: WasmKernel = {
  name: tf.Conv2DBackpropFilter,
  replace: () => ({ x, dy }, attrs, backend) => {
    const [height, width, inputs, outputs] = attrs['filterShape'] as [number, number, number, number];
    const { padInfo, strideHeight, strideWidth } = forwardConvolution(x!.shape, [height, width, inputs, outputs], attrs);
    const { top, bottom, left, right } = padInfo;
    const xByChannel = transpose(backend, x!, [3, 1, 2, 0]);
    const dyAsFilter = transpose(backend, dy!, [1, 2, 0, 3]);
    const full = call(backend, tf.Conv2D, { x: xByChannel, filter: dyAsFilter }, {
      strides: 1,
      pad: [[0, 0], [top, bottom], [left, right], [0, 0]],
      dataFormat: 'NHWC',
      dilations: [strideHeight, strideWidth],
    });
    dispose(backend, xByChannel, dyAsFilter);
    // what strides do not divide leaves rows and columns that no filter entry saw
    const exact = call(backend, tf.Slice, { x: full }, { begin: [0, 0, 0, 0], size: [inputs, height, width, outputs] });
    const dW = transpose(backend, exact, [1, 2, 0, 3]);
    dispose(backend, full, exact);
    return dW;
  },
};
