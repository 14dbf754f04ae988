import { expect } from 'chai';
import { checkedAlgorithm } from '../../core/algorithms/checked-algorithm.js';
import gridShortestPath from '../../core/algorithms/grid-shortest-path.js';
import { type Batch, batchOf, row, takeRows, timesBlocks, zeros } from '../../core/batch.js';
import { softPath } from '../../plugins/bellman-ford.js';
import {
  costsOf,
  create,
  difference,
  maskOf,
  type Params,
  programs,
  restart,
  rng,
  terrain,
  uniform,
} from './bellman-ford-cases.js';

/** Shortest paths of the rows of y. */
function shortestPaths({ rows, columns }: Params, y: Batch): number[][] {
  const { w } = checkedAlgorithm(gridShortestPath, { rows: rows!, columns: columns! }).solveBatch(y);
  return Array.from({ length: y.rows }, (_, i) => [...row(w, i)]);
}

describe('bellman-ford', () => {
  beforeEach(restart);

  it('by hand: four cells, two iterations', () => {
    const [beta, y] = [2, [0.3, 0.5, 0.8, 0.1]];
    const e = create({ rows: 2, columns: 2, iterations: 2, beta }).evaluate(batchOf([y]), [[1, 0, 0, 1]], rng);
    const weights = [1, Math.exp(-beta * y[1]), Math.exp(-beta * y[2])]; // of the target's neighbours, after one sweep
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
        return path.flatMap((t, v): [number, number][] => (Math.round(soft[v]) === t ? [] : [[i, v]]));
      });
    expect(differences(true)).to.deep.equal([]);
    const spurious = differences(false);
    expect(new Set(spurious.map(([i]) => i)).size).to.be.within(8, 30); // about 28 % of such maps
    for (const [i, v] of spurious) expect([v, paths[i][v]]).to.deep.equal([[1, 12, 13].includes(v) ? v : NaN, 0]);
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
        const J = gradientTo(zero).map((g, j) => (9 / 2) * (g - moved[j]));
        for (let k = 0; k < 81; k++) blocks.data[k] += (2 / 9) * J[Math.floor(k / 9)] * J[k % 9];
      }
      const e = create(params).evaluate(y, [[...softPath(y.data, params)].map((p) => Math.min(p, 1))], rng);
      expect(difference(e.gaussNewton!().blocks().data, blocks.data, 1e-3)).to.be.below(1e-12);
      const v = costsOf(params, () => rng.normal());
      expect(difference(e.hessian!().times(v).data, timesBlocks(blocks, v).data, 1e-3)).to.be.below(1e-12);
    }
    expect(
      create({ rows: 3, columns: 3, distance: 'l1' }).evaluate(costsOf({ rows: 3, columns: 3 }, terrain), [
        new Array<number>(9).fill(0),
      ], rng),
    )
      .to.not.have.property('gaussNewton');
  });

  it('stops the while loop of each sample by itself', () => {
    const params: Params = { rows: 2, columns: 5, loop: 'while', beta: 1, iterations: 60 };
    const y = costsOf(params, terrain, 6);
    row(y, 0).fill(40); // mass takes all ways alike, and reaches the source later
    const targets = maskOf(y);
    const all = create(params).evaluate(y, targets, rng);
    for (let i = 0; i < y.rows; i++) {
      const alone = create(params).evaluate(takeRows(y, [i]), [targets[i]], rng);
      expect(alone.value[0]).to.equal(all.value[i]);
      expect([...alone.gradient().data]).to.deep.equal([...row(all.gradient(), i)]);
    }
  });

  it('refuses targets that are no masks of its grid', () => {
    const evaluate = (target: number[]) => (): unknown =>
      create({ rows: 1, columns: 2 }).evaluate(batchOf([[1, 2]]), [target], rng);
    expect(evaluate([1])).to.throw().with.property('code', 'TARGET');
    expect(evaluate([0, 2])).to.throw().with.property('code', 'TARGET');
    expect(() => softPath([1, 2], { rows: 3, columns: 1 })).to.throw().with.property('code', 'SHAPE');
    expect(() => softPath([1, NaN], { rows: 2, columns: 1 })).to.throw().with.property('code', 'NONFINITE');
    const line = { rows: 2, columns: 2, iterations: 3 };
    expect([...softPath([1e300, 3e300, 2e300, 1e300], line)]).to.deep.equal([...softPath([1e3, 3e3, 2e3, 1e3], line)]);
    for (const cost of [1e308, -1e308]) {
      expect(() => softPath([cost, cost, cost, cost], line), String(cost))
        .to.throw()
        .with.property('code', 'NONFINITE');
    }
    expect(() => create({ beta: 0 })).to.throw().with.property('code', 'PARAMS');
    expect(() => create({ iterations: 1e9 }).evaluate(costsOf({}, terrain), [new Array<number>(144).fill(0)], rng))
      .to.throw().with.property('code', 'PARAMS');
  });
});
