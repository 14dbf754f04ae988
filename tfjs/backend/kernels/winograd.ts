import type * as tf from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { addressOf, compute, heapKernels } from './heap.js';
import { type Geometry, withGeometry } from './geometry.js';
import { dispose } from './wasm.js';

/** By which there must be fewer multiplications: transforms take the time of a quarter of those that are left. */
const GAIN = 1.5;
/** Tiles that the transform of the filter is worth. */
const FIXED = 8;

/**
 * Whether tiles are faster than patches: with every eighth channel on both sides, and filters and pictures for which
 * they save multiplications. By the sizes of one picture, so that its results do not depend on how many there are.
 */
export function isFasterByTiles(geometry: Geometry): boolean {
  const { filterHeight, filterWidth, strideHeight, strideWidth, inChannels, outChannels } = geometry;
  const { outHeight, outWidth } = geometry;
  const sides = [filterHeight, filterWidth].every((side) => side >= 2 && side <= 5);
  if (!sides || strideHeight > 1 || strideWidth > 1 || inChannels % 8 > 0 || outChannels % 8 > 0) return false;
  const [down, across] = [6, filterWidth === 5 ? 8 : 6]; // points, as assembly/shared/tiles.ts has them
  const tiles = Math.ceil(outHeight / (down + 1 - filterHeight)) * Math.ceil(outWidth / (across + 1 - filterWidth));
  return GAIN * down * across * (tiles + FIXED) <= outHeight * outWidth * filterHeight * filterWidth;
}

/** The geometry of the convolution of dy that is the gradient to x of one without strides. */
export function turned(geometry: Geometry): Geometry {
  const { inHeight, inWidth, inChannels, inShape, outHeight, outWidth, outChannels, outShape } = geometry;
  const { filterHeight, filterWidth, padInfo } = geometry;
  return {
    ...geometry,
    ...{ inHeight: outHeight, inWidth: outWidth, inChannels: outChannels, inShape: outShape },
    ...{ outHeight: inHeight, outWidth: inWidth, outChannels: inChannels, outShape: inShape },
    padInfo: { ...padInfo, top: filterHeight - 1 - padInfo.top, left: filterWidth - 1 - padInfo.left },
  };
}

/**
 * y := activation(x * W + bias), with the address of the bias, or 0; or of W turned half round with its channels
 * exchanged, as `turned` has it.
 */
export function filterByTiles(
  backend: BackendWasm,
  geometry: Geometry,
  x: tf.TensorInfo,
  filter: tf.TensorInfo,
  isTurned: boolean,
  bias: number,
  activation: number,
): tf.TensorInfo {
  const { inChannels, outChannels, batchSize } = geometry;
  const { transformFilter, pairsOf, tilesOf, tileScratchBytes } = heapKernels(backend);
  const y = backend.makeOutput(geometry.outShape, 'float32');
  withGeometry(backend, geometry, (at) => {
    const pairs = pairsOf(at);
    const [U, packed] = [0, 1].map(() => backend.makeOutput([pairs, inChannels, outChannels], 'float32'));
    const [X, W, T, P, Y] = [x, filter, U, packed, y].map((tensor) => addressOf(backend, tensor));
    transformFilter(at, W, isTurned, T, P);
    const count = batchSize * tilesOf(at);
    const parts = { count, scratchBytes: tileScratchBytes(at), work: count * pairs * inChannels * outChannels };
    compute(backend, 'filterTiles', parts, at, X, P, Y, bias, activation);
    dispose(backend, U, packed);
  });
  return y;
}

/** The gradient by the filter. */
export function filterGradientByTiles(
  backend: BackendWasm,
  geometry: Geometry,
  x: tf.TensorInfo,
  dy: tf.TensorInfo,
): tf.TensorInfo {
  const { inChannels, outChannels, batchSize } = geometry;
  const { pairsOf, tilesOf, tileGradientScratchBytes } = heapKernels(backend);
  const dW = backend.makeOutput(geometry.filterShape, 'float32');
  const [X, Y, W] = [x, dy, dW].map((tensor) => addressOf(backend, tensor));
  withGeometry(backend, geometry, (at) => {
    const tiles = batchSize * tilesOf(at);
    const work = tiles * pairsOf(at) * inChannels * outChannels;
    const parts = { count: inChannels / 4, scratchBytes: tileGradientScratchBytes(at), work };
    compute(backend, 'tileFilterGradient', parts, at, X, Y, W, tiles);
  });
  return dW;
}
