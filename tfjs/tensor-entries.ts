import * as tf from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { floats } from './backend/kernels/wasm.js';

/**
 * The entries of a float32 tensor, for reading at once: on wasm a view of its heap, which whatever is allocated or
 * disposed of next may spoil.
 */
export function entriesOf(x: tf.Tensor): Float32Array {
  const backend = wasmBackend();
  if (!backend) return x.dataSync<'float32'>();
  backend.dataIdMap.get(x.dataId); // what another backend has comes here, and memory grows, before there is a view
  return floats(backend, x);
}

/**
 * A float32 tensor, all of whose entries `fill` writes: on wasm in their place on its heap, without an array and a copy.
 * `fill` makes no tensors, and takes none from another backend: memory that grows would leave its view empty.
 */
export function filledTensor(shape: number[], fill: (entries: Float32Array) => void): tf.Tensor {
  const backend = wasmBackend();
  if (!backend) {
    const entries = new Float32Array(tf.util.sizeFromShape(shape));
    fill(entries);
    return tf.tensor(entries, shape);
  }
  const made = backend.makeOutput(shape, 'float32');
  fill(floats(backend, made));
  return tf.engine().makeTensorFromTensorInfo(made);
}

function wasmBackend(): BackendWasm | undefined {
  return tf.getBackend() === 'wasm' ? tf.backend() as BackendWasm : undefined;
}
