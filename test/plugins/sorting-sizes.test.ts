import { expect } from 'chai';
import { type Batch, batchOf, zeros } from '../../core/batch.js';
import type { Loss } from '../../core/loss.js';
import { ranksOf } from '../../core/ranking.js';
import { openRegistry } from '../../node/open-registry.js';
import { createRng } from '../../core/random/rng.js';
import { softPermutation as networkPermutation } from '../../plugins/dsn-cauchy.js';
import { softPermutation } from '../../plugins/softsort.js';

const registry = await openRegistry();
const sorters = registry.names.filter((name) => name.startsWith('dsn-') || name.endsWith('sort'));

/** n scores `gap` apart, in a shuffled order, and their ranks. */
function evenlySpaced(n: number, gap: number): { y: Batch; ranks: number[] } {
  const ranks = [...createRng(n).permutation(n)];
  return { y: { rows: 1, cols: n, data: Float64Array.from(ranks, (rank) => gap * rank) }, ranks };
}

const value = (loss: Loss, y: Batch, ranks: number[]): number => loss.evaluate(y, [ranks], createRng(0)).value[0];

describe('sorting losses of many scores', () => {
  it('say what they take, and allocate nothing for more', async () => {
    const n = 1_000_000;
    const y = zeros(1, n);
    const ranks = Array.from({ length: n }, () => 0);
    for (const name of sorters) {
      for (const crossEntropy of name === 'dsn-logistic' ? ['binary', 'float32'] : ['binary']) {
        const loss = await registry.create(name, { crossEntropy });
        expect(() => loss.evaluate(y, [ranks], createRng(0)), name).to.throw().with.property('code', 'UNSUPPORTED');
      }
    }
    const bitonic = await registry.create('dsn-logistic', { network: 'bitonic' });
    expect(() => bitonic.evaluate(y, [ranks], createRng(0))).to.throw().with.property('code', 'UNSUPPORTED');
    expect(() => softPermutation(new Float64Array(50_000))).to.throw().with.property('code', 'UNSUPPORTED');
    expect(() => networkPermutation(new Float64Array(50_000))).to.throw().with.property('code', 'UNSUPPORTED');
  });

  it('are right beyond what one block of rows holds: a closed form for evenly spaced scores', async () => {
    const q = Math.exp(-0.5);
    // 1 / P[r, r] = sum over the distance m, on either side as far as there are scores, of q^m or (NeuralSort) q^(m^2).
    const side = (count: number): number =>
      Array.from({ length: Math.min(count, 50) }, (_, m) => q ** ((m + 1) ** 2)).reduce((a, b) => a + b, 0);
    for (
      const [name, n, sum] of [
        ['softsort', 6800, (r: number) => (1 + q - q ** (r + 1) - q ** (6800 - r)) / (1 - q)],
        ['neuralsort', 3400, (r: number) => 1 + side(r) + side(3399 - r)],
      ] as const
    ) {
      const { y, ranks } = evenlySpaced(n, 0.5);
      const expected = ranks.reduce((total, r) => total + Math.log(sum(r)), 0) / n;
      const loss = await registry.create(name, { temperature: 1, crossEntropy: 'row' });
      const e = loss.evaluate(y, [ranks], createRng(0));
      expect(e.value[0], name).to.be.closeTo(expected, 1e-12 * expected);
      const g = e.gradient().data;
      expect(g.reduce((total, gj) => total + gj, 0), name).to.be.closeTo(0, 1e-13);
      // Scores far from both ends are pushed from both sides alike; the first and the last, away from the others.
      for (const rank of [1000, 1700, 3344]) expect(g[ranks.indexOf(rank)], `${name} ${rank}`).to.be.closeTo(0, 1e-16);
      expect(g[ranks.indexOf(0)], name).to.be.above(1e-5);
      expect(g[ranks.indexOf(n - 1)], name).to.be.closeTo(-g[ranks.indexOf(0)], 1e-15);
      if (n === 6800) expect(() => e.hessian!().blocks(), name).to.throw().with.property('code', 'UNSUPPORTED');
    }
  });

  it('of networks take more than fit into one block of items: the gradient is the difference of values', async () => {
    const n = 570;
    const rng = createRng(1);
    const y = batchOf([Array.from({ length: n }, () => 0.05 * rng.normal())]);
    const v = Float64Array.from({ length: n }, () => rng.normal());
    const ranks = ranksOf(y.data).map((rank) => rank ^ 1); // neighbours swapped
    const step = 1e-6;
    for (const crossEntropy of ['binary', 'float32'] as const) {
      const loss = await registry.create('dsn-cauchy', { crossEntropy });
      const moved = (sign: number): Batch => ({ ...y, data: y.data.map((yj, j) => yj + sign * step * v[j]) });
      const e = loss.evaluate(y, [ranks], rng);
      const slope = e.gradient().data.reduce((sum, g, j) => sum + g * v[j], 0);
      if (crossEntropy === 'binary') {
        const exact = (value(loss, moved(1), ranks) - value(loss, moved(-1), ranks)) / (2 * step);
        expect(slope).to.be.closeTo(exact, 1e-6 * Math.abs(exact));
      }
      const total = e.gradient().data.reduce((sum, g) => sum + g, 0);
      expect(total).to.be.closeTo(0, crossEntropy === 'binary' ? 1e-13 : 1e-6);
      expect(() => e.hessian!().blocks()).to.throw().with.property('code', 'UNSUPPORTED');
    }
  });
});
