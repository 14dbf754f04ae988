import { LossError } from '../../../core/errors.js';
import type { WarcraftSplit } from '../../data/warcraft/read.js';

/**
 * Pictures of which squares of pool x pool pixels are averaged, to the nearest byte. PARAMS where the squares do not
 * tile a cell.
 */
export function poolPictures(split: WarcraftSplit, pool: number): WarcraftSplit {
  const { rows, columns, tile, maps, count } = split;
  if (pool === 1) return split;
  if (tile % pool !== 0) {
    throw new LossError('PARAMS', `warcraft: pool should divide the side of a cell, ${tile} pixels, got ${pool}`);
  }
  const [lines, width] = [count * rows * tile, columns * tile];
  const sums = new Float64Array(maps.length / pool ** 2);
  for (let line = 0, at = 0; line < lines; line++) {
    const to = 3 * Math.floor(line / pool) * (width / pool);
    for (let pixel = 0; pixel < width; pixel++) {
      for (let c = 0; c < 3; c++, at++) sums[to + 3 * Math.floor(pixel / pool) + c] += maps[at];
    }
  }
  return { ...split, tile: tile / pool, maps: Uint8Array.from(sums, (sum) => Math.round(sum / pool ** 2)) };
}

/** What the bytes of each channel become: 3 x 256 numbers, channel after channel. */
export type ByteScale = Float32Array;

/** Bytes to [0, 1]. */
export function unitScale(): ByteScale {
  return scaleOf(() => [0, 255]);
}

/**
 * Each channel minus its mean over all pixels of all maps, over its standard deviation (1 where a channel is the same
 * everywhere).
 */
export function standardScale({ maps }: WarcraftSplit): ByteScale {
  const sums = [0, 0, 0];
  const squares = [0, 0, 0];
  for (let k = 0; k < maps.length; k++) {
    sums[k % 3] += maps[k];
    squares[k % 3] += maps[k] ** 2; // integers: exact up to 1.3e11 pixels
  }
  const pixels = maps.length / 3;
  return scaleOf((channel) => {
    const mean = sums[channel] / pixels;
    const variance = squares[channel] / pixels - mean ** 2;
    return [mean, variance > 0 ? Math.sqrt(variance) : 1];
  });
}

function scaleOf(channel: (c: number) => readonly [zero: number, unit: number]): ByteScale {
  const scale = new Float32Array(3 * 256);
  for (let c = 0; c < 3; c++) {
    const [zero, unit] = channel(c);
    for (let byte = 0; byte < 256; byte++) scale[256 * c + byte] = (byte - zero) / unit;
  }
  return scale;
}

/** The scaled pictures of some maps: (indices, height, width, 3). */
export function gatherPictures(
  { rows, columns, tile, maps }: WarcraftSplit,
  indices: Int32Array,
  scale: ByteScale,
): Float32Array {
  const size = 3 * rows * columns * tile ** 2;
  const out = new Float32Array(indices.length * size);
  for (let i = 0, at = 0; i < indices.length; i++) {
    const start = indices[i] * size;
    for (let k = start; k < start + size; k += 3, at += 3) {
      out[at] = scale[maps[k]];
      out[at + 1] = scale[256 + maps[k + 1]];
      out[at + 2] = scale[512 + maps[k + 2]];
    }
  }
  return out;
}
