import { expect } from 'chai';
import { createRng } from '../../../core/random/rng.js';
import { epochs } from '../../../harness/tasks/epochs.js';

describe('epochs', () => {
  const list = (seed: number, first: number, size: number): number[] => [...epochs(createRng(seed), 7)(first, size)];

  it('are permutations of all samples, each another', () => {
    const orders = [0, 1, 2].map((epoch) => list(1, 7 * epoch, 7));
    for (const order of orders) expect([...order].sort((a, b) => a - b)).to.deep.equal([0, 1, 2, 3, 4, 5, 6]);
    expect(new Set(orders.map(String)).size).to.equal(3);
  });

  it('are one list, however it is cut and in whatever order it is asked for', () => {
    const whole = list(1, 0, 40);
    const order = epochs(createRng(1), 7);
    for (const [first, size] of [[30, 5], [0, 40], [5, 3], [6, 16], [20, 1]] as const) {
      expect([...order(first, size)]).to.deep.equal(whole.slice(first, first + size));
    }
    expect(list(2, 0, 40)).not.to.deep.equal(whole);
  });
});
