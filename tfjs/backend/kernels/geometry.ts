import type * as tf from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { addressOf } from './heap.js';
import { dispose } from './wasm.js';

/** Sizes, strides and padding of a convolution, or of pooling. */
export type Geometry = tf.backend_util.Conv2DInfo;

/** Lets `act` have a geometry in memory, as assembly/shared/geometry.ts has it, by its address. */
export function withGeometry(backend: BackendWasm, geometry: Geometry, act: (address: number) => void): void {
  const { inHeight, inWidth, inChannels, filterHeight, filterWidth, strideHeight, strideWidth, padInfo } = geometry;
  const { outHeight, outWidth, outChannels } = geometry;
  const sizes = [inHeight, inWidth, inChannels, filterHeight, filterWidth, strideHeight, strideWidth];
  const values = Int32Array.from([...sizes, padInfo.top, padInfo.left, outHeight, outWidth, outChannels]);
  const memory = backend.makeOutput([values.length], 'int32', undefined, values);
  act(addressOf(backend, memory));
  dispose(backend, memory);
}
