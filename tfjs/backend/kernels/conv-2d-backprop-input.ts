import * as tf from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { forwardConvolution } from './conv-info.js';
import { call, dispose, reshaped, transpose, type WasmKernel } from './wasm.js';

/**
 * The gradient of a convolution to its input, as a convolution of dy, with strides - 1 zeros put between its entries,
 * with the filter turned by 180 degrees. About five times faster than the backend's own loop.
 *
 *     dx[n, h, w, c] = sum_{i, j, k} dy[n, (h + top - i) / s, (w + left - j) / s, k] W[i, j, c, k]     where s divides
 */
export const conv2dBackpropInput: WasmKernel = {
  name: tf.Conv2DBackpropInput,
  replace: () => ({ dy, filter }, attrs, backend) => {
    const [N, H, W, C] = attrs['inputShape'] as [number, number, number, number];
    const [height, width] = filter.shape as [number, number];
    const { padInfo, strideHeight, strideWidth } = forwardConvolution([N, H, W, C], filter.shape, attrs);
    const spread = insertZeros(backend, dy, strideHeight, strideWidth);
    const turned = turnedFilter(backend, filter);
    // to the left of the input, and what the last stride left over to its right; negative where the input was padded
    // more
    const [top, left] = [height - 1 - padInfo.top, width - 1 - padInfo.left];
    const [bottom, right] = [H - spread.shape[1] + padInfo.top, W - spread.shape[2] + padInfo.left];
    const full = call(backend, tf.Conv2D, { x: spread, filter: turned }, {
      strides: 1,
      pad: [[0, 0], [Math.max(top, 0), Math.max(bottom, 0)], [Math.max(left, 0), Math.max(right, 0)], [0, 0]],
      dataFormat: 'NHWC',
      dilations: 1,
    });
    dispose(backend, turned);
    if (spread !== dy) dispose(backend, spread);
    if (top >= 0 && left >= 0 && full.shape[1] === H && full.shape[2] === W) return full;
    const dx = call(backend, tf.Slice, { x: full }, {
      begin: [0, Math.max(-top, 0), Math.max(-left, 0), 0],
      size: [N, H, W, C],
    });
    dispose(backend, full);
    return dx;
  },
};

/** (height, width, in, out) -> (height, width, out, in), upside down and left to right. */
function turnedFilter(backend: BackendWasm, filter: tf.TensorInfo): tf.TensorInfo {
  const reversed = call(backend, tf.Reverse, { x: filter }, { dims: [0, 1] });
  const turned = transpose(backend, reversed, [0, 1, 3, 2]);
  dispose(backend, reversed);
  return turned;
}

/** (N, P, Q, K) -> (N, P s, Q t, K): each entry followed by s - 1 rows and t - 1 columns of zeros. */
function insertZeros(backend: BackendWasm, dy: tf.TensorInfo, s: number, t: number): tf.TensorInfo {
  if (s === 1 && t === 1) return dy;
  const [N, P, Q, K] = dy.shape as [number, number, number, number];
  const x = reshaped(dy, [N * P, 1, Q, K]);
  const padded = call(backend, tf.PadV2, { x }, {
    paddings: [[0, 0], [0, s - 1], [0, 0], [0, (t - 1) * K]],
    constantValue: 0,
  });
  return reshaped(padded, [N, P * s, Q * t, K]);
}
