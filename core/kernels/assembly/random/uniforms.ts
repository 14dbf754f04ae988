import { plus, setPair, splat, times } from '../shared/vectors';
import { values } from './numbers';

const PARITY: i32 = 0x1bd11bda;

@inline
function rotate(x: v128, by: i32): v128 {
  return v128.or(i32x4.shl(x, by), i32x4.shr_u(x, 32 - by));
}

/**
 * Uniforms of the stream with key (k0, k1) from draw `first` on, as core/random/rng.ts makes them one by one: `count`, a multiple of 8, whose counters
 * have the upper word `high` and do not wrap. Rounds depend on each other, so two sets of four counters take turns.
 */
export function uniforms(k0: i32, k1: i32, first: i32, high: i32, count: i32): void {
  const key0 = i32x4.splat(k0);
  const key1 = i32x4.splat(k1);
  const key2 = i32x4.splat(PARITY ^ k0 ^ k1);
  const start = i32x4.splat(high + k1);
  let counter = i32x4.add(i32x4.add(i32x4.splat(first), i32x4(0, 1, 2, 3)), key0);
  for (let k = 0; k < count; k += 8, counter = i32x4.add(counter, i32x4.splat(8))) {
    let x0 = counter;
    let x1 = start;
    let z0 = i32x4.add(counter, i32x4.splat(4));
    let z1 = start;
    let a = key1;
    let b = key2;
    let c = key0;
    let spare: v128;
    let inject: v128;
    for (let s = 1; ; s += 2) {
      x0 = i32x4.add(x0, x1);
      z0 = i32x4.add(z0, z1);
      x1 = v128.xor(rotate(x1, 13), x0);
      z1 = v128.xor(rotate(z1, 13), z0);
      x0 = i32x4.add(x0, x1);
      z0 = i32x4.add(z0, z1);
      x1 = v128.xor(rotate(x1, 15), x0);
      z1 = v128.xor(rotate(z1, 15), z0);
      x0 = i32x4.add(x0, x1);
      z0 = i32x4.add(z0, z1);
      x1 = v128.xor(rotate(x1, 26), x0);
      z1 = v128.xor(rotate(z1, 26), z0);
      x0 = i32x4.add(x0, x1);
      z0 = i32x4.add(z0, z1);
      x1 = v128.xor(rotate(x1, 6), x0);
      z1 = v128.xor(rotate(z1, 6), z0);
      inject = i32x4.add(b, i32x4.splat(s));
      x0 = i32x4.add(x0, a);
      z0 = i32x4.add(z0, a);
      x1 = i32x4.add(x1, inject);
      z1 = i32x4.add(z1, inject);
      spare = a;
      a = b;
      b = c;
      c = spare;
      if (s == 5) break;
      x0 = i32x4.add(x0, x1);
      z0 = i32x4.add(z0, z1);
      x1 = v128.xor(rotate(x1, 17), x0);
      z1 = v128.xor(rotate(z1, 17), z0);
      x0 = i32x4.add(x0, x1);
      z0 = i32x4.add(z0, z1);
      x1 = v128.xor(rotate(x1, 29), x0);
      z1 = v128.xor(rotate(z1, 29), z0);
      x0 = i32x4.add(x0, x1);
      z0 = i32x4.add(z0, z1);
      x1 = v128.xor(rotate(x1, 16), x0);
      z1 = v128.xor(rotate(z1, 16), z0);
      x0 = i32x4.add(x0, x1);
      z0 = i32x4.add(z0, z1);
      x1 = v128.xor(rotate(x1, 24), x0);
      z1 = v128.xor(rotate(z1, 24), z0);
      inject = i32x4.add(b, i32x4.splat(s + 1));
      x0 = i32x4.add(x0, a);
      z0 = i32x4.add(z0, a);
      x1 = i32x4.add(x1, inject);
      z1 = i32x4.add(z1, inject);
      spare = a;
      a = b;
      b = c;
      c = spare;
    }
    setFour(k, x0, x1);
    setFour(k + 4, z0, z1);
  }
}

@inline
function setFour(k: i32, x0: v128, x1: v128): void {
  const upper = i32x4.shr_u(x0, 5);
  const lower = i32x4.shr_u(x1, 6);
  setPair(values, k, unit(upper, lower));
  setPair(values, k + 2, unit(secondHalf(upper), secondHalf(lower)));
}

@inline
function secondHalf(x: v128): v128 {
  return i64x2.shuffle(x, x, 1, 0);
}

/** (upper 2^26 + lower + 1/2) / 2^53 of the first two lanes, below 1. */
@inline
function unit(upper: v128, lower: v128): v128 {
  const bits = plus(times(f64x2.convert_low_i32x4_s(upper), splat(67108864)), f64x2.convert_low_i32x4_s(lower));
  return f64x2.min(times(plus(bits, splat(0.5)), splat(1.0 / 9007199254740992.0)), splat(1.0 - 1.0 / 9007199254740992.0));
}
