/**
 * A binary min-heap of (key, item) pairs in two arrays, the first `size` entries, which the caller counts. Equal keys are ordered by item, so the order in which
 * pairs leave does not depend on the order in which they came.
 */

/** Puts a pair into a heap that has `size` entries without it. */
export function pushHeap(keys: Float64Array, items: Int32Array, size: number, key: number, item: number): void {
  let i = size;
  while (i > 0) {
    const parent = (i - 1) >> 1;
    const above = keys[parent]!;
    if (above < key || (above === key && items[parent]! < item)) break;
    keys[i] = above;
    items[i] = items[parent]!;
    i = parent;
  }
  keys[i] = key;
  items[i] = item;
}

/** Replaces the least pair of a heap of `size` entries by another; to remove it, replace it in a heap one shorter by the last. */
export function replaceLeast(keys: Float64Array, items: Int32Array, size: number, key: number, item: number): void {
  let i = 0;
  for (let child = 1; child < size; child = 2 * i + 1) {
    let below = keys[child]!;
    if (child + 1 < size) {
      const right = keys[child + 1]!;
      if (right < below || (right === below && items[child + 1]! < items[child]!)) {
        child++;
        below = right;
      }
    }
    if (key < below || (key === below && item < items[child]!)) break;
    keys[i] = below;
    items[i] = items[child]!;
    i = child;
  }
  keys[i] = key;
  items[i] = item;
}
