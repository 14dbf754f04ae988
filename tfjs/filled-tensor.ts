import * as tf from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { floats } from './backend/kernels/wasm.js';

/**
 * A float32 tensor, all of whose entries `fill` writes: on wasm in their place on its heap, without an array and a copy.
 * `fill` uses no tensors; memory that grows would leave its view empty.
 */
export function filledTensor(shape: number[], fill: (entries: Float32Array) => void): tf.Tensor {
  if (tf.getBackend() !== 'wasm') {
    const entries = new Float32Array(tf.util.sizeFromShape(shape));
    fill(entries);
    return tf.tensor(entries, shape);
  }
  const backend = tf.backend() as BackendWasm;
  const made = backend.makeOutput(shape, 'float32');
  fill(floats(backend, made));
  return tf.engine().makeTensorFromTensorInfo(made);
}
