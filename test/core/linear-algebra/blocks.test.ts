import { expect } from 'chai';
import { neuralsort, softsort } from '../../../core/kernels/kernels.js';
import { entryCrossEntropies, float32Binary, logWeights } from '../../../core/sorting/cross-entropy.js';
import { allocateFloat32Network } from '../../../core/sorting/float32-network.js';
import { logNetwork } from '../../../core/sorting/log-network.js';
import { allocateNetwork, type TangentBlock } from '../../../core/sorting/relaxed-network.js';
import { allocateRows, type RowKernel, type RowRelaxation } from '../../../core/sorting/row-samples.js';
import { logisticSigmoid } from '../../../core/sorting/sigmoid.js';
import { comparatorCount, sortingNetwork } from '../../../core/sorting/sorting-network.js';
import { ranksOf, toPermutation } from '../../../core/ranking.js';
import { createRng } from '../../../core/random/rng.js';

/** Scores with ties and far ones among them, and ranks. */
function sample(n: number, spread: number): { y: Float64Array; ranks: number[]; T: Float64Array } {
  const rng = createRng(n);
  const y = Float64Array.from({ length: n }, () => Math.round(4 * spread * rng.normal()) / 4);
  const ranks = ranksOf(Float64Array.from({ length: n }, () => rng.integer(n)));
  return { y, ranks, T: toPermutation(ranks) };
}

const rowRelaxations: readonly Omit<RowRelaxation, 'logitsPullback'>[] = [
  {
    name: 'softsort',
    kernel: softsort,
    logits: (x, r, L) => x.forEach((xc, c) => (L[c] = -Math.abs(x[r] - xc))),
  },
  {
    name: 'neuralsort',
    kernel: neuralsort,
    logits(x, r, L) {
      const logit = (c: number): number =>
        x.reduce((sum, xl) => sum - Math.abs(x[c] - xl), (2 * r + 1 - x.length) * x[c]);
      for (let c = 0; c < x.length; c++) L[c] = logit(c) - logit(r);
    },
  },
];

describe('large samples in blocks', () => {
  it('of rows have the bits that all rows at once have', () => {
    const gradients = ['binaryGradients', 'float32Gradients', 'rowGradients'] as const;
    for (const n of [5, 12, 13]) {
      const { y, ranks } = sample(n, 2);
      const run = (
        rows: number,
        relaxation: (typeof rowRelaxations)[number],
        gradient: keyof RowKernel & `${string}Gradients`,
      ) => {
        const blocks = allocateRows(relaxation, n, rows, false, 1);
        blocks.scores.set(y);
        blocks.ranks.set(ranks);
        blocks.kernel[gradient](1.5, 1);
        return [...blocks.values, ...blocks.gradients];
      };
      for (const relaxation of rowRelaxations) {
        for (const gradient of gradients) {
          const whole = run(n, relaxation, gradient);
          for (const rows of [1, 2, 3, 4, n - 1]) {
            expect(run(rows, relaxation, gradient), `${n} in ${rows}`).to.deep.equal(whole);
          }
        }
      }
    }
  });

  it('of items have the bits that all items at once have', () => {
    const sigmoid = logisticSigmoid(1);
    for (const n of [5, 12, 13]) {
      const { y, T } = sample(n, 2);
      const network = sortingNetwork('bitonic', n);
      const exact = (width: number): number[] => {
        const net = allocateNetwork(network, 'gradient', width);
        net.forward(sigmoid, y, 0, 0);
        const value = entryCrossEntropies.binary(net, T, 0, 0);
        net.reverse(0);
        return [value, ...net.xBar];
      };
      const rounded = (width: number): number[] => {
        const net = allocateFloat32Network(network, 'gradient', width);
        net.forward(sigmoid, y, 0);
        const value = float32Binary(net, T);
        net.reverse();
        return [value, ...net.xBar];
      };
      for (const width of [2, 4]) expect(exact(width), `${n} in ${width}`).to.deep.equal(exact(n + (n % 2)));
      const whole = rounded(4 * Math.ceil(n / 4));
      for (const width of [4, 8]) expect(rounded(width), `${n} in ${width}`).to.deep.equal(whole);
    }
  });

  it('of tangents of X give the Hessians that all tangents at once give', () => {
    const sigmoid = logisticSigmoid(1);
    for (const [n, name] of [[5, 'odd-even'], [12, 'bitonic'], [13, 'odd-even']] as const) {
      const network = sortingNetwork(name, n);
      const samples = [sample(n, 2), { ...sample(n, 5), y: sample(n, 5).y.toReversed() }];
      const hessians = (block: TangentBlock): Float64Array => {
        const net = allocateNetwork(network, 'hessian', n + (n % 2), block);
        samples.forEach(({ y, T }, lane) => {
          net.forward(sigmoid, y, 0, lane);
          entryCrossEntropies.binary(net, T, 0, lane);
        });
        net.sweepPair(0, 1);
        net.hessianOfPair(sigmoid, 0, 1);
        return net.H;
      };
      const whole = hessians({ items: n, columns: n });
      for (const block of [{ items: 1, columns: 2 }, { items: 3, columns: 4 }, { items: 4, columns: 16 }]) {
        const H = hessians(block);
        H.forEach((h, k) => expect(h, `${n} by ${block.items}, entry ${k}`).to.be.closeTo(whole[k], 1e-13));
      }
    }
  });

  it('of channels are what all channels at once are', () => {
    const n = 6;
    const { y, T } = sample(n, 300);
    const network = sortingNetwork('odd-even', n);
    const run = (block: number): { value: number; g: Float64Array; H: Float64Array } => {
      const g = new Float64Array(n);
      const H = new Float64Array(n * n);
      const logs = logNetwork(network, logisticSigmoid(1), ...logWeights('binary', n), block);
      const value = logs.gradient(y, 0, T, g);
      logs.hessian(y, 0, T, H);
      return { value, g, H };
    };
    const whole = run(2 ** 20);
    for (const block of [1, 500]) {
      const { value, g, H } = run(block);
      expect(value).to.be.closeTo(whole.value, 1e-14 * whole.value);
      g.forEach((gj, j) => expect(gj).to.be.closeTo(whole.g[j], 1e-14));
      H.forEach((h, k) => expect(h).to.be.closeTo(whole.H[k], 1e-14));
    }
  });
});

describe('the number of comparators', () => {
  it('is known before a network is built', () => {
    for (const name of ['odd-even', 'bitonic'] as const) {
      for (let n = 2; n <= 40; n++) {
        const { lower, upper } = sortingNetwork(name, n);
        expect(comparatorCount(name, n), `${name} ${n}`).to.equal(lower.length);
        expect(lower.every((a, k) => a !== upper[k])).to.equal(true);
      }
    }
  });
});
