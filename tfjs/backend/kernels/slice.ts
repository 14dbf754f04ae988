import * as tf from '@tensorflow/tfjs-core';
import type { WasmKernel } from './wasm.js';

/**
 * A slice that is contiguous in memory, as some samples of a batch are, copied straight away; the backend's own first
 * copies all of its input. Other slices are left to the backend.
 */
export const slice: WasmKernel = {
  name: tf.Slice,
  replace: (original) => (inputs, attrs, backend) => {
    const x = inputs['x'];
    const { begin: from, size: extent } = attrs as { begin: number[]; size: number[] };
    const [begin, size] = tf.slice_util.parseSliceParams(x, from, extent) as [number[], number[]];
    if (x.dtype === 'string' || !tf.slice_util.isSliceContinous(x.shape, begin, size)) {
      return original(inputs, attrs, backend);
    }
    const out = backend.makeOutput(size, x.dtype);
    const start = tf.slice_util.computeFlatOffset(begin, tf.util.computeStrides(x.shape));
    const all = backend.typedArrayFromHeap(x);
    backend.typedArrayFromHeap(out).set(all.subarray(start, start + tf.util.sizeFromShape(size)));
    return out;
  },
};
