/**
 * Convolutions on the heap of tfjs's wasm backend, as products of patches with a filter (height, width, C, K). Addresses
 * are in bytes.
 */
export { pack, packedBytes } from './shared/panels';
import { at } from './shared/entries';
import { addBlock, COLUMNS, DEPTH, multiplyPacked, packBlock } from './shared/panels';
import { Geometry } from './shared/geometry';
import { addPatches, takePatches } from './shared/patches';

/** Entries of the patches of a block, which stay in the L2 cache. */
const BLOCK: i32 = 65536;

/** Positions of a block. */
@inline
function positionsOf(length: i32): i32 {
  return max(4, BLOCK / length);
}

/** Bytes of scratch memory that a convolution needs for patches of `length` entries, at a multiple of 16. */
export function convolutionScratchBytes(length: i32): usize {
  return (DEPTH * COLUMNS + positionsOf(length) * length) << 2;
}

/** y of the pictures `first` to `end`, with the filter as `pack` makes it of (length, K). */
export function convolve(
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
  const length = geometry.length;
  const positions = geometry.positions;
  const most = positionsOf(length);
  const K = geometry.K;
  for (let n = first; n < end; n++) {
    const picture = at(x, n * geometry.picture);
    for (let from = 0; from < positions; from += most) {
      const to = min(from + most, positions);
      takePatches(picture, geometry, from, to, scratch);
      multiplyPacked(scratch, length, 1, filter, at(y, (n * positions + from) * K), to - from, length, K, false, bias, activation);
    }
  }
}

/** dx of the pictures `first` to `end`, with the filter as `pack` makes it of its transpose (K, length). */
export function inputGradient(
  first: i32,
  end: i32,
  scratch: usize,
  geometry: Geometry,
  dy: usize,
  filter: usize,
  dx: usize,
): void {
  const length = geometry.length;
  const positions = geometry.positions;
  const most = positionsOf(length);
  const K = geometry.K;
  for (let n = first; n < end; n++) {
    const picture = at(dx, n * geometry.picture);
    memory.fill(picture, 0, (<usize>geometry.picture) << 2);
    for (let from = 0; from < positions; from += most) {
      const to = min(from + most, positions);
      multiplyPacked(at(dy, (n * positions + from) * K), K, 1, filter, scratch, to - from, K, length, false, 0, 0);
      addPatches(picture, geometry, from, to, scratch);
    }
  }
}

/** Rows `first` to `end` of the gradient by the filter, (length, K), of `count` pictures. */
export function filterGradient(
  first: i32,
  end: i32,
  scratch: usize,
  geometry: Geometry,
  x: usize,
  dy: usize,
  dFilter: usize,
  count: i32,
): void {
  const length = geometry.length;
  const positions = geometry.positions;
  const most = positionsOf(length);
  const K = geometry.K;
  const panels = at(scratch, most * length);
  const rows = end - first;
  const gradient = at(dFilter, first * K);
  memory.fill(gradient, 0, (<usize>(rows * K)) << 2);
  for (let n = 0; n < count; n++) {
    const picture = at(x, n * geometry.picture);
    for (let from = 0; from < positions; from += most) {
      const to = min(from + most, positions);
      takePatches(picture, geometry, from, to, scratch);
      addTransposed(at(scratch, first), length, at(dy, (n * positions + from) * K), gradient, rows, to - from, K, panels);
    }
  }
}

/** C (M, N) := C + A^T B with A (K, M), whose rows are `stride` apart, and B (K, N). */
function addTransposed(A: usize, stride: i32, B: usize, C: usize, M: i32, K: i32, N: i32, panels: usize): void {
  for (let j = 0; j < N; j += COLUMNS) {
    for (let k = 0; k < K; k += DEPTH) {
      packBlock(at(B, k * N + j), N, 1, min(DEPTH, K - k), min(COLUMNS, N - j), panels);
      addBlock(A, 1, stride, panels, C, M, K, N, k, j, true, 0, 0);
    }
  }
}
