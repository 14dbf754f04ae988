/** Passes over float32 arrays on the heap of tfjs's wasm backend. Addresses are in bytes. */
import { at } from './shared/entries';

/** Rows that stay in cache while each group of four columns passes over them. */
const ROWS: i32 = 64;
/** Columns that are added up at a time. */
const COLUMNS: i32 = 4096;

/** Address of entry `index` of an array of float64. */
@inline
function double(base: usize, index: i32): usize {
  return base + ((<usize>index) << 3);
}

/** Bytes of scratch memory that `columnSums` needs. */
export function sumsBytes(): usize {
  return COLUMNS << 3;
}

/** Entries `first` to `end` of the sums (columns) over the rows of x (rows, columns), added up in float64. */
export function columnSums(
  first: i32,
  end: i32,
  scratch: usize,
  x: usize,
  rows: i32,
  columns: i32,
  sums: usize,
): void {
  for (let from = first; from < end; from += COLUMNS) {
    const wide = min(COLUMNS, end - from);
    memory.fill(scratch, 0, (<usize>wide) << 3);
    for (let i = 0; i < rows; i += ROWS) {
      addRows(at(x, i * columns + from), min(ROWS, rows - i), wide, columns, scratch);
    }
    for (let c = 0; c < wide; c++) store<f32>(at(sums, from + c), <f32>load<f64>(double(scratch, c)));
  }
}

/** Rows of `columns` entries that are `stride` apart. */
function addRows(x: usize, rows: i32, columns: i32, stride: i32, sums: usize): void {
  const down = (<usize>stride) << 2;
  let c = 0;
  for (; c + 4 <= columns; c += 4) {
    let low = f64x2.splat(0);
    let high = low;
    for (let i = 0, from = at(x, c); i < rows; i++, from += down) {
      const four = v128.load(from);
      low = f64x2.add(low, f64x2.promote_low_f32x4(four));
      high = f64x2.add(high, f64x2.promote_low_f32x4(v128.shuffle<i64>(four, four, 1, 0)));
    }
    const to = double(sums, c);
    v128.store(to, f64x2.add(v128.load(to), low));
    v128.store(to, f64x2.add(v128.load(to, 16), high), 16);
  }
  for (; c < columns; c++) {
    let sum: f64 = load<f64>(double(sums, c));
    for (let i = 0, from = at(x, c); i < rows; i++, from += down) sum += <f64>load<f32>(from);
    store<f64>(double(sums, c), sum);
  }
}

/** dz := 0 where y <= 0, else dy: `size` entries. */
export function reluGradient(dy: usize, y: usize, dz: usize, size: i32): void {
  let k = 0;
  for (; k + 4 <= size; k += 4) {
    const flat = f32x4.le(v128.load(at(y, k)), f32x4.splat(0));
    v128.store(at(dz, k), v128.andnot(v128.load(at(dy, k)), flat));
  }
  for (; k < size; k++) store<f32>(at(dz, k), load<f32>(at(y, k)) <= 0 ? 0 : load<f32>(at(dy, k)));
}
