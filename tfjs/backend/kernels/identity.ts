import * as tf from '@tensorflow/tfjs-core';
import type { WasmKernel } from './wasm.js';

/**
 * A copy that shares memory with the original, as on the other backends: tensors do not change, and what both hold is
 * freed with the last of them. The backend's own copies every entry, also of each tensor that is saved for a gradient.
 */
export const identity: WasmKernel = {
  name: tf.Identity,
  replace: (original) => (inputs, attrs, backend) => {
    const x = inputs['x'];
    if (x.dtype === 'string') return original(inputs, attrs, backend);
    backend.incRef(x.dataId);
    return { dataId: x.dataId, shape: x.shape, dtype: x.dtype };
  },
};
