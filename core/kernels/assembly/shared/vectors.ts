/** Two float64 at a time; rows are padded with zeros to an even length, and addressed in bytes. */

@inline
export function at(base: usize, index: i32): usize {
  return base + ((<usize>index) << 3);
}

@inline
export function pair(base: usize, index: i32): v128 {
  return v128.load(at(base, index));
}

@inline
export function setPair(base: usize, index: i32, value: v128): void {
  v128.store(at(base, index), value);
}

@inline
export function both(base: usize, index: i32): v128 {
  return v128.load64_splat(at(base, index));
}

/** Entry `index` of two arrays that lie entry by entry side by side, one in each lane. */
@inline
export function two(base: usize, index: i32): v128 {
  return pair(base, 2 * index);
}

@inline
export function setTwo(base: usize, index: i32, value: v128): void {
  setPair(base, 2 * index, value);
}

/** Bytes of so many. */
@inline
export function pairs(count: i32): usize {
  return (<usize>count) << 4;
}

/** Entries `left` and `right` of an array, one in each lane. */
@inline
export function twoOf(base: usize, left: i32, right: i32): v128 {
  return v128.load64_lane(at(base, right), v128.load64_zero(at(base, left)), 1);
}

@inline
export function get(base: usize, index: i32): f64 {
  return load<f64>(at(base, index));
}

@inline
export function set(base: usize, index: i32, value: f64): void {
  store<f64>(at(base, index), value);
}

@inline
export function integer(base: usize, index: i32): i32 {
  return load<i32>(base + ((<usize>index) << 2));
}

@inline
export function setInteger(base: usize, index: i32, value: i32): void {
  store<i32>(base + ((<usize>index) << 2), value);
}

@inline
export function plus(a: v128, b: v128): v128 {
  return v128.add<f64>(a, b);
}

@inline
export function minus(a: v128, b: v128): v128 {
  return v128.sub<f64>(a, b);
}

@inline
export function times(a: v128, b: v128): v128 {
  return v128.mul<f64>(a, b);
}

/** c + a b: of a fused multiply-add where the engine has one, which rounds once. */
@inline
export function plusTimes(a: v128, b: v128, c: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? f64x2.relaxed_madd(a, b, c) : plus(c, times(a, b));
}

@inline
export function negative(a: v128): v128 {
  return v128.neg<f64>(a);
}

@inline
export function splat(x: f64): v128 {
  return v128.splat<f64>(x);
}

@inline
export function sum(v: v128): f64 {
  return v128.extract_lane<f64>(v, 0) + v128.extract_lane<f64>(v, 1);
}

export function clear(base: usize, count: i32): void {
  memory.fill(base, 0, (<usize>count) << 3);
}

export function copy(to: usize, from: usize, count: i32): void {
  memory.copy(to, from, (<usize>count) << 3);
}
