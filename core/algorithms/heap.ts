/**
 * A binary min-heap of pairs of a key, at least 0, and an item; the caller counts them. Equal keys are ordered by item,
 * so the order in which pairs leave does not depend on the order in which they came.
 */
export interface Heap {
  readonly keys: Float64Array;
  /** The keys as pairs of 32-bit words. */
  readonly words: Int32Array;
  readonly items: Int32Array;
}

export function createHeap(capacity: number): Heap {
  const keys = new Float64Array(capacity);
  return { keys, words: new Int32Array(keys.buffer), items: new Int32Array(capacity) };
}

/** Where the high word of a float64 is: 1 on little-endian machines. */
const HIGH = new Uint8Array(Uint16Array.of(1).buffer)[0];

/** Puts a pair into a heap that has `size` pairs without it. */
export function pushHeap({ keys, items }: Heap, size: number, key: number, item: number): void {
  let i = size;
  while (i > 0) {
    const parent = (i - 1) >> 1;
    const above = keys[parent];
    if (above < key || (above === key && items[parent] < item)) break;
    keys[i] = above;
    items[i] = items[parent];
    i = parent;
  }
  keys[i] = key;
  items[i] = item;
}

/**
 * Replaces the least pair of a heap of `size` pairs; to remove it, replace it by the last in a heap one shorter. Which
 * of two children is less is a coin toss to a processor's branch prediction, so it is computed without a branch where
 * the high words of the keys tell, being ordered as the keys are.
 */
export function replaceLeast({ keys, words, items }: Heap, size: number, key: number, item: number): void {
  let i = 0;
  for (let child = 1; child < size; child = 2 * i + 1) {
    if (child + 1 < size) {
      const left = words[2 * child + HIGH];
      const right = words[2 * child + 2 + HIGH];
      if (left !== right) child += (right - left) >>> 31;
      else if (keys[child + 1] < keys[child] || (keys[child + 1] === keys[child] && items[child + 1] < items[child])) {
        child++;
      }
    }
    const below = keys[child];
    if (key < below || (key === below && item < items[child])) break;
    keys[i] = below;
    items[i] = items[child];
    i = child;
  }
  keys[i] = key;
  items[i] = item;
}
