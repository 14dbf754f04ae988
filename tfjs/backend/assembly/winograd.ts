/**
 * Convolutions without strides on the heap of tfjs's wasm backend, by Winograd's minimal filtering: for each pair of
 * points, 36 or, where the filter has 5 columns, 48, a product of matrices (tiles, C) (C, K), in place of one of
 * patches. Filters have 2 to 5 rows and columns, C and K are multiples of 8. With the matrices of
 * `shared/interpolation.ts`, for each tile and its part dy of the gradient,
 *
 *     Y = A^T [ sum_c (G W G^T) * (B^T X B) ] A,      dW = G^T [ sum_tiles (B^T X B) * (A dY A^T) ] G
 *
 * and the gradient to x is the first, of dy with the filter turned half round and its channels exchanged. Tiles go by
 * blocks: whatever the number of pictures, a thread has at most 9 (C + K) + 6 C KB of scratch memory, and for the
 * gradient by the filter 48 C K entries more. Errors are up to 2.5e-6 of the largest entry, with 5 columns 4e-6,
 * where up to 64 channels are added up, and grow with the root of their number; sums of patches in float32 have up to
 * 0.6e-6.
 *
 * Source: Lavin and Gray, Fast Algorithms for Convolutional Neural Networks, CVPR 2016, algorithm 1.
 */
import { at } from './shared/entries';
import { Geometry } from './shared/geometry';
import { weightOf } from './shared/interpolation';
import { multiplyPacked, pack } from './shared/panels';
import * as tiles from './shared/tiles';

export { pairsOf, tilesOf } from './shared/tiles';

/** Bytes of scratch memory that `filterTiles` needs. */
export function tileScratchBytes(geometry: Geometry): usize {
  const C = geometry.C;
  const matrices = tiles.stepOf(tiles.TILES * C) + tiles.stepOf(tiles.TILES * geometry.K);
  return tiles.pairsOf(geometry) * matrices + tiles.stripBytes(geometry, C);
}

/** Bytes of scratch memory that `tileFilterGradient` needs. */
export function tileGradientScratchBytes(geometry: Geometry): usize {
  return tileScratchBytes(geometry) + tiles.pairsOf(geometry) * tiles.stepOf(geometry.C * geometry.K);
}

/**
 * U (pairs, C, K) := G W G^T of the filter (height, width, C, K), and `packed`, its matrices as `filterTiles` takes
 * them; or of a filter (height, width, K, C) that is turned half round and whose channels are exchanged.
 */
export function transformFilter(geometry: Geometry, filter: usize, turned: bool, U: usize, packed: usize): void {
  const C = geometry.C;
  const K = geometry.K;
  const height = geometry.height;
  const width = geometry.width;
  const step = (<usize>(C * K)) << 2;
  const right = turned ? -step : step;
  const points = tiles.across(geometry);
  const first = turned ? filter + (height * width - 1) * step : filter;
  for (let k: usize = 0; k < step; k += 16) {
    tiles.expand(first + k, width * right, right, height, width, height, width, U + k, step, points);
  }
  weigh(U, step, points);
  for (let pair = 0; pair < tiles.pairsOf(geometry); pair++, U += step, packed += step) {
    pack(U, turned ? 1 : K, turned ? C : 1, C, K, packed);
  }
}

/** N^-1 Z N^-1 of a matrix for each pair of 6 x `points`, `step` bytes apart. */
function weigh(Z: usize, step: usize, points: i32): void {
  for (let pair = 0; pair < tiles.DOWN * points; pair++) {
    const weight = f32x4.splat(weightOf(pair / points, tiles.DOWN) * weightOf(pair % points, points));
    for (const end = Z + step; Z < end; Z += 16) v128.store(Z, f32x4.mul(v128.load(Z), weight));
  }
}

/** Tiles `first` to `end` of y := activation(x * filter + bias), with the filter as `transformFilter` makes it. */
export function filterTiles(
  first: i32,
  end: i32,
  scratch: usize,
  geometry: Geometry,
  x: usize,
  filter: usize,
  y: usize,
  bias: usize,
  activation: i32,
): void {
  const C = geometry.C;
  const K = geometry.K;
  const pairs = tiles.pairsOf(geometry);
  const V = scratch;
  const vStep = tiles.stepOf(tiles.TILES * C);
  const M = V + pairs * vStep;
  const mStep = tiles.stepOf(tiles.TILES * K);
  const strip = M + pairs * mStep;
  for (let tile = first; tile < end; tile += tiles.TILES) {
    const count = min(tiles.TILES, end - tile);
    tiles.takeTiles(x, geometry, tile, count, 0, C, strip, V, vStep);
    for (let pair = 0; pair < pairs; pair++) {
      multiplyPacked(V + pair * vStep, C, 1, at(filter, pair * C * K), M + pair * mStep, count, C, K, false, 0, 0);
    }
    tiles.putTiles(M, mStep, geometry, tile, count, y, bias, activation);
  }
}

/** The gradient by the filter of the channels 4 `first` to 4 `end` of x, from the first `count` tiles. */
export function tileFilterGradient(
  first: i32,
  end: i32,
  scratch: usize,
  geometry: Geometry,
  x: usize,
  dy: usize,
  dFilter: usize,
  count: i32,
): void {
  const K = geometry.K;
  const channel = 4 * first;
  const channels = 4 * end - channel;
  const pairs = tiles.pairsOf(geometry);
  const V = scratch;
  const vStep = tiles.stepOf(tiles.TILES * channels);
  const D = V + pairs * vStep;
  const dStep = tiles.stepOf(tiles.TILES * K);
  const S = D + pairs * dStep;
  const sStep = tiles.stepOf(channels * K);
  const strip = S + pairs * sStep;
  memory.fill(S, 0, pairs * sStep);
  for (let tile = 0; tile < count; tile += tiles.TILES) {
    const rows = min(tiles.TILES, count - tile);
    tiles.takeTiles(x, geometry, tile, rows, channel, channels, strip, V, vStep);
    tiles.takeGradients(dy, geometry, tile, rows, D, dStep);
    for (let pair = 0; pair < pairs; pair++) {
      const sum = S + pair * sStep;
      multiplyPacked(V + pair * vStep, 1, channels, D + pair * dStep, sum, channels, rows, K, true, 0, 0);
    }
  }
  weigh(S, sStep, tiles.across(geometry));
  putFilter(S, sStep, geometry, channels, at(dFilter, channel * K));
}

/** G^T S G without its weights, of some channels of x. */
function putFilter(S: usize, step: usize, geometry: Geometry, channels: i32, dFilter: usize): void {
  const height = geometry.height;
  const width = geometry.width;
  const points = tiles.across(geometry);
  const right = (<usize>(geometry.C * geometry.K)) << 2;
  const size = (<usize>(channels * geometry.K)) << 2;
  for (let k: usize = 0; k < size; k += 16) {
    tiles.contract(S + k, step, dFilter + k, width * right, right, height, width, height, width, points);
  }
}
