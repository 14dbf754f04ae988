/**
 * Tiles of pictures that are filtered without strides: y (N, outH, outW, K) in tiles of 7 - height rows and P + 1 -
 * width columns, numbered through all pictures row by row, and for each the 6 x P entries of x (N, H, W, C) that it is
 * made of. Points of interpolation, 6 down and P across, go by pairs: a block of tiles becomes 6 P matrices with a row
 * a tile, `step` bytes apart. Matrices A and B are those of `interpolation.ts`, on the left of 6 points and on the
 * right of P.
 */
import { at, copy, zeros } from './entries';
import { Geometry } from './geometry';
import { evaluate, evaluateTransposed, interpolateTransposed } from './interpolation';
import { RELU, relu, WIDTH } from './panels';

/** Points down. */
export const DOWN: i32 = 6;

/**
 * Points across, P: 8 where a filter has 5 columns, which takes two thirds of the products that 6 do. With 8 down too
 * it would be four ninths of them, but errors up to four times as large, not twice; narrower filters have less to gain.
 */
@inline
export function across(geometry: Geometry): i32 {
  return geometry.width == 5 ? 8 : 6;
}

/** Pairs of points, and so products for the entries of a tile, and inputs of it. */
export function pairsOf(geometry: Geometry): i32 {
  return DOWN * across(geometry);
}

/** Tiles of a block. */
export const TILES: i32 = 48;

/** Bytes from a matrix of a pair to the next: the entries and a cache line, without which all would share few sets. */
export function stepOf(entries: i32): usize {
  return (<usize>(entries + 16)) << 2;
}

@inline
export function tileHeight(geometry: Geometry): i32 {
  return DOWN + 1 - geometry.height;
}

@inline
export function tileWidth(geometry: Geometry): i32 {
  return across(geometry) + 1 - geometry.width;
}

/** Tiles of a picture. */
export function tilesOf(geometry: Geometry): i32 {
  return tilesDown(geometry) * tilesAcross(geometry);
}

@inline
function tilesDown(geometry: Geometry): i32 {
  return (geometry.outH + tileHeight(geometry) - 1) / tileHeight(geometry);
}

@inline
function tilesAcross(geometry: Geometry): i32 {
  return (geometry.outW + tileWidth(geometry) - 1) / tileWidth(geometry);
}

/** The row of y, in its picture, at which a tile begins. */
@inline
function rowOf(geometry: Geometry, tile: i32): i32 {
  return ((tile / tilesAcross(geometry)) % tilesDown(geometry)) * tileHeight(geometry);
}

@inline
function columnOf(geometry: Geometry, tile: i32): i32 {
  return (tile % tilesAcross(geometry)) * tileWidth(geometry);
}

/** The entry of y at which a tile begins. */
@inline
function entryOf(geometry: Geometry, tile: i32): i32 {
  const row = (tile / tilesOf(geometry)) * geometry.outH + rowOf(geometry, tile);
  return (row * geometry.outW + columnOf(geometry, tile)) * geometry.K;
}

/** Bytes of the 6 rows of x, some channels of them, that as many tiles of a block as are neighbours are made of. */
export function stripBytes(geometry: Geometry, channels: i32): usize {
  const columns = TILES * tileWidth(geometry) + geometry.width - 1;
  return (<usize>(DOWN * columns * channels)) << 2;
}

/** V := B^T X B of the `count` tiles from `tile` on, (count, channels) a pair, of the channels from `channel` on. */
export function takeTiles(
  x: usize,
  geometry: Geometry,
  tile: i32,
  count: i32,
  channel: i32,
  channels: i32,
  strip: usize,
  V: usize,
  step: usize,
): void {
  const tilesPerRow = tilesAcross(geometry);
  const points = across(geometry);
  const width = tileWidth(geometry);
  const right = (<usize>channels) << 2;
  for (const end = tile + count; tile < end;) {
    const run = min(end - tile, tilesPerRow - tile % tilesPerRow);
    const columns = run * width + geometry.width - 1;
    const picture = at(x, (tile / tilesOf(geometry)) * geometry.picture + channel);
    const top = rowOf(geometry, tile) - geometry.top;
    takeStrip(picture, geometry, top, columnOf(geometry, tile) - geometry.left, columns, channels, strip);
    for (let t = 0; t < run; t++, V += right) {
      interpolateRows(at(strip, t * width * channels), (<usize>columns) * right, right, V, step, points);
    }
    tile += run;
  }
}

/** B^T X of 6 rows of a picture and as many columns as asked for, with zeros beyond it. */
function takeStrip(
  picture: usize,
  geometry: Geometry,
  top: i32,
  left: i32,
  columns: i32,
  channels: i32,
  strip: usize,
): void {
  const H = geometry.H;
  const W = geometry.W;
  const C = geometry.C;
  for (let row = top, to = strip; row < top + DOWN; row++) {
    for (let column = left; column < left + columns; column++, to = at(to, channels)) {
      const seen = row >= 0 && row < H && column >= 0 && column < W;
      if (seen) copy(at(picture, (row * W + column) * C), to, channels);
      else zeros(to, channels);
    }
  }
  const down = (<usize>(columns * channels)) << 2;
  for (let from = strip; from < strip + down; from += 16) interpolateTransposed(from, down, from, down, DOWN);
}

/** Z B of a tile's 6 x P entries in a strip, with all their channels. */
function interpolateRows(strip: usize, down: usize, right: usize, V: usize, step: usize, points: i32): void {
  for (let i = 0; i < DOWN; i++, strip += down, V += points * step) {
    for (let c: usize = 0; c < right; c += 16) interpolateTransposed(strip + c, right, V + c, step, points);
  }
}

/** y := activation(A^T M A + bias) of the `count` tiles from `tile` on, with M (count, K) a pair, which is lost. */
export function putTiles(
  M: usize,
  step: usize,
  geometry: Geometry,
  tile: i32,
  count: i32,
  y: usize,
  bias: usize,
  activation: i32,
): void {
  const height = tileHeight(geometry);
  const width = tileWidth(geometry);
  const right = (<usize>geometry.K) << 2;
  const down = right * geometry.outW;
  for (const end = tile + count; tile < end; tile++, M += right) {
    const rows = min(height, geometry.outH - rowOf(geometry, tile));
    const columns = min(width, geometry.outW - columnOf(geometry, tile));
    const place = at(y, entryOf(geometry, tile));
    for (let k: usize = 0; k < right; k += 16) {
      contract(M + k, step, place + k, down, right, rows, columns, height, width, across(geometry));
    }
    if (bias == 0 && activation != RELU) continue;
    for (let row = 0; row < rows; row++) finish(place + row * down, columns, right, bias, activation);
  }
}

/** Adds a bias of `size` bytes, or none, to `count` positions and applies the activation. */
function finish(y: usize, count: i32, size: usize, bias: usize, activation: i32): void {
  for (let position = 0; position < count; position++) {
    for (let k: usize = 0; k < size; k += 16, y += 16) {
      let sum = v128.load(y);
      if (bias != 0) sum = f32x4.add(sum, v128.load(bias + k));
      if (activation == RELU) sum = relu(sum);
      v128.store(y, sum);
    }
  }
}

/** D := A dy A^T of the `count` tiles from `tile` on, (count, K) a pair, as panels of their columns. */
export function takeGradients(dy: usize, geometry: Geometry, tile: i32, count: i32, D: usize, step: usize): void {
  const height = tileHeight(geometry);
  const width = tileWidth(geometry);
  const K = geometry.K;
  const right = (<usize>K) << 2;
  const down = right * geometry.outW;
  for (let t = 0; t < count; t++, tile++) {
    const rows = min(height, geometry.outH - rowOf(geometry, tile));
    const columns = min(width, geometry.outW - columnOf(geometry, tile));
    const from = at(dy, entryOf(geometry, tile));
    for (let k = 0; k < K; k += 4) {
      const to = at(D, ((k / WIDTH) * count + t) * WIDTH + k % WIDTH);
      expand(at(from, k), down, right, rows, columns, height, width, to, step, across(geometry));
    }
  }
}

/**
 * V_height X V_width^T of 4 channels of X (height, width), of which the first `rows` and `columns` are there and the
 * others zeros, to the pairs of 6 x `points`; steps may be negative.
 */
@inline
export function expand(
  X: usize,
  down: usize,
  right: usize,
  rows: i32,
  columns: i32,
  height: i32,
  width: i32,
  to: usize,
  step: usize,
  points: i32,
): void {
  const below = points * step;
  for (let q = 0; q < columns; q++) evaluate(X + q * right, down, rows, height, to + q * step, below, DOWN);
  for (let i = 0; i < DOWN; i++) evaluate(to + i * below, step, columns, width, to + i * below, step, points);
}

/** The first rows and columns of V_height^T Z V_width of 4 channels of the pairs of Z, 6 x `points`, which is lost. */
@inline
export function contract(
  Z: usize,
  step: usize,
  to: usize,
  down: usize,
  right: usize,
  rows: i32,
  columns: i32,
  height: i32,
  width: i32,
  points: i32,
): void {
  const below = points * step;
  for (let j = 0; j < points; j++) evaluateTransposed(Z + j * step, below, Z + j * step, below, rows, height, DOWN);
  for (let p = 0; p < rows; p++) evaluateTransposed(Z + p * below, step, to + p * down, right, columns, width, points);
}
