import type { Rng } from '../../core/random/rng.js';

/** Which samples stand at `first`, `first` + 1, ... of an endless list, `size` of them. */
export type SampleOrder = (first: number, size: number) => Int32Array;

/**
 * All of `count` samples in a random order, then all of them in another, and so on: epoch e is a permutation drawn from
 * `rng.split(e)`. Batches cut from the list are whole: one that an epoch has too few samples for takes the rest from
 * the next.
 */
export function epochs(rng: Rng, count: number): SampleOrder {
  let known: { readonly epoch: number; readonly order: Int32Array } | undefined;
  const orderOf = (epoch: number): Int32Array => {
    if (known?.epoch !== epoch) known = { epoch, order: rng.split(epoch).permutation(count) };
    return known.order;
  };
  return (first, size) =>
    Int32Array.from({ length: size }, (_, k) => orderOf(Math.floor((first + k) / count))[(first + k) % count]);
}
