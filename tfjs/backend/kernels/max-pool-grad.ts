import * as tf from '@tensorflow/tfjs-core';
import { floats, type WasmKernel } from './wasm.js';

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
    const out = floats(backend, dx);
    out.fill(0);
    scatterToMaxima(info, floats(backend, input), floats(backend, dy), out);
    return dx;
  },
};

function scatterToMaxima(info: tf.backend_util.Conv2DInfo, x: Float32Array, dy: Float32Array, dx: Float32Array): void {
  const { batchSize, inHeight: H, inWidth: W, inChannels: C, outHeight, outWidth } = info;
  for (let n = 0, o = 0; n < batchSize; n++) {
    for (let p = 0; p < outHeight; p++) {
      const [top, bottom] = span(p * info.strideHeight - info.padInfo.top, info.filterHeight, H);
      for (let q = 0; q < outWidth; q++) {
        const [left, right] = span(q * info.strideWidth - info.padInfo.left, info.filterWidth, W);
        for (let c = 0; c < C; c++, o++) {
          let best = ((n * H + top) * W + left) * C + c;
          for (let h = top; h < bottom; h++) {
            for (let k = ((n * H + h) * W + left) * C + c, end = k + (right - left) * C; k < end; k += C) {
              if (x[k] > x[best]) best = k;
            }
          }
          dx[best] += dy[o];
        }
      }
    }
  }
}

/** The part of a window that lies inside the input. */
function span(start: number, length: number, size: number): [from: number, to: number] {
  return [Math.max(0, start), Math.min(size, start + length)];
}
