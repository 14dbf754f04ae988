import { expect } from 'chai';
import { type Batch, batchOf, row, takeRows, zeros } from '../../core/batch.js';
import { checked } from '../../core/checked.js';
import type { LossPlugin } from '../../core/loss.js';
import { orderOf, ranksOf, toPermutation } from '../../core/ranking.js';
import { createRng } from '../../core/random/rng.js';
import type { SoftOperators } from '../../core/sorting/index.js';
import { sortingNetwork } from '../../core/sorting/sorting-network.js';
import * as cauchy from '../../plugins/dsn-cauchy.js';
import * as gaussian from '../../plugins/dsn-gaussian.js';
import * as logistic from '../../plugins/dsn-logistic.js';
import * as art from '../../plugins/dsn-logistic-art.js';
import * as optimal from '../../plugins/dsn-optimal.js';
import * as reciprocal from '../../plugins/dsn-reciprocal.js';
import * as neural from '../../plugins/neuralsort.js';
import * as soft from '../../plugins/softsort.js';
import { codeOf } from '../harness/helpers.js';
import { random } from './algorithm-losses.js';

type Relaxation = SoftOperators<object> & { readonly default: LossPlugin };

/** Relaxations with parameters at which they are soft for scores in (-1, 1), and hard ones. */
const relaxations: readonly (readonly [string, Relaxation, soft: object, hard: object])[] = [
  ['softsort', soft, { temperature: 0.5 }, { temperature: 1e-5 }],
  ['neuralsort', neural, { temperature: 1 }, { temperature: 1e-5 }],
  ...Object.entries({ cauchy, gaussian, logistic, 'logistic-art': art, optimal, reciprocal }).flatMap((
    [name, module],
  ) =>
    (['odd-even', 'bitonic'] as const).map((network) =>
      [`dsn-${name}, ${network}`, module as unknown as Relaxation, { steepness: 3, network }, {
        steepness: 1e9,
        network,
      }] as const
    )
  ),
];

const kinds = ['softPermutation', 'softSort', 'softRank'] as const;

const normal = (seed: number, rows: number, cols: number): Batch => {
  const rng = createRng(seed);
  const out = zeros(rows, cols);
  for (let k = 0; k < out.data.length; k++) out.data[k] = rng.normal();
  return out;
};

/** Scores in (-1, 1) with gaps, since a sigmoid may be as steep as you like at a tie. */
const scattered = (seed: number, rows: number, n: number): Batch => {
  const rng = createRng(seed);
  const row = (): number[] => Array.from(rng.permutation(n), (place) => (2 * (place + 0.5 * rng.uniform())) / n - 1);
  return batchOf(Array.from({ length: rows }, row));
};

const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((sum, x, k) => sum + x * b[k], 0);

function expectClose(got: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  const scale = Array.from(expected).reduce((max, x) => Math.max(max, Math.abs(x)), 0);
  expect(got.length).to.equal(expected.length);
  Array.from(got).forEach((x, k) => expect(x, `entry ${k}`).to.be.closeTo(expected[k], tolerance * scale));
}

/** <c, output> at y + h v for both signs, by the plain functions. */
function differences(
  operator: Relaxation[typeof kinds[number]],
  y: Float64Array,
  v: Float64Array,
  c: Float64Array,
  params: object,
): number {
  const along = (h: number): number => {
    const result = operator(y.map((x, j) => x + h * v[j]), params);
    return dot('data' in result ? result.data : result, c);
  };
  const central = (h: number): number => (along(h) - along(-h)) / (2 * h);
  return (4 * central(5e-5) - central(1e-4)) / 3;
}

for (const [title, relaxation, params, hard] of relaxations) {
  describe(`soft operators of ${title}`, () => {
    for (const kind of kinds) {
      const operator = relaxation[kind];

      it(`${kind}: forward has the bits of the plain function, one sample a row`, () => {
        const y = random(1, 4, 6, (u) => 2 * u - 1);
        const { output } = operator.forward(y, params);
        expect(output.cols).to.equal(operator.shape(6).reduce((a, b) => a * b));
        for (let i = 0; i < 4; i++) {
          const plain = operator(row(y, i), params);
          expect([...row(output, i)]).to.deep.equal([...('data' in plain ? plain.data : plain)]);
        }
      });

      it(`${kind}: products are those with differences of the plain function, for every number of scores`, () => {
        for (const n of [1, 2, 3, 6, 9]) {
          const y = scattered(n, 3, n);
          const { output, vjp } = operator.forward(y, params);
          const [c, v] = [normal(n, 3, output.cols), normal(n + 1, 3, n)];
          const gradients = vjp(c);
          for (let i = 0; i < 3; i++) {
            const got = dot(row(gradients, i), row(v, i));
            const scale = Math.max(1, Math.sqrt(dot(row(gradients, i), row(gradients, i))));
            expect(got).to.be.closeTo(differences(operator, row(y, i), row(v, i), row(c, i), params), 1e-7 * scale);
          }
        }
      });

      it(`${kind}: rows are independent, products too, and what was given may be changed`, () => {
        const y = random(2, 5, 4, (u) => 2 * u - 1);
        const given = { ...y, data: y.data.slice() };
        const { output, vjp } = operator.forward(given, params);
        given.data.fill(7);
        const c = normal(3, 5, output.cols);
        const all = vjp(c);
        expect(vjp(c)).to.deep.equal(all);
        for (let i = 0; i < 5; i++) {
          const alone = operator.forward(takeRows(y, [i]), params);
          expect(alone.output).to.deep.equal(takeRows(output, [i]));
          expect(alone.vjp(takeRows(c, [i]))).to.deep.equal(takeRows(all, [i]));
        }
      });

      it(`${kind}: refuses what are no scores or cotangents`, () => {
        const y = random(2, 2, 4, (u) => u);
        const { output, vjp } = operator.forward(y, params);
        for (const bad of [NaN, Infinity]) {
          expect(codeOf(() => operator.forward({ ...y, data: y.data.with(5, bad) }, params))).to.equal('NONFINITE');
          expect(codeOf(() => vjp({ ...output, data: output.data.with(1, bad) }))).to.equal('NONFINITE');
        }
        expect(codeOf(() => operator.forward(zeros(2, 0), params))).to.equal('SHAPE');
        expect(codeOf(() => operator.forward({ ...y, rows: 3 }, params))).to.equal('SHAPE');
        expect(codeOf(() => vjp(zeros(2, 3)))).to.equal('SHAPE');
        expect(codeOf(() => operator.forward(y, { unheard: 1 }))).to.equal('PARAMS');
      });
    }

    it('gives the gradient of the cross-entropy, which has a pass of its own, ties included', () => {
      const ties = [[0.2, 0.2, -0.4, 0.7, 0.2], [0, 0, 0, 0, 0]];
      const y = batchOf([
        ...Array.from({ length: 4 }, (_, i) => [...row(random(5, 4, 5, (u) => 2 * u - 1), i)]),
        ...ties,
      ]);
      const targets = Array.from({ length: y.rows }, (_, i) => ranksOf(row(normal(i, 1, 5), 0)));
      const expected = checked(relaxation.default, params).evaluate(y, targets, createRng(0)).gradient();
      const { output: P, vjp } = relaxation.softPermutation.forward(y, params);
      const c = { ...P, data: P.data.slice() };
      targets.forEach((target, i) => {
        const T = toPermutation(target);
        row(P, i).forEach((p, k) => (row(c, i)[k] = (p - T[k]) / (p * (1 - p)) / 25));
      });
      const got = vjp(c);
      for (let i = 0; i < y.rows; i++) expectClose(row(got, i), row(expected, i), 1e-11);
    });

    it('sorts and ranks as the temperature falls, and so do its gradients', () => {
      const y = batchOf([[0.3, -0.9, 0.8, 0.1, -0.4]]);
      const order = orderOf(y.data);
      const c = batchOf([[1, -2, 3, 5, 7]]);
      const sort = relaxation.softSort.forward(y, hard);
      expectClose(sort.output.data, order.map((item) => y.data[item]), 1e-7);
      expectClose(sort.vjp(c).data, ranksOf(y.data).map((rank) => c.data[rank]), 1e-3);
      const rank = relaxation.softRank.forward(y, hard);
      expectClose(rank.output.data, ranksOf(y.data), 1e-7);
      const blunt = relaxation.softRank.forward(y, params).vjp(c).data.reduce((sum, g) => sum + Math.abs(g), 0);
      expect(rank.vjp(c).data.reduce((sum, g) => sum + Math.abs(g), 0)).to.be.below(1e-3 * blunt);
    });

    it('loses nothing where scores are about 1e6', () => {
      const y = random(7, 2, 5, (u) => Math.round(2 ** 20 * (2 * u - 1)) / 2 ** 20);
      const far = { ...y, data: y.data.map((x) => x + 2 ** 20) };
      for (const kind of kinds) {
        const [near, shifted] = [y, far].map((at) => relaxation[kind].forward(at, params));
        const c = normal(8, 2, near.output.cols);
        const [expected, got] = [near.vjp(c), shifted.vjp(c)];
        for (let i = 0; i < 2; i++) {
          expectClose(row(got, i), row(expected, i), kind === 'softPermutation' ? 1e-7 : 1e-6);
        }
      }
      const spread = { ...y, data: y.data.map((x) => 1e6 * x) };
      for (const kind of kinds) {
        const { output, vjp } = relaxation[kind].forward(spread, params);
        expect(vjp(normal(9, 2, output.cols)).data.every(Number.isFinite)).to.equal(true);
      }
    });
  });
}

/** Tangents by forward differentiation, written down anew: P and its derivative along v. */
describe('soft permutations have the dense Jacobian', () => {
  const [n, rng] = [7, createRng(31)];
  const y = Float64Array.from({ length: n }, () => rng.normal());
  const units = Array.from({ length: n }, (_, j) => Float64Array.from({ length: n }, (_, k) => (j === k ? 1 : 0)));

  const softmaxTangent = (L: number[], dL: number[]): number[] => {
    const total = L.reduce((sum, l) => sum + Math.exp(l), 0);
    const p = L.map((l) => Math.exp(l) / total);
    const mean = dot(p, dL);
    return p.map((x, j) => x * (dL[j] - mean));
  };

  const expectJacobian = (
    operators: SoftOperators<object>,
    params: object,
    tangent: (v: Float64Array) => number[],
  ): void => {
    const { vjp } = operators.softPermutation.forward({ rows: 1, cols: n, data: y }, params);
    const columns = units.map(tangent); // columns[j][k] = dP_k / dy_j
    for (let k = 0; k < n * n; k++) {
      const c = zeros(1, n * n);
      c.data[k] = 1;
      expectClose([...vjp(c).data, 1], [...columns.map((column) => column[k]), 1], 1e-14);
    }
  };

  it('SoftSort', () => {
    const tau = 0.4;
    const order = orderOf(y);
    expectJacobian(soft, { temperature: tau }, (v) =>
      order.flatMap((item) =>
        softmaxTangent(
          Array.from(y, (x) => -Math.abs(y[item] - x) / tau),
          Array.from(y, (x, j) => (-Math.sign(y[item] - x) * (v[item] - v[j])) / tau),
        )
      ));
  });

  it('NeuralSort', () => {
    const tau = 1.3;
    const sums = (of: (l: number, j: number) => number): number[] =>
      Array.from(y, (_, j) => Array.from(y, (_, l) => of(l, j)).reduce((a, b) => a + b));
    expectJacobian(neural, { temperature: tau }, (v) => {
      const [size, change] = [
        sums((l, j) => Math.abs(y[j] - y[l])),
        sums((l, j) => Math.sign(y[j] - y[l]) * (v[j] - v[l])),
      ];
      return Array.from(y, (_, r) => r).flatMap((r) =>
        softmaxTangent(
          Array.from(y, (x, j) => ((2 * r + 1 - n) * x - size[j]) / tau),
          Array.from(v, (x, j) => ((2 * r + 1 - n) * x - change[j]) / tau),
        )
      );
    });
  });

  const s = 4;
  const sigmoids: Record<string, [Relaxation, (D: number) => [number, number]]> = {
    logistic: [logistic, (D) => {
      const f = 1 / (1 + Math.exp(-s * D));
      return [f, s * f * (1 - f)];
    }],
    Cauchy: [cauchy, (D) => [
      0.5 + Math.atan(s * D) / Math.PI,
      s / (Math.PI * (1 + (s * D) ** 2)),
    ]],
  };
  for (const [title, [operators, sigmoid]] of Object.entries(sigmoids)) {
    it(`sorting networks, ${title}`, () => {
      const { lower, upper } = sortingNetwork('odd-even', n);
      expectJacobian(operators, { steepness: s }, (v) => {
        const [x, dx] = [Array.from(y), Array.from(v)];
        const [X, dX] = [units.map((unit) => [...unit]), units.map(() => new Array<number>(n).fill(0))];
        lower.forEach((a, k) => {
          const b = upper[k];
          const [f, slope] = sigmoid(x[b] - x[a]);
          const df = slope * (dx[b] - dx[a]);
          const mix = (z: number[], dz: number[], i: number, j: number): void => {
            const [p, q, dp, dq] = [z[i], z[j], dz[i], dz[j]];
            [z[i], z[j]] = [f * p + (1 - f) * q, (1 - f) * p + f * q];
            [dz[i], dz[j]] = [f * dp + (1 - f) * dq + df * (p - q), (1 - f) * dp + f * dq - df * (p - q)];
          };
          mix(x, dx, a, b);
          for (let item = 0; item < n; item++) {
            const [column, tangents] = [X.map((of) => of[item]), dX.map((of) => of[item])];
            mix(column, tangents, a, b);
            column.forEach((value, lane) => ([X[lane][item], dX[lane][item]] = [value, tangents[lane]]));
          }
        });
        return dX.flat();
      });
    });
  }
});
