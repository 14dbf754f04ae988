import { expect } from 'chai';
import assignment from '../../../core/algorithms/assignment.js';
import { checkedAlgorithm } from '../../../core/algorithms/checked-algorithm.js';
import linearProgram, { type Constraint, type LinearProgramParams } from '../../../core/algorithms/linear-program.js';
import { checked } from '../../../core/checked.js';
import { createRng } from '../../../core/random/rng.js';
import perturbedFenchelYoung from '../../../plugins/perturbed-fenchel-young.js';
import { codeOf } from '../../harness/helpers.js';

function solve(params: Partial<LinearProgramParams>, costs: readonly number[]): { objective: number; w: number[] } {
  const out = new Float64Array(costs.length);
  return { objective: checkedAlgorithm(linearProgram, params).solve(Float64Array.from(costs), out), w: [...out] };
}

/** 30 chairs + 50 tables in hours of two trades. */
const workshop: Partial<LinearProgramParams> = {
  sense: 'maximise',
  constraints: [
    { coefficients: [1, 2], upper: 40 },
    { coefficients: [2, 1], upper: 50 },
  ],
};

describe('linear-program', () => {
  it('finds the vertex by hand', () => {
    const { objective, w } = solve(workshop, [30, 50]); // both constraints hold with equality: chairs 20, tables 10
    expect(objective).to.be.closeTo(1100, 1e-9);
    expect(w[0]).to.be.closeTo(20, 1e-9);
    expect(w[1]).to.be.closeTo(10, 1e-9);
    expect(solve(workshop, [-1, -1]).w).to.deep.equal([0, 0]);
  });

  it('takes the least of a simplex by default', () => {
    expect(solve({}, [3, 1, 2, 5])).to.deep.equal({ objective: 1, w: [0, 1, 0, 0] });
  });

  it('keeps the bounds of constraints and variables', () => {
    const box: Partial<LinearProgramParams> = {
      constraints: [{ coefficients: [1, 1], lower: -1.5 }],
      lower: -1,
      upper: 2,
    };
    expect(solve(box, [1, 2]).w).to.deep.equal([-0.5, -1]);
    expect(solve(box, [-1, 2]).w).to.deep.equal([2, -1]);
  });

  it('gives whole numbers where they are asked for', () => {
    const knapsack: Partial<LinearProgramParams> = {
      sense: 'maximise',
      constraints: [{ coefficients: [3, 4, 5], upper: 8 }],
      upper: 1,
      integers: [0, 1, 2],
    };
    let best = 0;
    for (let chosen = 0; chosen < 8; chosen++) {
      const [a, b, c] = [chosen & 1, (chosen >> 1) & 1, chosen >> 2];
      if (3 * a + 4 * b + 5 * c <= 8) best = Math.max(best, 5 * a + 6 * b + 7 * c);
    }
    expect(solve(knapsack, [5, 6, 7])).to.deep.equal({ objective: best, w: [1, 0, 1] });
    expect(solve({ ...knapsack, integers: [] }, [5, 6, 7]).objective).to.be.above(best);
  });

  it('agrees with the assignment problem, whose linear program has whole solutions', () => {
    const n = 4;
    const rng = createRng(31);
    const sums = (member: (k: number) => number): Constraint[] =>
      Array.from(
        { length: n },
        (_, i) => ({
          coefficients: Array.from({ length: n * n }, (_, k) => (member(k) === i ? 1 : 0)),
          lower: 1,
          upper: 1,
        }),
      );
    const program = checkedAlgorithm(linearProgram, {
      constraints: [...sums((k) => Math.floor(k / n)), ...sums((k) => k % n)],
    });
    const expected = checkedAlgorithm(assignment, { n });
    const [out, permutation] = [new Float64Array(n * n), new Float64Array(n * n)];
    for (let trial = 0; trial < 20; trial++) {
      const costs = Float64Array.from({ length: n * n }, () => rng.normal());
      expect(program.solve(costs, out)).to.be.closeTo(expected.solve(costs, permutation), 1e-9);
      out.forEach((w, k) => expect(w).to.be.closeTo(permutation[k], 1e-9));
    }
  });

  it('does not depend on what it solved before, where there are several optima', () => {
    const tie = Float64Array.of(1, 1, 1, 1);
    const [fresh, used] = [new Float64Array(4), new Float64Array(4)];
    checkedAlgorithm(linearProgram).solve(tie, fresh);
    for (const last of [0, 1, 2, 3]) {
      const algorithm = checkedAlgorithm(linearProgram);
      algorithm.solve(Float64Array.of(5, 5, 5, 5).with(last, 0), used);
      algorithm.solve(tie, used);
      expect(used).to.deep.equal(fresh);
    }
  });

  it('refuses programs without feasible points, without an optimum, and of mixed sizes', () => {
    const infeasible = [{ coefficients: [1, 1], lower: 3 }, { coefficients: [1, 1], upper: 2 }];
    const mixed = [{ coefficients: [1, 1], upper: 3 }, { coefficients: [1], upper: 2 }];
    for (
      const params of [{ constraints: infeasible }, { constraints: mixed }, { ...workshop, integers: [2] }, {
        ...workshop,
        lower: 1,
        upper: 0,
      }, { constraints: [{ coefficients: [1e200] }] }]
    ) {
      expect(codeOf(() => checkedAlgorithm(linearProgram, params)), JSON.stringify(params)).to.equal('PARAMS');
    }
    const unbounded = checkedAlgorithm(linearProgram, { constraints: [{ coefficients: [1, -1], lower: 0 }] });
    expect(codeOf(() => unbounded.solve(Float64Array.of(-1, -1), new Float64Array(2)))).to.equal('UNSUPPORTED');
    expect(unbounded.solve(Float64Array.of(1, 1), new Float64Array(2))).to.equal(0);
  });

  it('finds the same solution whatever the scale of the costs', () => {
    const rng = createRng(7);
    const algorithm = checkedAlgorithm(linearProgram);
    const [plain, scaled] = [new Float64Array(4), new Float64Array(4)];
    for (let trial = 0; trial < 20; trial++) {
      const costs = Float64Array.from({ length: 4 }, () => rng.normal());
      const objective = algorithm.solve(costs, plain);
      expect(plain[costs.indexOf(objective)]).to.equal(1);
      for (const exponent of [-1000, -70, -24, -20, 30, 60, 63, 1000]) {
        expect(
          algorithm.solve(
            costs.map((c) => c * 2 ** exponent),
            scaled,
          ),
          `2^${exponent}`,
        ).to.equal(objective * 2 ** exponent);
        expect(scaled).to.deep.equal(plain);
      }
    }
  });

  it('takes subnormal costs, the largest doubles, both at once, and zeros', () => {
    const [least, most] = [Number.MIN_VALUE, Number.MAX_VALUE];
    expect(solve({}, [3 * least, 2 * least, 4 * least, 3 * least])).to.deep.equal({
      objective: 2 * least,
      w: [0, 1, 0, 0],
    });
    expect(solve({}, [most, 1e308, 1.2e308, most])).to.deep.equal({ objective: 1e308, w: [0, 1, 0, 0] });
    expect(solve({}, [0, -most, most, least])).to.deep.equal({ objective: -most, w: [0, 1, 0, 0] });
    expect(solve({}, [most, most, most, least])).to.deep.equal({ objective: least, w: [0, 0, 0, 1] });
    expect(solve({}, [-1e25, 0, 0, 0]).objective).to.equal(-1e25);
    const zero = solve({}, [0, 0, 0, 0]);
    expect([zero.objective, zero.w.reduce((sum, w) => sum + w)]).to.deep.equal([0, 1]);
  });

  it('takes costs that differ by 1e-6 of the largest for different', () => {
    expect(solve({}, [1, 1 - 1e-6, 1 + 1e-6, 1]).w).to.deep.equal([0, 1, 0, 0]);
    expect(solve({}, [1, 1e-6, 2e-6, 1]).w).to.deep.equal([0, 1, 0, 0]);
  });

  it('leaves no Fenchel-Young loss below 0, however small the costs', () => {
    const algorithm = linearProgram({ sense: 'maximise', constraints: [{ coefficients: [1, 2, 1, 3], upper: 4 }] });
    const { y, targets } = checked(perturbedFenchelYoung, { algorithm }).sample(createRng(3), 20);
    for (const scale of [1e-300, 1e-8, 1, 1e12]) {
      const loss = checked(perturbedFenchelYoung, { algorithm, sigma: scale, samples: 3 });
      const { value } = loss.evaluate({ ...y, data: y.data.map((x) => x * scale) }, targets, createRng(3));
      expect(Math.min(...value) / scale).to.be.at.least(0);
      expect(Math.max(...value) / scale).to.be.above(1);
    }
  });

  it('searches for whole solutions until there is no better one', () => {
    const n = 20;
    const rng = createRng(27); // HiGHS by itself stops at 15121, within 1e-4 of the optimum
    const weights = Array.from({ length: n }, () => 1000 + rng.integer(1000));
    const values = weights.map((w) => w + rng.integer(20));
    const capacity = Math.floor(weights.reduce((a, b) => a + b) / 2);
    const best = new Float64Array(capacity + 1);
    weights.forEach((w, j) => {
      for (let c = capacity; c >= w; c--) best[c] = Math.max(best[c], best[c - w] + values[j]);
    });
    const program = {
      constraints: [{ coefficients: weights, upper: capacity }],
      upper: 1,
      integers: weights.map((_, j) => j),
    };
    expect(solve({ sense: 'maximise', ...program }, values).objective).to.equal(best[capacity]);
  });
});
