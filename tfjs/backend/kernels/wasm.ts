import * as tf from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';

export type Inputs = Record<string, tf.TensorInfo>;
export type Attrs = Record<string, unknown>;
/** Inputs and outputs live on the WebAssembly heap. */
export type Compute = (inputs: Inputs, attrs: Attrs, backend: BackendWasm) => tf.TensorInfo;

/** A kernel for the wasm backend: a new one, or one that replaces, and may call, the backend's own. */
export interface WasmKernel {
  readonly name: string;
  replace(original: Compute): Compute;
}

/** Registers a kernel for the wasm backend, in place of the one that may be there. */
export function registerWasmKernel({ name, replace }: WasmKernel): void {
  const original = tf.getKernel(name, 'wasm');
  const compute = replace((inputs, attrs, backend) => run(original, backend, inputs, attrs));
  if (original) tf.unregisterKernel(name, 'wasm');
  tf.registerKernel({
    kernelName: name,
    backendName: 'wasm',
    kernelFunc: ({ inputs, attrs, backend }) =>
      compute(inputs as Inputs, attrs as unknown as Attrs, backend as BackendWasm),
  });
}

/** Runs a registered kernel outside the engine: nothing records the result, so whoever calls disposes of it. */
export function call(backend: BackendWasm, name: string, inputs: Inputs, attrs: object): tf.TensorInfo {
  return run(tf.getKernel(name, 'wasm'), backend, inputs, attrs);
}

function run(kernel: tf.KernelConfig, backend: BackendWasm, inputs: Inputs, attrs: object): tf.TensorInfo {
  return kernel.kernelFunc({ inputs, attrs: attrs as tf.NamedAttrMap, backend }) as tf.TensorInfo;
}

/** The axes of x in the order `perm`, as a new tensor. */
export function transpose(backend: BackendWasm, x: tf.TensorInfo, perm: number[]): tf.TensorInfo {
  return call(backend, tf.Transpose, { x }, { perm });
}

export function dispose(backend: BackendWasm, ...tensors: tf.TensorInfo[]): void {
  for (const { dataId } of tensors) backend.disposeData(dataId);
}

/**
 * The float32 entries on the heap, for reading and writing in place. Take views after the last allocation: memory that
 * grows leaves older views empty.
 */
export function floats(backend: BackendWasm, x: tf.TensorInfo): Float32Array {
  return backend.typedArrayFromHeap(x) as Float32Array;
}
