/** Arrays of float32, addressed in bytes. */

/** Address of entry `index`. */
@inline
export function at(base: usize, index: i32): usize {
  return base + ((<usize>index) << 2);
}

/** `count` entries from one address to another. */
@inline
export function copy(from: usize, to: usize, count: i32): void {
  let k = 0;
  for (; k + 4 <= count; k += 4) v128.store(at(to, k), v128.load(at(from, k)));
  for (; k < count; k++) store<f32>(at(to, k), load<f32>(at(from, k)));
}

@inline
export function zeros(to: usize, count: i32): void {
  for (let k = 0; k < count; k++) store<f32>(at(to, k), 0);
}

/** Adds `count` entries to those at `to`. */
@inline
export function add(from: usize, to: usize, count: i32): void {
  let k = 0;
  for (; k + 4 <= count; k += 4) v128.store(at(to, k), f32x4.add(v128.load(at(to, k)), v128.load(at(from, k))));
  for (; k < count; k++) store<f32>(at(to, k), load<f32>(at(to, k)) + load<f32>(at(from, k)));
}
