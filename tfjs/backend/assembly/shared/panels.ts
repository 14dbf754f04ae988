/**
 * Products of float32 matrices, row-major or transposed, by Goto's method: blocks of B are packed into panels of 8 columns,
 * which stay in cache, and tiles of 4 rows and 8 columns of C in registers. Strides are in entries. Nothing here has data
 * of its own: the memory is that of tfjs's wasm backend.
 */
import { at } from './entries';

/** Columns of a panel and a tile. */
export const WIDTH: i32 = 8;
/** Of a block: rows of B, so that a panel and 4 rows of A fit into the L1 cache, and columns, so that it fits into L2. */
export const DEPTH: i32 = 256;
export const COLUMNS: i32 = 256;
/** Rows of A that every panel of a block meets while they are in the L2 cache. */
const ROWS: i32 = 64;

/** Activations of the last pass over C. */
export const RELU: i32 = 1;

/** Bytes of a row of a tile. */
export const BYTES: usize = WIDTH << 2;

/** A block of B, panel after panel; columns beyond the last are zeros. The address behind the last. */
export function packBlock(B: usize, row: i32, column: i32, depth: i32, columns: i32, to: usize): usize {
  for (let j = 0; j < columns; j += WIDTH) {
    const wide = min(WIDTH, columns - j);
    const whole = wide == WIDTH && column == 1;
    for (let k = 0; k < depth; k++, to += BYTES) {
      const from = at(B, k * row + j * column);
      if (whole) {
        v128.store(to, v128.load(from));
        v128.store(to, v128.load(from, 16), 16);
      } else {
        for (let c = 0; c < wide; c++) store<f32>(at(to, c), load<f32>(at(from, c * column)));
        for (let c = wide; c < WIDTH; c++) store<f32>(at(to, c), 0);
      }
    }
  }
  return to;
}

/**
 * What rows k, k + 1, ... and columns j, j + 1, ... of B, packed as `panels`, add to C, some rows of A at a time, which
 * stay in the L2 cache while every panel, in the L1 cache, meets them. The address behind the panels.
 */
export function addBlock(
  A: usize,
  aRow: i32,
  aColumn: i32,
  panels: usize,
  C: usize,
  M: i32,
  K: i32,
  N: i32,
  k: i32,
  j: i32,
  before: bool,
  bias: usize,
  activation: i32,
): usize {
  const depth = min(DEPTH, K - k);
  const end = min(j + COLUMNS, N);
  const last = k + depth == K;
  const size = <usize>depth * BYTES;
  const behind = panels + ((end - j + WIDTH - 1) / WIDTH) * size;
  for (let i = 0; i < M; i += ROWS) {
    let panel = panels;
    for (let c = j; c < end; c += WIDTH, panel += size) {
      addPanel(
        at(A, i * aRow + k * aColumn),
        aRow,
        aColumn,
        panel,
        at(C, i * N + c),
        N,
        min(ROWS, M - i),
        depth,
        min(WIDTH, end - c),
        before || k > 0,
        last && bias != 0 ? at(bias, c) : 0,
        last ? activation : 0,
      );
    }
  }
  return behind;
}

/** `rows` rows of A by one panel. Tiles whose rows go beyond the last compute that again and do not store it. */
function addPanel(
  A: usize,
  aRow: i32,
  aColumn: i32,
  panel: usize,
  C: usize,
  cRow: i32,
  rows: i32,
  depth: i32,
  wide: i32,
  before: bool,
  bias: usize,
  activation: i32,
): void {
  const step = (<usize>aColumn) << 2;
  const down = (<usize>cRow) << 2;
  const last = rows - 1;
  for (let i = 0, to = C; i < rows; i += 4, to += 4 * down) {
    let a0 = at(A, i * aRow);
    let a1 = at(A, min(i + 1, last) * aRow);
    let a2 = at(A, min(i + 2, last) * aRow);
    let a3 = at(A, min(i + 3, last) * aRow);
    let b = panel;
    let c00 = f32x4.splat(0);
    let c01 = c00;
    let c10 = c00;
    let c11 = c00;
    let c20 = c00;
    let c21 = c00;
    let c30 = c00;
    let c31 = c00;
    for (const end = b + <usize>depth * BYTES; b < end; b += BYTES) {
      const low = v128.load(b);
      const high = v128.load(b, 16);
      const x0 = v128.load32_splat(a0);
      c00 = timesPlus(x0, low, c00);
      c01 = timesPlus(x0, high, c01);
      const x1 = v128.load32_splat(a1);
      c10 = timesPlus(x1, low, c10);
      c11 = timesPlus(x1, high, c11);
      const x2 = v128.load32_splat(a2);
      c20 = timesPlus(x2, low, c20);
      c21 = timesPlus(x2, high, c21);
      const x3 = v128.load32_splat(a3);
      c30 = timesPlus(x3, low, c30);
      c31 = timesPlus(x3, high, c31);
      a0 += step;
      a1 += step;
      a2 += step;
      a3 += step;
    }
    put(to, c00, c01, wide, before, bias, activation);
    if (i + 1 < rows) put(to + down, c10, c11, wide, before, bias, activation);
    if (i + 2 < rows) put(to + 2 * down, c20, c21, wide, before, bias, activation);
    if (i + 3 < rows) put(to + 3 * down, c30, c31, wide, before, bias, activation);
  }
}

/** a b + c, by a fused multiply-add, which rounds once, where the engine has one. */
@inline
export function timesPlus(a: v128, b: v128, c: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? f32x4.relaxed_madd(a, b, c) : f32x4.add(f32x4.mul(a, b), c);
}

/** A row of a tile to its place, with what is there `before`, bias and activation; `wide` of its entries. */
@inline
export function put(to: usize, low: v128, high: v128, wide: i32, before: bool, bias: usize, activation: i32): void {
  if (wide < WIDTH) return putSome(to, low, high, wide, before, bias, activation);
  if (before) {
    low = f32x4.add(v128.load(to), low);
    high = f32x4.add(v128.load(to, 16), high);
  }
  if (bias != 0) {
    low = f32x4.add(low, v128.load(bias));
    high = f32x4.add(high, v128.load(bias, 16));
  }
  if (activation == RELU) {
    low = relu(low);
    high = relu(high);
  }
  v128.store(to, low);
  v128.store(to, high, 16);
}

/** max(x, 0), NaN where x is; of two instructions, where f32x4.max takes six. */
@inline
export function relu(x: v128): v128 {
  return f32x4.add(f32x4.pmax(x, f32x4.splat(0)), f32x4.splat(0));
}

/** Of a panel that has fewer columns. */
function putSome(to: usize, low: v128, high: v128, wide: i32, before: bool, bias: usize, activation: i32): void {
  for (let c = 0; c < wide; c++) {
    let sum = f32x4.extract_lane(low, 0);
    if (before) sum = load<f32>(at(to, c)) + sum;
    if (bias != 0) sum += load<f32>(at(bias, c));
    if (activation == RELU) sum = max(sum, 0);
    store<f32>(at(to, c), sum);
    low = v128.shuffle<i32>(low, high, 1, 2, 3, 4);
    high = v128.shuffle<i32>(high, high, 1, 2, 3, 0);
  }
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

/** C (M, N) := activation(A B + bias), or C + A B where that is asked for, with A as for `addBlock` and B packed. */
export function multiplyPacked(
  A: usize,
  aRow: i32,
  aColumn: i32,
  packed: usize,
  C: usize,
  M: i32,
  K: i32,
  N: i32,
  before: bool,
  bias: usize,
  activation: i32,
): void {
  for (let j = 0; j < N; j += COLUMNS) {
    for (let k = 0; k < K; k += DEPTH) {
      packed = addBlock(A, aRow, aColumn, packed, C, M, K, N, k, j, before, bias, activation);
    }
  }
}
