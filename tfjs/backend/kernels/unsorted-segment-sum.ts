import * as tf from '@tensorflow/tfjs-core';
import { floats, type WasmKernel } from './wasm.js';

/** Sums the rows of x by their segment ids, as the gradient of gather does: out[s] = sum of x[i] over ids[i] = s. */
export const unsortedSegmentSum: WasmKernel = {
  name: tf.UnsortedSegmentSum,
  replace: () => ({ x, segmentIds }, attrs, backend) => {
    const numSegments = attrs['numSegments'] as number;
    const rowShape = x.shape.slice(segmentIds.shape.length);
    const out = backend.makeOutput([numSegments, ...rowShape], 'float32');
    const sums = floats(backend, out);
    sums.fill(0);
    const rows = floats(backend, x);
    const width = tf.util.sizeFromShape(rowShape);
    backend.typedArrayFromHeap(segmentIds).forEach((s, i) => {
      if (s < 0 || s >= numSegments) return; // dropped, as the cpu backend does
      for (let j = 0; j < width; j++) sums[s * width + j] += rows[i * width + j];
    });
    return out;
  },
};
