import * as tf from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { forwardConvolution } from './conv-info.js';
import { call, dispose, floats, releaseView, samplesOf, transpose, type WasmKernel } from './wasm.js';

/** Samples that are turned over and packed at a time: enough for full speed, little memory. */
const CHUNK = 32;

/**
 * The gradient of a convolution to its filter, which is itself a convolution: of x with dy as the filter, channels in
 * the place of the batch and strides in the place of dilations.
 *
 *     dW[i, j, c, k] = sum_{n, p, q} x[n, p s + i - top, q s + j - left, c] dy[n, p, q, k]
 */
export const conv2dBackpropFilter: WasmKernel = {
  name: tf.Conv2DBackpropFilter,
  replace: () => ({ x, dy }, attrs, backend) => {
    const info = forwardConvolution(x.shape, attrs['filterShape'] as number[], attrs);
    if (info.batchSize <= CHUNK) return filterGradient(backend, x, dy, info);
    let dW: tf.TensorInfo | undefined;
    for (let start = 0; start < info.batchSize; start += CHUNK) {
      const samples = [x, dy].map((all) => samplesOf(backend, all, start, Math.min(start + CHUNK, info.batchSize)));
      const part = filterGradient(backend, samples[0], samples[1], info);
      samples.forEach((view) => {
        releaseView(backend, view);
      });
      dW = dW ? addTo(backend, dW, part) : part;
    }
    return dW!;
  },
};

function filterGradient(
  backend: BackendWasm,
  x: tf.TensorInfo,
  dy: tf.TensorInfo,
  info: tf.backend_util.Conv2DInfo,
): tf.TensorInfo {
  const { top, bottom, left, right } = info.padInfo;
  const xByChannel = transpose(backend, x, [3, 1, 2, 0]);
  const dyAsFilter = transpose(backend, dy, [1, 2, 0, 3]);
  const full = call(backend, tf.Conv2D, { x: xByChannel, filter: dyAsFilter }, {
    strides: 1,
    pad: [[0, 0], [top, bottom], [left, right], [0, 0]],
    dataFormat: 'NHWC',
    dilations: [info.strideHeight, info.strideWidth],
  });
  dispose(backend, xByChannel, dyAsFilter);
  // what strides do not divide leaves rows and columns that no filter entry saw
  const size = [info.inChannels, info.filterHeight, info.filterWidth, info.outChannels];
  const exact = call(backend, tf.Slice, { x: full }, { begin: [0, 0, 0, 0], size });
  const dW = transpose(backend, exact, [1, 2, 0, 3]);
  dispose(backend, full, exact);
  return dW;
}

function addTo(backend: BackendWasm, total: tf.TensorInfo, part: tf.TensorInfo): tf.TensorInfo {
  const [sums, values] = [floats(backend, total), floats(backend, part)];
  for (let k = 0; k < sums.length; k++) sums[k] += values[k];
  dispose(backend, part);
  return total;
}
