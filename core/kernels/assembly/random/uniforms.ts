import { minus, plus, setPair, splat, times } from '../shared/vectors';
import { values } from './numbers';

const PARITY: i32 = 0x1bd11bda;

@inline
function sum(x: v128, y: v128): v128 {
  return i32x4.add(x, y);
}

/** The second word of counters after a round whose first word is x0. */
@inline
function mix(x1: v128, by: i32, x0: v128): v128 {
  return v128.xor(v128.or(i32x4.shl(x1, by), i32x4.shr_u(x1, 32 - by)), x0);
}

/** Two vectors that are added to the words of all counters after every fourth round, five times. */
const INJECTIONS = memory.data(5 * 32, 16);

/**
 * Uniforms of the stream with key (k0, k1) from draw `first` on, as core/random/rng.ts makes them one by one: `count`, a multiple of 16, whose
 * counters have the upper word `high` and do not wrap. Rounds depend on each other, so four sets of four counters take turns.
 */
export function uniforms(k0: i32, k1: i32, first: i32, high: i32, count: i32): void {
  const to = values; // globals are loaded again at every turn
  setInjections(k0, k1, PARITY ^ k0 ^ k1);
  const start = i32x4.splat(high + k1);
  let counter = sum(i32x4.splat(first + k0), i32x4(0, 2, 1, 3));
  for (let k = 0; k < count; k += 16, counter = sum(counter, i32x4.splat(16))) {
    let a0 = counter, a1 = start;
    let b0 = sum(counter, i32x4.splat(4)), b1 = start;
    let c0 = sum(counter, i32x4.splat(8)), c1 = start;
    let d0 = sum(counter, i32x4.splat(12)), d1 = start;
    for (let key = INJECTIONS; ; key += 64) {
      a0 = sum(a0, a1); a1 = mix(a1, 13, a0);
      b0 = sum(b0, b1); b1 = mix(b1, 13, b0);
      c0 = sum(c0, c1); c1 = mix(c1, 13, c0);
      d0 = sum(d0, d1); d1 = mix(d1, 13, d0);
      a0 = sum(a0, a1); a1 = mix(a1, 15, a0);
      b0 = sum(b0, b1); b1 = mix(b1, 15, b0);
      c0 = sum(c0, c1); c1 = mix(c1, 15, c0);
      d0 = sum(d0, d1); d1 = mix(d1, 15, d0);
      a0 = sum(a0, a1); a1 = mix(a1, 26, a0);
      b0 = sum(b0, b1); b1 = mix(b1, 26, b0);
      c0 = sum(c0, c1); c1 = mix(c1, 26, c0);
      d0 = sum(d0, d1); d1 = mix(d1, 26, d0);
      a0 = sum(a0, a1); a1 = mix(a1, 6, a0);
      b0 = sum(b0, b1); b1 = mix(b1, 6, b0);
      c0 = sum(c0, c1); c1 = mix(c1, 6, c0);
      d0 = sum(d0, d1); d1 = mix(d1, 6, d0);
      a0 = sum(a0, v128.load(key)); a1 = sum(a1, v128.load(key, 16));
      b0 = sum(b0, v128.load(key)); b1 = sum(b1, v128.load(key, 16));
      c0 = sum(c0, v128.load(key)); c1 = sum(c1, v128.load(key, 16));
      d0 = sum(d0, v128.load(key)); d1 = sum(d1, v128.load(key, 16));
      if (key == INJECTIONS + 4 * 32) break;
      a0 = sum(a0, a1); a1 = mix(a1, 17, a0);
      b0 = sum(b0, b1); b1 = mix(b1, 17, b0);
      c0 = sum(c0, c1); c1 = mix(c1, 17, c0);
      d0 = sum(d0, d1); d1 = mix(d1, 17, d0);
      a0 = sum(a0, a1); a1 = mix(a1, 29, a0);
      b0 = sum(b0, b1); b1 = mix(b1, 29, b0);
      c0 = sum(c0, c1); c1 = mix(c1, 29, c0);
      d0 = sum(d0, d1); d1 = mix(d1, 29, d0);
      a0 = sum(a0, a1); a1 = mix(a1, 16, a0);
      b0 = sum(b0, b1); b1 = mix(b1, 16, b0);
      c0 = sum(c0, c1); c1 = mix(c1, 16, c0);
      d0 = sum(d0, d1); d1 = mix(d1, 16, d0);
      a0 = sum(a0, a1); a1 = mix(a1, 24, a0);
      b0 = sum(b0, b1); b1 = mix(b1, 24, b0);
      c0 = sum(c0, c1); c1 = mix(c1, 24, c0);
      d0 = sum(d0, d1); d1 = mix(d1, 24, d0);
      a0 = sum(a0, v128.load(key, 32)); a1 = sum(a1, v128.load(key, 48));
      b0 = sum(b0, v128.load(key, 32)); b1 = sum(b1, v128.load(key, 48));
      c0 = sum(c0, v128.load(key, 32)); c1 = sum(c1, v128.load(key, 48));
      d0 = sum(d0, v128.load(key, 32)); d1 = sum(d1, v128.load(key, 48));
    }
    setFour(to, k, a0, a1);
    setFour(to, k + 4, b0, b1);
    setFour(to, k + 8, c0, c1);
    setFour(to, k + 12, d0, d1);
  }
}

/** Injection s adds words s and s + 1 of the key, and s. */
function setInjections(k0: i32, k1: i32, k2: i32): void {
  let a = k0;
  let b = k1;
  let c = k2;
  for (let s = 1; s <= 5; s++) {
    const first = b;
    b = c;
    c = a;
    a = first;
    v128.store(INJECTIONS + 32 * (s - 1), i32x4.splat(a));
    v128.store(INJECTIONS + 32 * (s - 1), i32x4.splat(b + s), 16);
  }
}

/** Of counters in the order c, c + 2, c + 1, c + 3. */
@inline
function setFour(to: usize, k: i32, x0: v128, x1: v128): void {
  const upper = i32x4.shr_u(x0, 5);
  const lower = i32x4.shr_u(x1, 6);
  const even = i64x2.splat(0xffffffff);
  setPair(to, k, unit(v128.and(upper, even), v128.and(lower, even)));
  setPair(to, k + 2, unit(i64x2.shr_u(upper, 32), i64x2.shr_u(lower, 32)));
}

/** (upper 2^26 + lower + 1/2) / 2^53 of int64, below 1. As the low digits of floats, upper is that of 2^78 and lower of 2^52. */
@inline
function unit(upper: v128, lower: v128): v128 {
  const high = minus(v128.or(upper, i64x2.splat(0x44d0000000000000)), splat(302231454903657293676544.0 + 4503599627370496.0));
  const bits = plus(high, v128.or(lower, i64x2.splat(0x4330000000000000)));
  return f64x2.pmin(times(plus(bits, splat(0.5)), splat(1.0 / 9007199254740992.0)), splat(1.0 - 1.0 / 9007199254740992.0));
}
