import * as tf from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { ACTIVATIONS } from './activations.js';
import { addressOf, compute, heapKernels } from './heap.js';
import { type Geometry, withGeometry } from './geometry.js';
import { type Attrs, dispose, type WasmKernel } from './wasm.js';
import { filterByTiles, filterGradientByTiles, isFasterByTiles, turned } from './winograd.js';

/** Sizes, strides and padding of a convolution of x with a filter, or of the one whose gradient is asked for. */
function geometryOf(xShape: number[], filterShape: number[], attrs: Attrs): Geometry {
  const { strides, pad, dataFormat, dilations, dimRoundingMode } = attrs;
  return tf.backend_util.computeConv2DInfo(
    xShape as [number, number, number, number],
    filterShape as [number, number, number, number],
    strides as number,
    (dilations ?? 1) as number,
    pad as number,
    dimRoundingMode as 'floor',
    false,
    tf.backend_util.convertConv2DDataFormat((dataFormat ?? 'NHWC') as 'NHWC'),
  );
}

/** Entries of a patch. */
function lengthOf({ filterHeight, filterWidth, inChannels }: Geometry): number {
  return filterHeight * filterWidth * inChannels;
}

/** Of what threads share among them, `count` parts. */
function partsOf(backend: BackendWasm, geometry: Geometry, count: number) {
  const length = lengthOf(geometry);
  const { batchSize, outHeight, outWidth, outChannels } = geometry;
  const work = batchSize * outHeight * outWidth * outChannels * length;
  return { count, scratchBytes: heapKernels(backend).convolutionScratchBytes(length), work };
}

/**
 * A convolution as products of the patches that the filter sees with the filter, block by block, with bias and
 * activation in the same pass. The backend has those with holes in the filter, other layouts and other activations.
 *
 *     y[n, p, q, k] = sum_{i, j, c} x[n, p s + i - top, q t + j - left, c] W[i, j, c, k]
 */
function convolution(name: string): WasmKernel {
  return {
    name,
    replace: (original) => (inputs, attrs, backend) => {
      const { x, filter, bias } = inputs;
      const geometry = geometryOf(x.shape, filter.shape, attrs);
      const activation = ACTIVATIONS[(attrs['activation'] ?? 'linear') as string];
      const { dilationHeight, dilationWidth, dataFormat } = geometry;
      const ours = dilationHeight === 1 && dilationWidth === 1 && dataFormat === 'channelsLast';
      if (!ours || activation === undefined) return original(inputs, { ...attrs, pad: inNumbers(geometry) }, backend);
      const from = bias ? addressOf(backend, bias) : 0;
      if (isFasterByTiles(geometry)) return filterByTiles(backend, geometry, x, filter, false, from, activation);
      const out = backend.makeOutput(geometry.outShape, 'float32');
      const length = lengthOf(geometry);
      const packed = pack(backend, filter, geometry.outChannels, 1, length, geometry.outChannels);
      const [X, W, Y] = [x, packed, out].map((tensor) => addressOf(backend, tensor));
      const parts = partsOf(backend, geometry, geometry.batchSize);
      withGeometry(backend, geometry, (at) => compute(backend, 'convolve', parts, at, X, W, Y, from, activation));
      dispose(backend, packed);
      return out;
    },
  };
}

/** The backend returns zeros, without an error, where padding 'same' meets strides larger than the filter. */
function inNumbers({ padInfo: { top, bottom, left, right } }: Geometry): number[][] {
  return [[0, 0], [top, bottom], [left, right], [0, 0]];
}

/** A matrix B (K, N) with entry (k, n) at k row + n column of x, as products with several matrices take it. */
function pack(
  backend: BackendWasm,
  x: tf.TensorInfo,
  row: number,
  column: number,
  K: number,
  N: number,
): tf.TensorInfo {
  const { pack, packedBytes } = heapKernels(backend);
  const packed = backend.makeOutput([packedBytes(K, N) / 4], 'float32');
  pack(addressOf(backend, x), row, column, K, N, addressOf(backend, packed));
  return packed;
}

export const conv2d = convolution(tf.Conv2D);
export const fusedConv2d = convolution(tf.FusedConv2D);

/**
 * The gradient of a convolution to its filter:
 *
 *     dW[i, j, c, k] = sum_{n, p, q} x[n, p s + i - top, q t + j - left, c] dy[n, p, q, k]
 */
export const conv2dBackpropFilter: WasmKernel = {
  name: tf.Conv2DBackpropFilter,
  replace: () => ({ x, dy }, attrs, backend) => {
    const geometry = geometryOf(x.shape, attrs['filterShape'] as number[], attrs);
    if (isFasterByTiles(geometry)) return filterGradientByTiles(backend, geometry, x, dy);
    const dW = backend.makeOutput(geometry.filterShape, 'float32');
    const [X, Y, W] = [x, dy, dW].map((tensor) => addressOf(backend, tensor));
    const parts = partsOf(backend, geometry, lengthOf(geometry));
    const count = geometry.batchSize;
    withGeometry(backend, geometry, (at) => compute(backend, 'filterGradient', parts, at, X, Y, W, count));
    return dW;
  },
};

/**
 * The gradient of a convolution to its input: every patch gets what its position's dy says through the filter.
 *
 *     dx[n, p s + i - top, q t + j - left, c] += sum_k dy[n, p, q, k] W[i, j, c, k]
 */
export const conv2dBackpropInput: WasmKernel = {
  name: tf.Conv2DBackpropInput,
  replace: () => ({ dy, filter }, attrs, backend) => {
    const geometry = geometryOf(attrs['inputShape'] as number[], filter.shape, attrs);
    const back = turned(geometry);
    if (isFasterByTiles(back)) return filterByTiles(backend, back, dy, filter, true, 0, 0);
    const dx = backend.makeOutput(geometry.inShape, 'float32');
    const length = lengthOf(geometry);
    const packed = pack(backend, filter, 1, geometry.outChannels, geometry.outChannels, length);
    const [Y, W, X] = [dy, packed, dx].map((tensor) => addressOf(backend, tensor));
    const parts = partsOf(backend, geometry, geometry.batchSize);
    withGeometry(backend, geometry, (at) => compute(backend, 'inputGradient', parts, at, Y, W, X));
    dispose(backend, packed);
    return dx;
  },
};
