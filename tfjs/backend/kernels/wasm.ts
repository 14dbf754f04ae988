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

/** The same entries under another shape; shares the memory of x. */
export function reshaped(x: tf.TensorInfo, shape: number[]): tf.TensorInfo {
  return { ...x, shape };
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

/**
 * Samples from..to of x along its first axis, in the memory of x: to be read while x lives, then released, never
 * disposed of.
 */
export function samplesOf(backend: BackendWasm, x: tf.TensorInfo, from: number, to: number): tf.TensorInfo {
  const { memoryOffset } = backend.dataIdMap.get(x.dataId);
  const sampleShape = x.shape.slice(1);
  const bytes = tf.util.sizeFromShape(sampleShape) * tf.util.bytesPerElement(x.dtype);
  return backend.makeOutput([to - from, ...sampleShape], x.dtype, memoryOffset + from * bytes);
}

/** Forgets a view without freeing the memory that it shares. */
export function releaseView(backend: BackendWasm, { dataId }: tf.TensorInfo): void {
  backend.wasm.tfjs.disposeData(backend.dataIdMap.get(dataId).id);
  backend.dataIdMap.delete(dataId);
}
