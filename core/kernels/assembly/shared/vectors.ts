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
