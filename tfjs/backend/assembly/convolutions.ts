/**
 * Convolutions on the heap of tfjs's wasm backend, as products of patches: pictures x (N, H, W, C), y (N, outH, outW, K) and
 * filters (height, width, C, K), `length` = height * width * C entries of a patch. Steps are `down` and `right`; the first
 * patch begins `top` above and `left` of the picture. Addresses are in bytes.
 */
import { at } from './shared/entries';
import { addBlock, BYTES, COLUMNS, DEPTH, packBlock, WIDTH } from './shared/panels';
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

/** Bytes of what `pack` makes of (K, N). */
export function packedBytes(K: i32, N: i32): usize {
  return <usize>(K * ((N + WIDTH - 1) / WIDTH)) * BYTES;
}

/** A matrix B (K, N) with entry (k, n) at B + k bRow + n bColumn, as panels, for several products with it. */
export function pack(B: usize, bRow: i32, bColumn: i32, K: i32, N: i32, packed: usize): void {
  for (let j = 0; j < N; j += COLUMNS) {
    for (let k = 0; k < K; k += DEPTH) {
      const from = at(B, k * bRow + j * bColumn);
      packed = packBlock(from, bRow, bColumn, min(DEPTH, K - k), min(COLUMNS, N - j), packed);
    }
  }
}

/** C (M, N) := activation(A B + bias) with A (M, K), row-major, and B packed. */
function multiplyPacked(A: usize, packed: usize, C: usize, M: i32, K: i32, N: i32, bias: usize, activation: i32): void {
  for (let j = 0; j < N; j += COLUMNS) {
    for (let k = 0; k < K; k += DEPTH) {
      packed = addBlock(A, K, 1, packed, C, M, K, N, k, j, false, bias, activation);
    }
  }
}

/** y of the pictures `first` to `end`, with the filter as `pack` makes it of (length, K). */
export function convolve(
  first: i32,
  end: i32,
  scratch: usize,
  x: usize,
  filter: usize,
  y: usize,
  H: i32,
  W: i32,
  C: i32,
  height: i32,
  width: i32,
  down: i32,
  right: i32,
  top: i32,
  left: i32,
  outH: i32,
  outW: i32,
  K: i32,
  bias: usize,
  activation: i32,
): void {
  const length = height * width * C;
  const positions = outH * outW;
  const most = positionsOf(length);
  for (let n = first; n < end; n++) {
    const picture = at(x, n * H * W * C);
    for (let from = 0; from < positions; from += most) {
      const to = min(from + most, positions);
      takePatches(picture, H, W, C, height, width, down, right, top, left, outW, from, to, scratch);
      multiplyPacked(scratch, filter, at(y, (n * positions + from) * K), to - from, length, K, bias, activation);
    }
  }
}

/** dx of the pictures `first` to `end`, with the filter as `pack` makes it of its transpose (K, length). */
export function inputGradient(
  first: i32,
  end: i32,
  scratch: usize,
  dy: usize,
  filter: usize,
  dx: usize,
  H: i32,
  W: i32,
  C: i32,
  height: i32,
  width: i32,
  down: i32,
  right: i32,
  top: i32,
  left: i32,
  outH: i32,
  outW: i32,
  K: i32,
): void {
  const length = height * width * C;
  const positions = outH * outW;
  const most = positionsOf(length);
  for (let n = first; n < end; n++) {
    const picture = at(dx, n * H * W * C);
    memory.fill(picture, 0, (<usize>(H * W * C)) << 2);
    for (let from = 0; from < positions; from += most) {
      const to = min(from + most, positions);
      multiplyPacked(at(dy, (n * positions + from) * K), filter, scratch, to - from, K, length, 0, 0);
      addPatches(picture, H, W, C, height, width, down, right, top, left, outW, from, to, scratch);
    }
  }
}

/** Rows `first` to `end` of the gradient by the filter, (length, K), of `count` pictures. */
export function filterGradient(
  first: i32,
  end: i32,
  scratch: usize,
  x: usize,
  dy: usize,
  dFilter: usize,
  count: i32,
  H: i32,
  W: i32,
  C: i32,
  height: i32,
  width: i32,
  down: i32,
  right: i32,
  top: i32,
  left: i32,
  outH: i32,
  outW: i32,
  K: i32,
): void {
  const length = height * width * C;
  const positions = outH * outW;
  const most = positionsOf(length);
  const panels = at(scratch, most * length);
  const rows = end - first;
  memory.fill(at(dFilter, first * K), 0, (<usize>(rows * K)) << 2);
  for (let n = 0; n < count; n++) {
    const picture = at(x, n * H * W * C);
    for (let from = 0; from < positions; from += most) {
      const to = min(from + most, positions);
      takePatches(picture, H, W, C, height, width, down, right, top, left, outW, from, to, scratch);
      const terms = at(dy, (n * positions + from) * K);
      addTransposed(at(scratch, first), length, terms, at(dFilter, first * K), rows, to - from, K, panels);
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
