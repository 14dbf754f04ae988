import { expect } from 'chai';
import { zeros } from '../../../core/batch.js';
import { entryCrossEntropies, logWeights } from '../../../core/sorting/cross-entropy.js';
import { logNetwork } from '../../../core/sorting/log-network.js';
import { relaxedNetwork } from '../../../core/sorting/relaxed-network.js';
import { logarithmOfF, logisticSigmoid, type Sigmoid } from '../../../core/sorting/sigmoid.js';
import { sortingNetwork } from '../../../core/sorting/sorting-network.js';
import { ranksOf, toPermutation } from '../../../core/ranking.js';
import { createRng } from '../../../core/random/rng.js';

describe('sorting networks', () => {
  for (const name of ['odd-even', 'bitonic'] as const) {
    it(`${name} sorts every sequence of zeros and ones, so every sequence (Knuth, 5.3.4, theorem Z)`, () => {
      for (let n = 2; n <= 11; n++) {
        const { lower, upper } = sortingNetwork(name, n);
        for (let bits = 0; bits < 2 ** n; bits++) {
          const x = Array.from({ length: n }, (_, j) => (bits >> j) & 1);
          lower.forEach((a, k) => {
            const b = upper[k];
            if (x[a] > x[b]) [x[a], x[b]] = [x[b], x[a]];
          });
          expect(x.join('')).to.match(/^0*1*$/);
        }
      }
    });
  }
});

describe('comparators of sorting networks', () => {
  /** What acts on each lane, in order. */
  const byLane = (n: number, comparators: Iterable<readonly [number, number]>): string[] => {
    const lanes = Array.from({ length: n }, (): string[] => []);
    for (const [a, b] of comparators) for (const lane of [a, b]) lanes[lane].push(`${a} ${b}`);
    return lanes.map((acting) => acting.join(', '));
  };

  function* layersOfOddEven(n: number): Generator<readonly [number, number]> {
    for (let layer = 0; layer < n; layer++) {
      for (let lane = layer % 2; lane + 1 < n; lane += 2) yield [lane, lane + 1];
    }
  }

  /** Of the next power of two, whose first lanes are left out. */
  function* layersOfBitonic(n: number): Generator<readonly [number, number]> {
    let whole = 2;
    while (whole < n) whole *= 2;
    for (let sorted = 2; sorted <= whole; sorted *= 2) {
      for (let distance = sorted / 2; distance >= 1; distance /= 2) {
        for (let lane = whole - n; lane < whole; lane++) {
          if (lane & distance) continue;
          const [a, b] = [lane - (whole - n), lane + distance - (whole - n)];
          yield lane & sorted ? [b, a] : [a, b];
        }
      }
    }
  }

  for (const [name, layers] of [['odd-even', layersOfOddEven], ['bitonic', layersOfBitonic]] as const) {
    it(`${name}: each lane has those that it has layer by layer, in the same order`, () => {
      for (const n of [2, 3, 8, 15, 16, 17, 33, 64, 100]) {
        const { lower, upper } = sortingNetwork(name, n);
        const acting = byLane(n, Array.from(lower, (a, k) => [a, upper[k]] as const));
        expect(acting, String(n)).to.deep.equal(byLane(n, layers(n)));
      }
    });
  }
});

describe('log-domain network', () => {
  const cauchy: Sigmoid = {
    F: (D) => 0.5 + Math.atan(D) / Math.PI,
    first: (D) => 1 / (Math.PI * (1 + D * D)),
    second: (D) => (-2 * D) / (Math.PI * (1 + D * D) ** 2),
    logarithm(D, out) {
      logarithmOfF(this, D, out);
    },
    least: { gradient: 0, hessian: 0 },
    float32: Math.fround,
  };

  const networks = [[2, 'odd-even'], [5, 'odd-even'], [6, 'bitonic'], [7, 'bitonic'], [43, 'bitonic']] as const;

  it('equals the linear one in value, gradient and Hessian where nothing underflows', () => {
    for (const sigmoid of [logisticSigmoid(2), cauchy]) {
      for (const crossEntropy of ['binary', 'row'] as const) {
        for (const [n, name] of networks) {
          const rng = createRng(n);
          const network = sortingNetwork(name, n);
          const y = Float64Array.from({ length: n }, () => rng.normal());
          const T = toPermutation(ranksOf(Float64Array.from({ length: n }, () => rng.integer(n))));
          const net = relaxedNetwork(network, 'hessian');
          net.forward(sigmoid, y, 0, 1);
          const value = entryCrossEntropies[crossEntropy](net, T, 0, 1);
          net.reverse(1);
          net.sweepPair(1, 1);
          net.hessianOfPair(sigmoid, 1, 1);

          const logs = logNetwork(network, sigmoid, ...logWeights(crossEntropy, n));
          const g = new Float64Array(n);
          const H = zeros(n, n).data;
          expect(logs.gradient(y, 0, T, g)).to.be.closeTo(value, 1e-13);
          logs.hessian(y, 0, T, H);
          g.forEach((gj, j) => expect(gj).to.be.closeTo(net.xBar[j], 1e-12));
          for (let r = 0; r < n; r++) {
            for (let c = r; c < n; c++) {
              for (const lane of [0, 1]) expect(H[r * n + c]).to.be.closeTo(net.H[2 * (r * n + c) + lane], 1e-11);
            }
          }
        }
      }
    }
  });

  it('equals the linear one in value and gradient near the bounds of the latter', () => {
    const sigmoid = logisticSigmoid(1);
    const network = sortingNetwork('odd-even', 4);
    const T = toPermutation([1, 0, 3, 2]);
    for (const gap of [300, 320, 323, 500, 640]) { // X down to exp(-640), 1e-278
      const y = Float64Array.of(0, gap, 1.9 * gap, 2.7 * gap);
      const net = relaxedNetwork(network, 'gradient');
      net.forward(sigmoid, y, 0, 0);
      const value = entryCrossEntropies.binary(net, T, sigmoid.least.gradient, 0);
      net.reverse(0);
      const g = new Float64Array(4);
      const expected = logNetwork(network, sigmoid, ...logWeights('binary', 4)).gradient(y, 0, T, g);
      expect(value).to.be.closeTo(expected, 1e-14 * expected);
      g.forEach((gj, j) => expect(net.xBar[j], `${gap}, ${j}`).to.be.closeTo(gj, 1e-13));
    }
  });
});
