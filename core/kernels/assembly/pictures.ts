/** Pictures whose entries are sums of bytes, squares of pixels, gathered as float32. */
import { grow, layOut, take } from './shared/memory';

/** (count, size) entries of one, two or four bytes. */
export let pictures: usize = 0;
/** The bytes that pictures are summed from, of some of them. */
export let pixels: usize = 0;
/** Numbers of pictures. */
export let chosen: usize = 0;
/** The entries of the chosen pictures. */
export let gathered: usize = 0;

const CACHE_LINE: usize = 64;
let width: i32 = 0;

/**
 * For `count` pictures of `size` entries of `bytes` each, summed from at most `pixelsAtOnce` pixels at a time, and `most`
 * gathered; whether there was the memory.
 */
export function allocate(count: i32, size: i32, bytes: i32, pixelsAtOnce: i32, most: i32): bool {
  width = bytes;
  layOut();
  pictures = take<u8>(count, size * bytes);
  pixels = take<u8>(pixelsAtOnce);
  chosen = take<i32>(most);
  gathered = take<f32>(most, size);
  take<v128>(1); // lines are written four entries at a time
  return grow();
}

/** Sums pool x pool pixels each to entries from the one of number `first` on, `lines` of `length`. */
export function sum(first: i32, lines: i32, length: i32, pool: i32): void {
  if (width == 1) sumPixels<u8>(first, lines, length, pool);
  else if (width == 2) sumPixels<u16>(first, lines, length, pool);
  else sumPixels<u32>(first, lines, length, pool);
}

function sumPixels<T>(first: i32, lines: i32, length: i32, pool: i32): void {
  const row = <usize>length * pool;
  let from = pixels;
  let to = pictures + <usize>first * sizeof<T>();
  for (let r = 0; r < lines; r++) {
    for (let c = 0; c < length; c++) {
      let sum: u32 = 0;
      for (let i = 0, at = from; i < pool; i++, at += row) {
        for (let k: usize = 0; k < <usize>pool; k++) sum += load<u8>(at + k);
      }
      store<T>(to, <T>sum);
      from += pool;
      to += sizeof<T>();
    }
    from += row * (pool - 1);
  }
}

/**
 * The chosen pictures, of `lines` of `length` entries, divided by `divisor`: one group of `across` pictures after the
 * other, line by line, the pictures of a group side by side.
 */
export function gather(groups: i32, across: i32, lines: i32, length: i32, divisor: f32): void {
  touch(groups * across, <usize>lines * length * width);
  if (width == 1) gatherEntries<u8>(groups, across, lines, length, divisor);
  else if (width == 2) gatherEntries<u16>(groups, across, lines, length, divisor);
  else gatherEntries<u32>(groups, across, lines, length, divisor);
}

/**
 * Brings the chosen pictures into cache. They are anywhere in memory: reads that nothing waits for are on their way
 * together, which takes a third of the time.
 */
function touch(count: i32, bytes: usize): void {
  let sum: u32 = 0;
  for (let k = 0; k < count; k++) {
    const from = pictures + numberOf(k) * bytes;
    for (let c: usize = 0; c < bytes; c += CACHE_LINE) sum += load<u8>(from + c);
    sum += load<u8>(from + bytes - 1);
  }
  store<u32>(gathered, sum); // what nobody uses is not read
}

function gatherEntries<T>(groups: i32, across: i32, lines: i32, length: i32, divisor: f32): void {
  const divisors = f32x4.splat(divisor);
  const line = <usize>length * sizeof<T>();
  let to = gathered;
  for (let first = 0, end = groups * across; first < end; first += across) {
    for (let r = 0; r < lines; r++) {
      for (let k = first; k < first + across; k++) {
        const from = pictures + (numberOf(k) * lines + r) * line;
        for (let c: usize = 0; c < <usize>length; c += 4) {
          const sums = f32x4.convert_i32x4_u(four<T>(from + c * sizeof<T>()));
          v128.store(to + (c << 2), f32x4.div(sums, divisors));
        }
        to += <usize>length << 2;
      }
    }
  }
}

@inline
function numberOf(k: i32): usize {
  return <usize>load<i32>(chosen + (<usize>k << 2));
}

/** Four entries, each in 32 bits; beyond the last picture there are other arrays. */
@inline
function four<T>(from: usize): v128 {
  if (sizeof<T>() == 1) return v128.extend_low<u16>(v128.extend_low<u8>(v128.load32_zero(from)));
  if (sizeof<T>() == 2) return v128.load_ext<u16>(from);
  return v128.load(from);
}
