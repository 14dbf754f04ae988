import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { batchOf, row } from '../../../../core/batch.js';
import {
  type DistributionName,
  distributionNames,
  distributions,
} from '../../../../core/algorithm-losses/noise/distributions.js';
import {
  blockedDesign,
  type Design,
  designOf,
  drawNoise,
  perturb,
  placeOf,
  type Sampling,
  samplingNames,
} from '../../../../core/algorithm-losses/noise/noise.js';
import { createRng } from '../../../../core/random/rng.js';
import { codeOf } from '../../../harness/helpers.js';

/** In the order of `distributionNames`. */
const known: Readonly<Record<Sampling, string[]>> = {
  plain: [
    '15af0f8903cf2a4c',
    'a91e46a23e3382b1',
    '0a95d535c73f1037',
    '131a88f8a59219a0',
    '355f8d11def50f7a',
    '0473a5a0147c6a2c',
  ],
  antithetic: [
    '5cbed8abd816cf20',
    'be965bb27bc915f8',
    '350bd74404aa798f',
    '749f8530d7c90d44',
    'b040431471545466',
    '52234297db96aa19',
  ],
  latin: [
    '27a7e0f47f403c3b',
    '8badfb60177256b0',
    '99fc2dfa400f37d5',
    '3e17194da7d45c4e',
    'cb4357a46b6a8652',
    '5e8aac9f04607a8d',
  ],
};

/** SHA-256, the first 16 digits, of noise and scores of many sizes. */
function digestOf(sampling: Sampling, name: DistributionName): string {
  const hash = createHash('sha256');
  for (const [N, S, m] of [[1, 1, 1], [1, 1, 7], [3, 5, 8], [2, 4, 33], [2, 3, 5000], [5, 1, 13], [1, 6, 4097]]) {
    const noise = drawNoise(createRng(7).split(N), N, m, distributions[name], designOf(sampling, S));
    for (const { data } of [noise.z, noise.score]) hash.update(new Uint8Array(data.buffer));
  }
  return hash.digest('hex').slice(0, 16);
}

/** (S m): of one sample. */
const uniforms = (design: Design, m: number, seed: number): Float64Array => {
  const u = new Float64Array(design.samples * m);
  placeOf(design, m)(createRng(seed).split(0), u);
  return u;
};
const column = (u: Float64Array, m: number, j: number): number[] => [...u].filter((_, k) => k % m === j);

describe('sampling', () => {
  it('plain draws one uniform after the other', () => {
    const rng = createRng(5).split(0);
    expect([...uniforms(designOf('plain', 3), 2, 5)]).to.deep.equal(Array.from({ length: 6 }, () => rng.uniform()));
  });

  it('antithetic draws mirror each other in pairs, the last alone where S is odd', () => {
    const [u, plain] = [uniforms(designOf('antithetic', 5), 2, 5), uniforms(designOf('plain', 3), 2, 5)];
    for (const s of [1, 3]) for (const j of [0, 1]) expect(u[2 * s + j] + u[2 * (s - 1) + j]).to.equal(1);
    [0, 2, 4].flatMap((s) => [u[2 * s], u[2 * s + 1]]).forEach((x, k) => expect(x).to.be.closeTo(plain[k], 2 ** -53));
  });

  it('a Latin hypercube has one draw in each part of each coordinate, in an order of its own', () => {
    const u = uniforms(designOf('latin', 30), 3, 1);
    const orders = [0, 1, 2].map((j) => column(u, 3, j).map((x) => Math.floor(30 * x)));
    for (const order of orders) {
      expect([...order].sort((a, b) => a - b)).to.deep.equal(Array.from({ length: 30 }, (_, k) => k));
    }
    expect(orders[0]).to.not.deep.equal(orders[1]);
  });

  it('a halved hypercube is two', () => {
    const u = uniforms(blockedDesign('loss', 'latin', 5), 1, 2);
    for (const [from, n] of [[0, 3], [3, 2]] as const) {
      const parts = [...u.subarray(from, from + n)].map((x) => Math.floor(n * x));
      expect(parts.sort()).to.deep.equal(Array.from({ length: n }, (_, k) => k));
    }
  });

  for (const sampling of samplingNames) {
    it(`${sampling}: every draw is uniform, and draws of different blocks are independent`, () => {
      const design = blockedDesign('loss', sampling, 5);
      const seeds = 4000;
      const moments = Array.from({ length: 5 }, () => new Float64Array(8)); // E x, E x^2, and E x_s x_r for each r, of x = u - 1/2
      for (let seed = 0; seed < seeds; seed++) {
        const x = uniforms(design, 1, seed).map((u) => u - 0.5);
        for (let s = 0; s < 5; s++) {
          [x[s], x[s] ** 2, ...x.map((xr) => xr * x[s])].forEach((v, k) => (moments[s][k] += v / seeds));
        }
      }
      // Standard errors of the means: 0.289, 0.075 and 0.083 over sqrt(4000), times 4.5.
      moments.forEach(([mean, square, ...products], s) => {
        expect(mean).to.be.closeTo(0, 0.021);
        expect(square).to.be.closeTo(1 / 12, 0.0054);
        products.forEach((product, r) => {
          if (Math.floor(r / design.block) !== Math.floor(s / design.block)) expect(product).to.be.closeTo(0, 0.006);
        });
      });
    });
  }

  it('has blocks of one draw, of two, of all, or of half of them', () => {
    expect(samplingNames.map((name) => designOf(name, 7).block)).to.deep.equal([1, 2, 7]);
    expect(samplingNames.map((name) => blockedDesign('loss', name, 7).block)).to.deep.equal([1, 2, 4]);
    expect(designOf('antithetic', 1).block).to.equal(1);
  });

  it('refuses too few samples where draws need others that are independent of them', () => {
    for (const [name, least] of [['plain', 2], ['antithetic', 3], ['latin', 2]] as const) {
      expect(codeOf(() => blockedDesign('loss', name, least - 1))).to.equal('PARAMS');
      expect(blockedDesign('loss', name, least).samples).to.equal(least);
    }
  });
});

describe('noise', () => {
  for (const sampling of samplingNames) {
    it(`${sampling}: has the bits that runs and fixtures were made with`, () => {
      const digests = distributionNames.map((name) => digestOf(sampling, name));
      expect(digests).to.deep.equal(known[sampling]);
    });
  }

  it('of row i comes from stream i, S rows for each sample', () => {
    const design = designOf('plain', 4);
    const { z, score } = drawNoise(createRng(3), 2, 3, distributions.logistic, design);
    const stream = createRng(3).split(1);
    expect([z.rows, z.cols]).to.deep.equal([8, 3]);
    for (let k = 12; k < 24; k++) {
      expect(z.data[k]).to.equal(distributions.logistic.quantile(stream.uniform()));
      expect(score.data[k]).to.equal(Math.tanh(z.data[k] / 2));
    }
  });

  it('of symmetric distributions is mirrored to the last bit', () => {
    for (const name of distributionNames.filter((other) => other !== 'gumbel')) {
      const { z, score } = drawNoise(createRng(3), 1, 500, distributions[name], designOf('antithetic', 2));
      for (const { data } of [z, score]) for (let j = 0; j < 500; j++) expect(data[500 + j]).to.equal(-data[j]);
    }
  });

  it('is its own score where it is Gaussian', () => {
    const { z, score } = drawNoise(createRng(3), 1, 3, distributions.gaussian, designOf('plain', 2));
    expect(score.data).to.equal(z.data);
  });

  it('is added to the outputs sigma times', () => {
    const y = batchOf([[1, 2], [30, 40]]);
    const noise = drawNoise(createRng(3), 2, 2, distributions.gaussian, designOf('plain', 3));
    const costs = new Float64Array(12 + 1).fill(7);
    perturb(y, noise, 0.5, costs);
    for (let k = 0; k < 12; k++) expect(costs[k]).to.equal(row(y, Math.floor(k / 6))[k % 2] + 0.5 * noise.z.data[k]);
    expect(costs[12]).to.equal(7);
  });

  it('is added to rows of any length, to the bits that JavaScript computes', () => {
    for (const [N, S, m] of [[1, 1, 1], [2, 3, 7], [3, 40, 144], [1, 2, 4096], [2, 3, 9001]]) {
      const noise = drawNoise(createRng(4), N, m, distributions.logistic, designOf('plain', S));
      const y = { rows: N, cols: m, data: Float64Array.from({ length: N * m }, (_, k) => Math.sin(k)) };
      const costs = new Float64Array(N * S * m);
      perturb(y, noise, -0.3, costs);
      const expected = noise.z.data.map((z, k) => row(y, Math.floor(k / (S * m)))[k % m] - 0.3 * z);
      expect(costs).to.deep.equal(expected);
    }
  });
});
