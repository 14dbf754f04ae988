/**
 * Products C (M, N) of matrices of which the left one, A (M, K), is mostly zeros, as pictures of strokes are. For each row
 * of C, a mask has a bit for each of 64 entries in its row of A that is not zero, and only these meet B (K, N). A term
 * 0 * b changes no sum where b is finite, and the others are added up in the order of `panels.ts`: sums are the same to
 * the bit, where none underflows. Strides are in entries.
 */
import { at, copy, zeros } from './entries';
import { DEPTH, put, timesPlus, WIDTH } from './panels';

/** Columns of B that a mask meets at a time: sums of a row of C, in 8 registers. */
const COLUMNS: i32 = 32;
/** Bytes of a row of so many columns. */
const BYTES: usize = 128;
/** Entries of a mask. */
const BITS: i32 = 64;
/** Rows of C whose sums, masks and entries of A are in the L1 cache together. */
const HEIGHT: i32 = 64;
/** Bytes of their masks. */
const MASKS: usize = HEIGHT << 3;
/** Of so many lines of A one is counted. */
const SAMPLED: i32 = 64;

/** Bytes of scratch memory that `multiplySparse` needs, a multiple of 16. */
export const SCRATCH: usize = MASKS + (<usize>(HEIGHT + DEPTH)) * BYTES;

/**
 * Of the time of a dense product with as many columns, masks take a part of their own, more where their lines are short,
 * and one by the share of entries that are not zero: BASE + PER_LINE / length + SLOPE times that. Measured on an AMD EPYC
 * with lines of 8 to 1000 entries, densities of 0.02 to 0.7 and N of 8 to 64, and rounded up.
 */
const BASE: f32 = 0.25;
const PER_LINE: f32 = 6;
const SLOPE: f32 = ASC_FEATURE_RELAXED_SIMD ? 1.3 : 1.7;

/**
 * Whether masks are faster for A (M, K) and N columns, by the entries of every 64th line. A dense product computes columns
 * by eights, masks by 32: for long lines they are taken up to a density of 0.57 for N = 32 and 0.19 for 16 with fused
 * multiply-adds, 0.44 and 0.14 without, never for 8.
 */
export function isSparse(A: usize, aRow: i32, aColumn: i32, M: i32, K: i32, N: i32): bool {
  const lines = aColumn == 1 ? M : K;
  const length = aColumn == 1 ? K : M;
  const stride = aColumn == 1 ? aRow : aColumn;
  const blocks = (N + COLUMNS - 1) / COLUMNS;
  const largest = (<f32>N / <f32>(blocks * COLUMNS) - BASE - PER_LINE / <f32>length) / SLOPE;
  if (lines < SAMPLED || largest <= 0) return false;
  let count = 0;
  let seen = 0;
  for (let line = 0; line < lines; line += SAMPLED, seen += length) count += countNonZero(at(A, line * stride), length);
  return <f32>count < largest * <f32>seen;
}

function countNonZero(line: usize, length: i32): i32 {
  let count = 0;
  let k = 0;
  for (; k + 4 <= length; k += 4) count += popcnt(i32x4.bitmask(notZero(at(line, k))));
  for (; k < length; k++) count += i32(load<f32>(at(line, k)) != 0);
  return count;
}

/** Ones in each of four lanes that is not zero. */
@inline
function notZero(entries: usize): v128 {
  return f32x4.ne(v128.load(entries), f32x4.splat(0));
}

/** Bits of the exponent, all of which NaN and infinities have. */
const EXPONENT: i32 = 0x7f800000;

/** Whether B (K, N), row-major or transposed, has neither NaN nor infinities, whose products with 0 are NaN. */
export function isFinite(B: usize, bRow: i32, bColumn: i32, K: i32, N: i32): bool {
  const lines = bColumn == 1 ? K : N;
  const length = bColumn == 1 ? N : K;
  const stride = bColumn == 1 ? bRow : bColumn;
  const exponent = i32x4.splat(EXPONENT);
  let found = i32x4.splat(0);
  for (let line = 0; line < lines; line++) {
    const from = at(B, line * stride);
    let k = 0;
    for (; k + 4 <= length; k += 4) {
      found = v128.or(found, i32x4.eq(v128.and(v128.load(at(from, k)), exponent), exponent));
    }
    for (; k < length; k++) {
      if ((load<i32>(at(from, k)) & EXPONENT) == EXPONENT) return false;
    }
  }
  return !v128.any_true(found);
}

/** Rows of C := activation(A B + bias), M of them, as `multiply` of `products.ts` has it, for a finite B. */
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
  const sums = scratch + MASKS;
  const packed = sums + (<usize>HEIGHT) * BYTES;
  for (let j = 0; j < N; j += COLUMNS) {
    const columns = min(COLUMNS, N - j);
    for (let k = 0; k < K; k += DEPTH) {
      const depth = min(DEPTH, K - k);
      const last = k + depth == K;
      const shift = last && bias != 0 ? at(bias, j) : 0;
      packRows(at(B, k * bRow + j * bColumn), bRow, bColumn, depth, columns, packed);
      for (let i = 0; i < M; i += HEIGHT) {
        const rows = min(HEIGHT, M - i);
        memory.fill(sums, 0, (<usize>rows) * BYTES);
        addRows(at(A, i * aRow + k * aColumn), aRow, aColumn, rows, depth, packed, sums, scratch);
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

/** Adds A B to the sums of some rows, of which A has `depth` entries each. */
function addRows(
  A: usize,
  aRow: i32,
  aColumn: i32,
  rows: i32,
  depth: i32,
  B: usize,
  sums: usize,
  masks: usize,
): void {
  const down = (<usize>aRow) << 2;
  const right = (<usize>aColumn) << 2;
  const end = masks + ((<usize>rows) << 3);
  for (let k = 0; k < depth; k += BITS, A += BITS * right, B += BITS * BYTES) {
    const count = min(BITS, depth - k);
    if (aColumn == 1) masksOfRows(A, down, rows, count, masks);
    else masksOfColumns(A, right, rows, count, masks);
    for (let mask = masks, a = A, s = sums; mask < end; mask += 8, a += down, s += BYTES) {
      gather(a, right, load<u64>(mask), B, s);
    }
  }
}

/** A mask of `count` entries side by side for each row of A. */
function masksOfRows(A: usize, down: usize, rows: i32, count: i32, masks: usize): void {
  for (let row = 0; row < rows; row++, A += down, masks += 8) {
    let mask: u64 = 0;
    let k = 0;
    for (; k + 16 <= count; k += 16) mask |= (<u64>sixteenBits(at(A, k))) << (<u64>k);
    for (; k + 4 <= count; k += 4) mask |= (<u64>i32x4.bitmask(notZero(at(A, k)))) << (<u64>k);
    for (; k < count; k++) mask |= u64(load<f32>(at(A, k)) != 0) << (<u64>k);
    store<u64>(masks, mask);
  }
}

@inline
function sixteenBits(entries: usize): i32 {
  const low = i16x8.narrow_i32x4_s(notZero(entries), notZero(entries + 16));
  const high = i16x8.narrow_i32x4_s(notZero(entries + 32), notZero(entries + 48));
  return i8x16.bitmask(i8x16.narrow_i16x8_s(low, high));
}

/** The same of an A whose rows are side by side, `count` entries `right` bytes apart. */
function masksOfColumns(A: usize, right: usize, rows: i32, count: i32, masks: usize): void {
  let row = 0;
  for (; row + 4 <= rows; row += 4, A += 16, masks += 32) {
    const low = fourMasks(A, right, min(count, 32));
    const high = fourMasks(A + 32 * right, right, count - 32);
    v128.store(masks, v128.shuffle<i32>(low, high, 0, 4, 1, 5));
    v128.store(masks, v128.shuffle<i32>(low, high, 2, 6, 3, 7), 16);
  }
  for (; row < rows; row++, A += 4, masks += 8) {
    let mask: u64 = 0;
    for (let k = 0, from = A; k < count; k++, from += right) mask |= u64(load<f32>(from) != 0) << (<u64>k);
    store<u64>(masks, mask);
  }
}

/** Halves of masks, up to 32 entries each, of four rows. */
@inline
function fourMasks(A: usize, right: usize, count: i32): v128 {
  let masks = i32x4.splat(0);
  let bit = i32x4.splat(1);
  for (let k = 0; k < count; k++, A += right, bit = i32x4.shl(bit, 1)) {
    masks = v128.or(masks, v128.and(notZero(A), bit));
  }
  return masks;
}

/** Adds to a row of sums, for each bit k of a mask, the entry of A that is k `right` times row k of B. */
@inline
function gather(A: usize, right: usize, mask: u64, B: usize, sums: usize): void {
  let s0 = v128.load(sums);
  let s1 = v128.load(sums, 16);
  let s2 = v128.load(sums, 32);
  let s3 = v128.load(sums, 48);
  let s4 = v128.load(sums, 64);
  let s5 = v128.load(sums, 80);
  let s6 = v128.load(sums, 96);
  let s7 = v128.load(sums, 112);
  for (; mask != 0; mask &= mask - 1) {
    const k = <usize>ctz(mask);
    const a = v128.load32_splat(A + k * right);
    const b = B + k * BYTES;
    s0 = timesPlus(a, v128.load(b), s0);
    s1 = timesPlus(a, v128.load(b, 16), s1);
    s2 = timesPlus(a, v128.load(b, 32), s2);
    s3 = timesPlus(a, v128.load(b, 48), s3);
    s4 = timesPlus(a, v128.load(b, 64), s4);
    s5 = timesPlus(a, v128.load(b, 80), s5);
    s6 = timesPlus(a, v128.load(b, 96), s6);
    s7 = timesPlus(a, v128.load(b, 112), s7);
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
