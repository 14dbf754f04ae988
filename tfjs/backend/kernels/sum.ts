import * as tf from '@tensorflow/tfjs-core';
import { floats, type WasmKernel } from './wasm.js';

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
    if (cols > 0) floats(backend, out).set(columnSums(floats(backend, x), cols));
    return out;
  },
};

/** Rows that stay in cache while each group of four columns passes over them. */
const ROWS = 64;

function columnSums(x: Float32Array, cols: number): Float64Array {
  const sums = new Float64Array(cols);
  for (let start = 0; start < x.length; start += ROWS * cols) {
    const end = Math.min(x.length, start + ROWS * cols);
    let c = 0;
    for (; c + 4 <= cols; c += 4) {
      let [s0, s1, s2, s3] = [0, 0, 0, 0];
      for (let k = start + c; k < end; k += cols) {
        s0 += x[k];
        s1 += x[k + 1];
        s2 += x[k + 2];
        s3 += x[k + 3];
      }
      sums[c] += s0;
      sums[c + 1] += s1;
      sums[c + 2] += s2;
      sums[c + 3] += s3;
    }
    for (; c < cols; c++) {
      for (let k = start + c; k < end; k += cols) sums[c] += x[k];
    }
  }
  return sums;
}
