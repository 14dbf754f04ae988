/**
 * Products C (M, N) of matrices of which the left one, A (M, K), is mostly zeros, as pictures of strokes are. A line of
 * A, a row or where it is transposed a column, is contiguous in memory: its entries that are not zero are listed, and
 * only these meet B (K, N). A term 0 * b changes no sum where b is finite, and the others are added up in the order of
 * `panels.ts`: sums are the same to the bit, where none underflows. Strides are in entries.
 */
import { at, copy, zeros } from './entries';
import { DEPTH, put, timesPlus, WIDTH } from './panels';

/** Columns of B that a list meets at a time: sums of a row of C, or entries of a row of B, in 8 registers. */
const COLUMNS: i32 = 32;
/** Bytes of a row of so many columns. */
const BYTES: usize = 128;
/** Bytes of a list's values, and of their places: entries of a block, and those that a vector has beyond the last. */
const LIST: usize = (<usize>DEPTH + 4) << 2;
/** Bytes of a shuffle for each set of lanes of a vector. */
const SHUFFLES: usize = 256;
const LISTING: usize = SHUFFLES + 2 * LIST;
/** Rows of C whose sums are put at a time. */
const HEIGHT: i32 = 16;
/** Of so many lines of A one is counted. */
const SAMPLED: i32 = 64;

/** Bytes of scratch memory that `multiplySparse` needs, a multiple of 16. */
export const SCRATCH: usize = LISTING + 2 * <usize>DEPTH * BYTES;

/**
 * Whether lists are faster for A (M, K) and N columns, by the entries of every 64th line. Where a share d of the
 * entries is not zero, a block of columns takes 0.25 + 1.3 d of the time of a dense product with all of them (measured
 * on an Intel Xeon, plain and fused, densities of 0.05 to 1, N of 8 to 64): lists are faster up to d = 0.55 for N = 32,
 * 0.2 for 16, never for 8. They are taken up to d = 0.5 and 0.17.
 */
export function isSparse(A: usize, aRow: i32, aColumn: i32, M: i32, K: i32, N: i32): bool {
  const lines = aColumn == 1 ? M : K;
  const length = aColumn == 1 ? K : M;
  const stride = aColumn == 1 ? aRow : aColumn;
  const blocks = (N + COLUMNS - 1) / COLUMNS;
  const largest = (<f32>N / <f32>(blocks * COLUMNS) - 0.25) / 1.5;
  if (lines < SAMPLED || largest <= 0) return false;
  let count = 0;
  let seen = 0;
  for (let line = 0; line < lines; line += SAMPLED, seen += length) count += countNonZero(at(A, line * stride), length);
  return <f32>count < largest * <f32>seen;
}

function countNonZero(line: usize, length: i32): i32 {
  let count = 0;
  let k = 0;
  for (; k + 4 <= length; k += 4) count += popcnt(lanesOf(v128.load(at(line, k))));
  for (; k < length; k++) count += i32(load<f32>(at(line, k)) != 0);
  return count;
}

/** A bit for each lane that is not zero. */
@inline
function lanesOf(x: v128): i32 {
  return i32x4.bitmask(f32x4.ne(x, f32x4.splat(0)));
}

/** Whether B (K, N), row-major or transposed, has neither NaN nor infinities, whose products with 0 are NaN. */
export function isFinite(B: usize, bRow: i32, bColumn: i32, K: i32, N: i32): bool {
  const lines = bColumn == 1 ? K : N;
  const length = bColumn == 1 ? N : K;
  const stride = bColumn == 1 ? bRow : bColumn;
  let zero = f32x4.splat(0);
  for (let line = 0; line < lines; line++) {
    const from = at(B, line * stride);
    let k = 0;
    for (; k + 4 <= length; k += 4) zero = f32x4.add(zero, f32x4.mul(v128.load(at(from, k)), f32x4.splat(0)));
    for (; k < length; k++) zero = f32x4.add(zero, f32x4.splat(load<f32>(at(from, k)) * 0));
  }
  return i32x4.bitmask(f32x4.ne(zero, zero)) == 0;
}

/**
 * Rows of C := activation(A B + bias), M of them, as `multiply` of `products.ts` has it, for a finite B. Lines of A are
 * rows, whose entries gather rows of B, or columns, whose entries scatter one over C.
 */
export function multiplySparse(
  A: usize,
  aRow: i32,
  aColumn: i32,
  B: usize,
  bRow: i32,
  bColumn: i32,
  C: usize,
  M: i32,
  K: i32,
  N: i32,
  bias: usize,
  activation: i32,
  scratch: usize,
): void {
  const packed = scratch + LISTING;
  const sums = packed + DEPTH * BYTES;
  const height = aColumn == 1 ? HEIGHT : DEPTH;
  writeShuffles(scratch);
  for (let j = 0; j < N; j += COLUMNS) {
    const columns = min(COLUMNS, N - j);
    for (let k = 0; k < K; k += DEPTH) {
      const depth = min(DEPTH, K - k);
      const last = k + depth == K;
      const shift = last && bias != 0 ? at(bias, j) : 0;
      packRows(at(B, k * bRow + j * bColumn), bRow, bColumn, depth, columns, packed);
      for (let i = 0; i < M; i += height) {
        const rows = min(height, M - i);
        const from = at(A, i * aRow + k * aColumn);
        if (aColumn == 1) gather(scratch, from, aRow, rows, depth, packed, sums);
        else scatter(scratch, from, aColumn, depth, rows, packed, sums);
        putRows(sums, rows, columns, at(C, i * N + j), N, k > 0, shift, last ? activation : 0);
      }
    }
  }
}

/** A block of B, row after row; columns beyond the last are zeros. */
function packRows(B: usize, row: i32, column: i32, depth: i32, columns: i32, to: usize): void {
  for (let k = 0; k < depth; k++, to += BYTES) {
    const from = at(B, k * row);
    if (column == 1) copy(from, to, columns);
    else for (let c = 0; c < columns; c++) store<f32>(at(to, c), load<f32>(at(from, c * column)));
    zeros(at(to, columns), COLUMNS - columns);
  }
}

/** sums[l] := sum of A[l, k] B[k] over k: of each of the lines of A, `length` entries. */
function gather(scratch: usize, A: usize, stride: i32, lines: i32, length: i32, B: usize, sums: usize): void {
  const values = scratch + SHUFFLES;
  for (let line = 0; line < lines; line++, sums += BYTES) {
    const end = list(scratch, at(A, line * stride), length);
    let s0 = f32x4.splat(0);
    let s1 = s0;
    let s2 = s0;
    let s3 = s0;
    let s4 = s0;
    let s5 = s0;
    let s6 = s0;
    let s7 = s0;
    for (let entry = values; entry < end; entry += 4) {
      const x = v128.load32_splat(entry);
      const b = B + load<u32>(entry, LIST);
      s0 = timesPlus(x, v128.load(b), s0);
      s1 = timesPlus(x, v128.load(b, 16), s1);
      s2 = timesPlus(x, v128.load(b, 32), s2);
      s3 = timesPlus(x, v128.load(b, 48), s3);
      s4 = timesPlus(x, v128.load(b, 64), s4);
      s5 = timesPlus(x, v128.load(b, 80), s5);
      s6 = timesPlus(x, v128.load(b, 96), s6);
      s7 = timesPlus(x, v128.load(b, 112), s7);
    }
    v128.store(sums, s0);
    v128.store(sums, s1, 16);
    v128.store(sums, s2, 32);
    v128.store(sums, s3, 48);
    v128.store(sums, s4, 64);
    v128.store(sums, s5, 80);
    v128.store(sums, s6, 96);
    v128.store(sums, s7, 112);
  }
}

/** sums[i] := sum of A[l, i] B[l] over l: of all the lines of A, `length` entries. */
function scatter(scratch: usize, A: usize, stride: i32, lines: i32, length: i32, B: usize, sums: usize): void {
  const values = scratch + SHUFFLES;
  memory.fill(sums, 0, <usize>length * BYTES);
  for (let line = 0; line < lines; line++, B += BYTES) {
    const end = list(scratch, at(A, line * stride), length);
    const b0 = v128.load(B);
    const b1 = v128.load(B, 16);
    const b2 = v128.load(B, 32);
    const b3 = v128.load(B, 48);
    const b4 = v128.load(B, 64);
    const b5 = v128.load(B, 80);
    const b6 = v128.load(B, 96);
    const b7 = v128.load(B, 112);
    for (let entry = values; entry < end; entry += 4) {
      const x = v128.load32_splat(entry);
      const s = sums + load<u32>(entry, LIST);
      v128.store(s, timesPlus(x, b0, v128.load(s)));
      v128.store(s, timesPlus(x, b1, v128.load(s, 16)), 16);
      v128.store(s, timesPlus(x, b2, v128.load(s, 32)), 32);
      v128.store(s, timesPlus(x, b3, v128.load(s, 48)), 48);
      v128.store(s, timesPlus(x, b4, v128.load(s, 64)), 64);
      v128.store(s, timesPlus(x, b5, v128.load(s, 80)), 80);
      v128.store(s, timesPlus(x, b6, v128.load(s, 96)), 96);
      v128.store(s, timesPlus(x, b7, v128.load(s, 112)), 112);
    }
  }
}

/** For each set of lanes the shuffle that brings them to the front of a vector. */
function writeShuffles(table: usize): void {
  for (let lanes = 0; lanes < 16; lanes++) {
    let to = table + 16 * lanes;
    for (let lane = 0; lane < 4; lane++) {
      if (((lanes >> lane) & 1) == 0) continue;
      store<u32>(to, 0x03020100 + 0x04040404 * lane);
      to += 4;
    }
  }
}

/**
 * Lists the entries of a line that are not zero, behind the shuffles, and, LIST bytes on, their places in bytes of
 * rows. The address behind the last entry. Without branches: where zeros are is no pattern that a processor could
 * foresee.
 */
@inline
function list(shuffles: usize, line: usize, length: i32): usize {
  let to = shuffles + SHUFFLES;
  let places = i32x4.mul(i32x4(0, 1, 2, 3), i32x4.splat(<i32>BYTES));
  let k = 0;
  for (; k + 4 <= length; k += 4) {
    const x = v128.load(at(line, k));
    const lanes = lanesOf(x);
    const shuffle = v128.load(shuffles + 16 * lanes);
    v128.store(to, v128.swizzle(x, shuffle));
    v128.store(to, v128.swizzle(places, shuffle), LIST);
    to = at(to, popcnt(lanes));
    places = i32x4.add(places, i32x4.splat(4 * <i32>BYTES));
  }
  for (; k < length; k++) {
    const x = load<f32>(at(line, k));
    if (x == 0) continue;
    store<f32>(to, x);
    store<i32>(to, k * <i32>BYTES, LIST);
    to += 4;
  }
  return to;
}

/** Rows of sums to their places in C, whose rows are `stride` apart. */
function putRows(
  sums: usize,
  rows: i32,
  columns: i32,
  C: usize,
  stride: i32,
  before: bool,
  bias: usize,
  activation: i32,
): void {
  for (let i = 0; i < rows; i++, sums += BYTES) {
    for (let c = 0; c < columns; c += WIDTH) {
      const from = at(sums, c);
      const shift = bias != 0 ? at(bias, c) : 0;
      const wide = min(WIDTH, columns - c);
      put(at(C, i * stride + c), v128.load(from), v128.load(from, 16), wide, before, shift, activation);
    }
  }
}
