import { expect } from 'chai';
import { createHeap, pushHeap, replaceLeast } from '../../../core/algorithms/heap.js';
import { createRng } from '../../../core/random/rng.js';

interface Pair {
  readonly key: number;
  readonly item: number;
}

const inOrder = (pairs: readonly Pair[]): Pair[] => [...pairs].sort((a, b) => a.key - b.key || a.item - b.item);

describe('heap', () => {
  const rng = createRng(21);
  const draws = {
    'distinct keys': () => rng.uniform(),
    'keys that differ in their last bits': () => 1 + rng.integer(6) * Number.EPSILON,
    'equal keys': () => 3,
    'zeros, infinities and all sizes': () =>
      [0, Infinity, Number.MIN_VALUE, 10 ** (600 * rng.uniform() - 300)][rng.integer(4)],
  };
  for (const [title, draw] of Object.entries(draws)) {
    it(`gives pairs in the order of key, then item: ${title}`, () => {
      for (let n = 1; n < 40; n++) {
        const heap = createHeap(n);
        const pairs = Array.from(rng.permutation(n), (item) => ({ key: draw(), item }));
        pairs.forEach(({ key, item }, size) => pushHeap(heap, size, key, item));
        const taken: Pair[] = [];
        for (let size = n; size > 0;) {
          taken.push({ key: heap.keys[0], item: heap.items[0] });
          size--;
          replaceLeast(heap, size, heap.keys[size], heap.items[size]);
        }
        expect(taken).to.deep.equal(inOrder(pairs));
      }
    });

    it(`replaces the least: ${title}`, () => {
      const n = 12;
      const heap = createHeap(n);
      let held = Array.from({ length: n }, (_, item) => ({ key: draw(), item }));
      held.forEach(({ key, item }, size) => pushHeap(heap, size, key, item));
      for (let item = n; item < 10 * n; item++) {
        const [least, ...others] = inOrder(held);
        expect({ key: heap.keys[0], item: heap.items[0] }).to.deep.equal(least);
        held = [...others, { key: draw(), item }];
        replaceLeast(heap, n, held.at(-1)!.key, item);
      }
    });
  }
});
