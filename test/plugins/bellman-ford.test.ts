import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createTape } from '../../core/autodiff/index.js';
import { checkedAlgorithm } from '../../core/algorithms/checked-algorithm.js';
import gridShortestPath from '../../core/algorithms/grid-shortest-path.js';
import { type Batch, batchOf, row, takeRows, timesBlocks, zeros } from '../../core/batch.js';
import { checked, type CheckedLoss } from '../../core/checked.js';
import { type BellmanFordParams } from '../../core/numerics/bellman-ford.js';
import { packageRoot } from '../../core/registry.js';
import { createRng } from '../../core/rng.js';
import plugin, { softPath } from '../../plugins/bellman-ford.js';
import { bellmanFordLoss } from '../core/relaxed/bellman-ford-program.js';

type Params = Partial<BellmanFordParams>;
const rng = createRng(0);
const create = (params: Params): CheckedLoss<number[]> => checked(plugin, params) as CheckedLoss<number[]>;

/** Every loop, distance, conorm and end of the walk. */
const programs: Params[] = (['for', 'while'] as const).flatMap((loop) =>
  (['l1', 'l2'] as const).flatMap((distance) =>
    (['probabilistic', 'hamacher', 'yager'] as const).flatMap((tConorm) =>
      [true, false].map((absorbSource) => ({ loop, distance, tConorm, absorbSource, hamacher: 2.5 })),
    ),
  ),
);

type Costs = (v: number) => number;
/** The five of the Warcraft maps, and a little each. */
const terrain: Costs = () => [0.8, 1.2, 5.3, 7.7, 9.2][rng.integer(5)]! + 0.3 * rng.uniform();
const uniform = (low: number, high: number): Costs => () => low + (high - low) * rng.uniform();

function costsOf(params: object, costs: Costs, count = 1): Batch {
  const y = zeros(count, create(params).outputs!);
  for (let k = 0; k < y.data.length; k++) y.data[k] = costs(k % y.cols);
  return y;
}

function maskOf(y: Batch): number[][] {
  return Array.from({ length: y.rows }, () => Array.from({ length: y.cols }, () => rng.integer(2)));
}

/** The largest difference between the entries of a and b, as a share of `unit` or the largest entry. */
function difference(a: Float64Array, b: Float64Array, unit: number): number {
  return Math.max(...a.map((x, k) => Math.abs(x - b[k]!))) / Math.max(unit, ...b.map(Math.abs));
}

/** Value, gradient and product against the program on the tape, derivatives in the unit that costs of size 1 / beta would give. */
function expectProgram(params: Params, y: Batch): void {
  const settings = create(params).params as BellmanFordParams;
  const targets = maskOf(y);
  const v = costsOf(params, () => rng.normal());
  const e = create(params).evaluate(y, targets, rng);
  const expected = createTape().record(y, (Y) => bellmanFordLoss(settings)(Y, targets));
  const unit = Math.min(1, settings.beta);
  const what = JSON.stringify(settings);
  expect(difference(e.value, expected.value, 1), `value ${what}`).to.be.below(1e-10);
  expect(difference(e.gradient().data, expected.gradient().data, unit), `gradient ${what}`).to.be.below(1e-10);
  expect(difference(e.hvp!(v).data, expected.hvp(v).data, unit * unit), `product ${what}`).to.be.below(1e-10);
}

/** Shortest paths of the rows of y. */
function shortestPaths({ rows, columns }: Params, y: Batch): number[][] {
  const { w } = checkedAlgorithm(gridShortestPath, { rows: rows!, columns: columns! }).solveBatch(y);
  return Array.from({ length: y.rows }, (_, i) => [...row(w, i)]);
}

describe('bellman-ford against its program on the autodiff tape', () => {
  const cases: [what: string, params: Params, costs: Costs][] = [
    ['a single cell', { rows: 1, columns: 1, iterations: 3, beta: 2 }, terrain],
    ['one sweep', { rows: 2, columns: 2, iterations: 1, beta: 2 }, terrain],
    ['a row', { rows: 1, columns: 5, iterations: 7, beta: 1 }, terrain],
    ['a column', { rows: 4, columns: 1, iterations: 9, beta: 10 }, terrain],
    ['a square', { rows: 3, columns: 3, iterations: 4, beta: 5 }, uniform(0, 1)],
    ['more columns than rows', { rows: 3, columns: 6, iterations: 8, beta: 10 }, uniform(0.2, 2)],
    ['more rows than columns', { rows: 5, columns: 2, iterations: 5, beta: 200 }, terrain],
    ['many iterations', { rows: 2, columns: 3, iterations: 30, beta: 0.5 }, terrain],
    ['small costs', { rows: 4, columns: 4, iterations: 8, beta: 200 }, uniform(1e-3, 2e-3)],
    ['negative costs', { rows: 3, columns: 4, iterations: 6, beta: 3 }, uniform(-1, 1)],
    ['very negative costs', { rows: 3, columns: 3, iterations: 5, beta: 10 }, uniform(-9, 1)],
    ['equal costs', { rows: 4, columns: 5, iterations: 8, beta: 3 }, () => 1],
    ['some paths equally long', { rows: 4, columns: 4, iterations: 8, beta: 10 }, () => 1 + rng.integer(3)],
    ['large costs', { rows: 4, columns: 4, iterations: 8, beta: 10 }, uniform(1e6, 3e6)],
  ];
  for (const [what, params, costs] of cases) {
    it(what, () => programs.forEach((program) => expectProgram({ ...params, ...program }, costsOf(params, costs))));
  }

  it('the size of the benchmark', () => {
    for (const program of programs.filter(({ tConorm, distance }) => tConorm === 'probabilistic' && distance === 'l2')) {
      for (const costs of [terrain, uniform(0.1, 1)]) expectProgram(program, costsOf(program, costs));
      expectProgram({ ...program, beta: 100 }, costsOf(program, terrain)); // distances of a range that weights as they are do not have
    }
  });

  // Costs as large as this, and beta as small, lest rounding at the program's infinity of 1e12 be felt: 1e-4 beta = 1e-12.
  it('a target out of reach', () => {
    for (const program of programs) {
      for (const size of [{ rows: 2, columns: 6, iterations: 3 }, { rows: 5, columns: 4, iterations: 2 }]) {
        expectProgram({ ...program, ...size, beta: 1e-8 }, costsOf(size, uniform(1e7, 1e8)));
      }
    }
  });
});

describe('bellman-ford against AlgoVision itself (test/fixtures/make_relaxed.py)', () => {
  interface Program {
    readonly name: string;
    readonly params: { readonly rows: number; readonly columns: number };
    readonly samples: readonly { readonly y: number[]; readonly value: number; readonly gradient: number[]; readonly hessian: number[] }[];
  }
  const { programs: fixtures } = JSON.parse(readFileSync(path.join(packageRoot(), 'test/fixtures/relaxed.json'), 'utf8')) as { programs: Program[] };
  for (const { name, params, samples } of fixtures) {
    if (name !== 'bellman-ford') continue;
    it(JSON.stringify(params), () => {
      const { columns } = params;
      for (const { y, value, gradient, hessian } of samples) {
        const m = y.length;
        const truth = y.map((_, k) => Number(k % (columns + 1) === 0 || k % columns === columns - 1));
        const e = create({ ...params, absorbSource: false }).evaluate(batchOf([y]), [truth], rng);
        expect(e.value[0]).to.be.closeTo(value, 1e-13);
        expect(difference(e.gradient().data, Float64Array.from(gradient), 1)).to.be.below(1e-12);
        let upper = 0; // the Hessian's rows from the diagonal on
        for (let j = 0; j < m; upper += m - j, j++) {
          const column = e.hvp!(batchOf([y.map((_, k) => Number(k === j))])).data.subarray(j);
          expect(difference(column, Float64Array.from(hessian.slice(upper, upper + m - j)), 1)).to.be.below(1e-12);
        }
      }
    });
  }
});

describe('bellman-ford', () => {
  it('by hand: four cells, two iterations', () => {
    const [beta, y] = [2, [0.3, 0.5, 0.8, 0.1]];
    const e = create({ rows: 2, columns: 2, iterations: 2, beta }).evaluate(batchOf([y]), [[1, 0, 0, 1]], rng);
    const weights = [1, Math.exp(-beta * y[1]!), Math.exp(-beta * y[2]!)]; // of the target's neighbours, after one sweep
    const total = weights.reduce((sum, w) => sum + w);
    const [p, q, r] = weights.map((w) => w / total) as [number, number, number];
    expect(e.value[0]).to.be.closeTo(((p - 1) ** 2 + q * q + r * r) / 4, 1e-15);
    // d p = beta p q, d q = -beta q (1 - q), d r = beta q r along the second cost
    const slope = (beta / 2) * ((p - 1) * p * q - q * q * (1 - q) + r * q * r);
    [0, slope].forEach((g, j) => expect(e.gradient().data[j]).to.be.closeTo(g, 1e-15));
  });

  it('a single cell is the path', () => {
    for (const program of programs) {
      const e = create({ ...program, rows: 1, columns: 1 }).evaluate(batchOf([[3], [3]]), [[1], [0]], rng);
      const certain = program.loop === 'for' ? 1 : 1 / (1 + Math.exp(-10)); // the chance of the first step
      const distance = (t: number): number => (program.distance === 'l1' ? Math.abs(certain - t) : (certain - t) ** 2);
      [distance(1), distance(0)].forEach((value, i) => expect(e.value[i]).to.be.closeTo(value, 1e-15));
      expect([...e.gradient().data]).to.deep.equal([0, 0]);
    }
  });

  it('is the shortest path for large beta, an absorbing source and iterations enough', () => {
    for (const loop of ['for', 'while'] as const) {
      const params: Params = { rows: 7, columns: 6, loop, distance: 'l1', beta: 1e4, iterations: 30 };
      const y = costsOf(params, terrain, 20);
      const { value } = create(params).evaluate(y, shortestPaths(params, y), rng);
      const rest = loop === 'for' ? 0 : 1e-5; // of the chances with which the loop goes on
      value.forEach((mismatch) => expect(mismatch).to.be.at.most(1e-10 + rest));
    }
  });

  it('as in the original, cells beside the source are on the path that are not on the shortest', () => {
    const params: Params = { rows: 12, columns: 12, beta: 200, iterations: 30 };
    const y = costsOf(params, terrain, 60);
    const paths = shortestPaths(params, y);
    /** Samples and cells where the soft path, rounded, is not the shortest. */
    const differences = (absorbSource: boolean): [i: number, cell: number][] =>
      paths.flatMap((path, i) => {
        const soft = softPath(row(y, i), { ...params, absorbSource });
        return path.flatMap((t, v): [number, number][] => (Math.round(soft[v]!) === t ? [] : [[i, v]]));
      });
    expect(differences(true)).to.deep.equal([]);
    const spurious = differences(false);
    expect(new Set(spurious.map(([i]) => i)).size).to.be.within(8, 30); // about 28 % of such maps
    for (const [i, v] of spurious) expect([v, paths[i]![v]]).to.deep.equal([[1, 12, 13].includes(v) ? v : NaN, 0]);
  });

  it('has for l2 a Gauss-Newton matrix of the gradients of its path, which is the Hessian where the path is as wanted', () => {
    for (const program of programs.filter(({ distance }) => distance === 'l2')) {
      const params: Params = { ...program, rows: 3, columns: 3, iterations: 5, beta: 4 };
      const y = costsOf(params, uniform(0.2, 1));
      const gradientTo = (target: number[]): Float64Array => create(params).evaluate(y, [target], rng).gradient().data;
      const zero = new Array<number>(9).fill(0);
      const blocks = zeros(1, 81);
      for (let v = 0; v < 9; v++) {
        // g = 2/m J^T (path - t), so that moving t by one cell shows its gradient
        const moved = gradientTo(zero.map((_, k) => Number(k === v)));
        const J = gradientTo(zero).map((g, j) => (9 / 2) * (g - moved[j]!));
        for (let k = 0; k < 81; k++) blocks.data[k]! += (2 / 9) * J[Math.floor(k / 9)]! * J[k % 9]!;
      }
      const e = create(params).evaluate(y, [[...softPath(y.data, params)].map((p) => Math.min(p, 1))], rng);
      expect(difference(e.gaussNewton!().data, blocks.data, 1e-3)).to.be.below(1e-12);
      const v = costsOf(params, () => rng.normal());
      expect(difference(e.hvp!(v).data, timesBlocks(blocks, v).data, 1e-3)).to.be.below(1e-12);
    }
    expect(create({ rows: 3, columns: 3, distance: 'l1' }).evaluate(costsOf({ rows: 3, columns: 3 }, terrain), [new Array<number>(9).fill(0)], rng))
      .to.not.have.property('gaussNewton');
  });

  it('stops the while loop of each sample by itself', () => {
    const params: Params = { rows: 2, columns: 5, loop: 'while', beta: 1, iterations: 60 };
    const y = costsOf(params, terrain, 6);
    row(y, 0).fill(40); // mass takes all ways alike, and reaches the source later
    const targets = maskOf(y);
    const all = create(params).evaluate(y, targets, rng);
    for (let i = 0; i < y.rows; i++) {
      const alone = create(params).evaluate(takeRows(y, [i]), [targets[i]!], rng);
      expect(alone.value[0]).to.equal(all.value[i]);
      expect([...alone.gradient().data]).to.deep.equal([...row(all.gradient(), i)]);
    }
  });

  it('refuses targets that are no masks of its grid', () => {
    const evaluate = (target: number[]) => (): unknown => create({ rows: 1, columns: 2 }).evaluate(batchOf([[1, 2]]), [target], rng);
    expect(evaluate([1])).to.throw().with.property('code', 'TARGET');
    expect(evaluate([0, 2])).to.throw().with.property('code', 'TARGET');
    expect(() => softPath([1, 2], { rows: 3, columns: 1 })).to.throw().with.property('code', 'SHAPE');
    expect(() => softPath([1, NaN], { rows: 2, columns: 1 })).to.throw().with.property('code', 'NONFINITE');
    expect(() => create({ beta: 0 })).to.throw().with.property('code', 'PARAMS');
    expect(() => create({ iterations: 1e9 }).evaluate(costsOf({}, terrain), [new Array<number>(144).fill(0)], rng))
      .to.throw().with.property('code', 'PARAMS');
  });
});
