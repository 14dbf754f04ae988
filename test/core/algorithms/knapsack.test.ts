import { expect } from 'chai';
import { checkedAlgorithm } from '../../../core/algorithms/checked-algorithm.js';
import { BASE, exactDigits } from '../../../core/algorithms/exact-digits.js';
import { knapsack, linearProgram } from '../../../core/algorithm-losses/index.js';
import { createRng, type Rng } from '../../../core/random/rng.js';
import { codeOf } from '../../harness/helpers.js';

interface Instance {
  readonly weights: number[];
  readonly capacity: number;
  readonly scores: number[];
}

interface Solution {
  readonly w: number[];
  readonly objective: number;
}

function solve({ weights, capacity, scores }: Instance): Solution {
  const out = new Float64Array(weights.length).fill(NaN);
  const objective = checkedAlgorithm(knapsack, { weights, capacity }).solve(Float64Array.from(scores), out);
  return { w: [...out], objective };
}

/** By all subsets of the items of positive value, their values summed exactly; of equal ones that of earlier items. */
function byEnumeration({ weights, capacity, scores }: Instance): number[] {
  const n = weights.length;
  const exact = scores.map(exactly);
  let best = { value: -1n, mask: 0 };
  for (let mask = 0; mask < 2 ** n; mask++) {
    const taken = scores.map((_, j) => j).filter((j) => (mask >> (n - 1 - j)) & 1); // the first item decides most
    if (taken.some((j) => scores[j] <= 0) || taken.reduce((sum, j) => sum + weights[j], 0) > capacity) continue;
    const value = taken.reduce((sum, j) => sum + exact[j], 0n);
    if (value >= best.value) best = { value, mask };
  }
  return scores.map((_, j) => (best.mask >> (n - 1 - j)) & 1);
}

/** In units of the least subnormal number. */
function exactly(x: number): bigint {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, Math.abs(x));
  const exponent = bits.getUint16(0) >> 4;
  const fraction = bits.getBigUint64(0) & (2n ** 52n - 1n);
  const size = exponent === 0 ? fraction : (fraction + 2n ** 52n) << BigInt(exponent - 1);
  return x < 0 ? -size : size;
}

function randomInstance(rng: Rng, value: () => number): Instance {
  const n = 1 + rng.integer(9);
  const weights = Array.from({ length: n }, () => 1 + rng.integer(8));
  const capacity = rng.integer(weights.reduce((sum, weight) => sum + weight, 0) + 3);
  return { weights, capacity, scores: Array.from({ length: n }, value) };
}

const rng = createRng(3);
const values: Record<string, () => number> = {
  'normal ones': () => rng.normal(),
  'few whole ones, with ties': () => rng.integer(7) - 2,
  'few tenths, with ties': () => (rng.integer(7) - 1) / 10,
  'those of float32': () => Math.fround(rng.normal()),
  'those of every size': () => rng.normal() * 10 ** (600 * rng.uniform() - 300),
  'powers of two at both ends': () => [5e-324, 1e-323, 2 ** -1022, 2 ** 1023, 2 ** 1022, 1][rng.integer(6)],
  'ones that differ in the last bit': () => 1 + rng.integer(3) * Number.EPSILON,
  'the largest': () => Number.MAX_VALUE * (rng.uniform() < 0.8 ? 1 : -1),
};

describe('knapsack', () => {
  for (const [kind, value] of Object.entries(values)) {
    it(`agrees with enumeration, ties too, of values: ${kind}`, () => {
      for (let trial = 0; trial < 150; trial++) {
        const instance = randomInstance(rng, value);
        const { w, objective } = solve(instance);
        expect(w, JSON.stringify(instance)).to.deep.equal(byEnumeration(instance));
        const expected = instance.scores.reduce((sum, score, j) => (w[j] === 1 ? sum + score : sum), 0);
        expect(objective).to.equal(expected);
      }
    });
  }

  it('has the optimum of the integer program', () => {
    for (let trial = 0; trial < 30; trial++) {
      const instance = randomInstance(rng, () => rng.normal());
      const { weights, capacity, scores } = instance;
      const program = checkedAlgorithm(linearProgram, {
        sense: 'maximise',
        constraints: [{ coefficients: weights, upper: capacity }],
        upper: 1,
        integers: weights.map((_, j) => j),
      });
      const expected = program.solve(Float64Array.from(scores), new Float64Array(scores.length));
      expect(solve(instance).objective).to.be.closeTo(expected, 1e-9);
    }
  });

  it('takes the earlier of equal items, and sums that are equal but for rounding as equal', () => {
    const items = { weights: [1, 1, 2], capacity: 2 };
    expect(solve({ ...items, scores: [1, 1, 2] }).w).to.deep.equal([1, 1, 0]);
    expect(solve({ ...items, scores: [1, 1, 2 + 2 ** -51] }).w).to.deep.equal([0, 0, 1]);
    const tenths = [0.1, 0.2, 0.3];
    const halves = { weights: [1, 1, 1, 3, 1, 1, 1], capacity: 3 };
    expect(solve({ ...halves, scores: [...tenths, 0.6, ...tenths.toReversed()] }).w).to.deep.equal([
      0,
      1,
      1,
      0,
      1,
      0,
      0,
    ]);
    const backwards = { weights: [3, 1, 1, 1, 1, 1, 1], capacity: 3 };
    expect(solve({ ...backwards, scores: [0, 0.1, 0.7, 0.2, 0.2, 0.7, 0.1] }).w).to.deep.equal([0, 0, 1, 1, 0, 1, 0]);
  });

  it('takes nothing of value 0 or less, nor what does not fit', () => {
    expect(solve({ weights: [1, 1, 1], capacity: 3, scores: [-1, 0, -0] })).to.deep.equal({
      w: [0, 0, 0],
      objective: 0,
    });
    expect(solve({ weights: [4, 2], capacity: 3, scores: [9, 1] })).to.deep.equal({ w: [0, 1], objective: 1 });
    expect(solve({ weights: [1, 2], capacity: 0, scores: [9, 1] })).to.deep.equal({ w: [0, 0], objective: 0 });
  });

  it('keeps its solution where the sum is beyond the doubles, which is infinite then', () => {
    const { w, objective } = solve({ weights: [2, 1, 1], capacity: 2, scores: [1.6e308, 1e308, 1e308] });
    expect(w).to.deep.equal([0, 1, 1]);
    expect(objective).to.equal(Infinity);
  });

  it('takes all where the capacity is beyond the sum of the weights', () => {
    expect(solve({ weights: [3, 5], capacity: 1e6, scores: [1, 2] }).w).to.deep.equal([1, 1]);
  });

  it('solves a table of many capacities', () => {
    const weights = Array.from({ length: 40 }, () => 1 + rng.integer(50_000));
    const scores = weights.map((weight) => weight + rng.integer(7));
    const { w, objective } = solve({ weights, capacity: 400_000, scores });
    const weight = weights.reduce((sum, each, j) => sum + each * w[j], 0);
    expect(weight).to.be.at.most(400_000);
    expect(objective).to.be.within(weight, weight + 6 * 40);
    expect(objective).to.be.above(399_990);
  });

  it('refuses weights that are no whole numbers above 0, other numbers of scores, and tables that do not fit', () => {
    for (const weights of [[], [0], [-1], [1.5], ['1']]) {
      expect(codeOf(() => checkedAlgorithm(knapsack, { weights: weights as number[] })), String(weights)).to.equal(
        'PARAMS',
      );
    }
    expect(codeOf(() => checkedAlgorithm(knapsack, { capacity: -1 }))).to.equal('PARAMS');
    expect(codeOf(() => solve({ weights: [1, 2], capacity: 2, scores: [1] }))).to.equal('SHAPE');
    const large = { weights: new Array<number>(3000).fill(1000), capacity: 1e6 };
    expect(() => checkedAlgorithm(knapsack, large)).to.throw(
      /capacity should be at most 715826 for the table of 3000 items, got 1000000/,
    );
    expect(codeOf(() => checkedAlgorithm(knapsack, large))).to.equal('PARAMS');
  });
});

describe('exactDigits', () => {
  it('holds every positive number, in multiples of one power of two', () => {
    for (let trial = 0; trial < 300; trial++) {
      const spread = 600 * (trial / 300);
      const numbers = Float64Array.from({ length: 6 }, () => rng.normal() * 10 ** (spread * (rng.uniform() - 0.5)));
      const { width, digits } = exactDigits(numbers);
      const wholes = [...numbers].map((_, j) =>
        Array.from(digits.subarray(j * width, (j + 1) * width)).reduceRight(
          (sum, d) => sum * BigInt(BASE) + BigInt(d),
          0n,
        )
      );
      const first = numbers.findIndex((x) => x > 0);
      numbers.forEach((x, j) => {
        if (x > 0) expect(wholes[j] * exactly(numbers[first])).to.equal(wholes[first] * exactly(x));
        else expect(wholes[j]).to.equal(0n);
      });
      expect(digits.every((d) => Number.isInteger(d) && d >= 0 && d < 2 ** 53)).to.equal(true);
    }
  });

  it('needs one digit for numbers of single precision, two for doubles of like size', () => {
    const numbers = Float64Array.from({ length: 100 }, () => 1 + rng.uniform());
    expect(exactDigits(numbers.map(Math.fround)).width).to.equal(1);
    expect(exactDigits(numbers).width).to.equal(2);
    expect(exactDigits(Float64Array.of(5e-324, Number.MAX_VALUE)).width).to.equal(41);
  });
});
