import { expect } from 'chai';
import assignment from '../../../core/algorithms/assignment.js';
import { checkedAlgorithm } from '../../../core/algorithms/checked-algorithm.js';
import { createRng, type Rng } from '../../../core/random/rng.js';

/** The least cost over all n! assignments of the rows from `row` on to the columns that are left. */
function cheapest(
  costs: Float64Array,
  n: number,
  row = 0,
  left: readonly number[] = Array.from({ length: n }, (_, j) => j),
): number {
  if (row === n) return 0;
  return Math.min(...left.map((j) => costs[row * n + j] + cheapest(costs, n, row + 1, left.filter((k) => k !== j))));
}

function solve(n: number, costs: Float64Array): { objective: number; columns: number[] } {
  const w = new Float64Array(n * n);
  const objective = checkedAlgorithm(assignment, { n }).solve(costs, w);
  const columns = Array.from({ length: n }, (_, i) => w.subarray(i * n, (i + 1) * n).indexOf(1));
  expect(w.reduce((sum, x) => sum + x, 0)).to.equal(n);
  expect([...columns].sort((a, b) => a - b)).to.deep.equal(Array.from({ length: n }, (_, j) => j));
  return { objective, columns };
}

describe('assignment', () => {
  const draws: Record<string, (rng: Rng) => number> = {
    'costs of both signs': (rng) => rng.normal(),
    'ties and zeros': (rng) => rng.integer(3),
    'costs of all sizes': (rng) => 10 ** (200 * rng.uniform() - 100),
    'equal costs': () => 2,
  };
  for (const [title, draw] of Object.entries(draws)) {
    it(`is as cheap as the cheapest of all permutations: ${title}`, () => {
      const rng = createRng(11);
      for (let n = 1; n <= 6; n++) {
        for (let trial = 0; trial < 8; trial++) {
          const costs = Float64Array.from({ length: n * n }, () => draw(rng));
          const least = cheapest(costs, n);
          expect(solve(n, costs).objective).to.be.closeTo(least, 1e-12 * Math.max(1, Math.abs(least)));
        }
      }
    });
  }

  it('finds assignments that were hidden in larger matrices', () => {
    const rng = createRng(12);
    for (const n of [20, 75]) {
      const hidden = rng.permutation(n);
      const [u, v] = [0, 1].map(() => Float64Array.from({ length: n }, () => 10 * rng.normal()));
      const costs = Float64Array.from({ length: n * n }, (_, k) => {
        const [i, j] = [Math.floor(k / n), k % n];
        return u[i] + v[j] + (hidden[i] === j ? 0 : 0.01 + rng.uniform());
      });
      expect(solve(n, costs).columns).to.deep.equal([...hidden]);
    }
  });

  it('gives each of a matrix of equal costs its own place', () => {
    expect(solve(4, new Float64Array(16)).columns).to.deep.equal([0, 1, 2, 3]);
  });

  it('gives an assignment where potentials overflow', () => {
    const rng = createRng(13);
    for (let trial = 0; trial < 20; trial++) {
      solve(5, Float64Array.from({ length: 25 }, () => (rng.uniform() < 0.5 ? -1.7e308 : 1.7e308)));
    }
  });
});
