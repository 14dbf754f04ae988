/**
 * Where arrays lie. Every kernel lays out its own: `allocate`, which all export, begins with `layOut`, takes one array after the other,
 * and ends with `grow`. The host finds them by their exported addresses.
 */
let top: u64 = 0;

/** A cache line. */
const ALIGNMENT: u64 = 64;

/** The next array is the first. */
export function layOut(): void {
  top = aligned(__heap_base);
}

/** The address of an array of rows * columns entries, 0 all of them once the memory has grown. */
export function take<T>(rows: i32, columns: i32 = 1): usize {
  const array = <usize>top;
  top = aligned(top + <u64>rows * <u64>columns * sizeof<T>());
  return array;
}

/** Grows the memory to hold what has been taken; whether there was as much. */
export function grow(): bool {
  const missing = <i64>((top + 0xffff) >> 16) - memory.size();
  if (missing <= 0) return true;
  return missing < 65536 && memory.grow(<i32>missing) >= 0;
}

function aligned(address: u64): u64 {
  return (address + ALIGNMENT - 1) & ~(ALIGNMENT - 1);
}
