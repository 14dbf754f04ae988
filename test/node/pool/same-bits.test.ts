import { expect } from 'chai';
import { setTimeout as delay } from 'node:timers/promises';
import type { CheckedAlgorithm } from '../../../core/algorithms/algorithm.js';
import { WorkerPool } from '../../../node/pool/worker-pool.js';
import ranks from '../../../core/algorithms/ranking.js';
import { type Batch, copyOf, row, zeros } from '../../../core/batch.js';
import { openRegistry } from '../../../node/open-registry.js';
import { createRng } from '../../../core/random/rng.js';
import { codeOf } from '../../harness/helpers.js';
import { eagerPools, repeated, sameBits, untilShared } from './pools.js';

interface Pair {
  readonly alone: CheckedAlgorithm;
  readonly pooled: CheckedAlgorithm;
  readonly costs: Batch;
}

describe('a pool of workers', () => {
  const openPool = eagerPools();

  for (const threads of [2, 3, 4]) {
    it(`gives the bits of one thread on ${threads} threads: every registered algorithm, in turns, batches of all sizes`, async () => {
      const registry = await openRegistry();
      const pool = openPool(threads);
      const pairs: Pair[] = [];
      for (const name of registry.algorithmNames) {
        registry.pool = undefined;
        const alone = await registry.algorithm(name);
        registry.pool = pool;
        pairs.push({
          alone,
          pooled: await registry.algorithm(name),
          costs: alone.plugin.sample(alone.params, createRng(threads), 64),
        });
      }
      for (const { pooled, costs } of pairs) await untilShared(pool, pooled, costs);
      for (const rows of [1, 2, 3, 5, 16, 17, 64, 301, 40, 1]) {
        for (const { alone, pooled, costs } of pairs) {
          const batch = repeated(costs, rows);
          const before = copyOf(batch);
          const expected = alone.solveBatch(batch);
          expect(sameBits(pooled.solveBatch(batch), expected), `${alone.plugin.name}, ${rows} rows`).to.equal(true);
          const into = { w: zeros(rows, expected.w.cols), objective: new Float64Array(rows).fill(NaN) };
          into.w.data.fill(NaN);
          expect(pooled.solveBatch(batch, into)).to.equal(into);
          expect(sameBits(into, expected), `${alone.plugin.name}, ${rows} rows, into`).to.equal(true);
          expect(batch).to.deep.equal(before);
        }
      }
    });
  }

  it('solves batches longer than its shared memory, and of another width each time', async () => {
    const registry = await openRegistry();
    const name = 'grid-shortest-path';
    const alone = await registry.algorithm(name, { rows: 30, columns: 30 });
    const sorted = await registry.algorithm('ranking');
    const pool = (registry.pool = openPool(2));
    const pooled = await registry.algorithm(name, { rows: 30, columns: 30 });
    const ranking = await registry.algorithm('ranking');
    await untilShared(pool, pooled, alone.plugin.sample(alone.params, createRng(1), 64));
    const many = repeated(alone.plugin.sample(alone.params, createRng(2), 100), 3000); // 43 MB with their solutions
    expect(sameBits(pooled.solveBatch(many), alone.solveBatch(many))).to.equal(true);
    for (const [rows, cols] of [[9, 3], [30, 2000], [500, 1], [7, 2], [100, 300]] as const) {
      const costs = zeros(rows, cols);
      for (let k = 0, rng = createRng(rows); k < costs.data.length; k++) costs.data[k] = rng.normal();
      expect(sameBits(ranking.solveBatch(costs), sorted.solveBatch(costs)), `${rows} x ${cols}`).to.equal(true);
    }
  });

  it('solves costs that are made while others solve, each once and in order, on one thread too', async () => {
    const registry = await openRegistry();
    const name = 'grid-shortest-path';
    const params = { rows: 30, columns: 30 };
    const alone = await registry.algorithm(name, params);
    const pool = (registry.pool = openPool(2));
    const pooled = await registry.algorithm(name, params);
    await untilShared(pool, pooled, alone.plugin.sample(alone.params, createRng(1), 64));
    for (const rows of [1, 40, 3000]) { // the last in several parts
      const costs = repeated(alone.plugin.sample(alone.params, createRng(4), 50), rows);
      const expected = alone.solveBatch(costs);
      for (const algorithm of [alone, pooled]) {
        const blank = { ...costs, data: new Float64Array(costs.data.length).fill(NaN) };
        let made = 0;
        const make = (end: number): void => {
          expect(end).to.be.within(made, rows);
          blank.data.set(costs.data.subarray(made * 900, end * 900), made * 900);
          made = end;
        };
        expect(sameBits(algorithm.solveBatch(blank, undefined, make), expected), `${rows} rows`).to.equal(true);
        expect(made).to.equal(rows);
      }
    }
    for (const algorithm of [alone, pooled]) {
      const costs = repeated(alone.plugin.sample(alone.params, createRng(5), 50), 200);
      const spoil = (end: number): void => void (end > 150 && (costs.data[150 * 900 + 3] = NaN));
      expect(() => algorithm.solveBatch(costs, undefined, spoil)).to.throw(
        /should be finite, got NaN at sample 150, index 3/,
      );
    }
  });

  it('is shared by algorithms of one name with different parameters, more of them than workers keep', async () => {
    const registry = await openRegistry();
    const pool = (registry.pool = openPool(2));
    const costs = zeros(200, 12);
    for (let k = 0, rng = createRng(3); k < costs.data.length; k++) costs.data[k] = rng.normal();
    const several = await Promise.all(Array.from({ length: 12 }, (_, k) => registry.algorithm('top-k', { k: k + 1 })));
    for (const algorithm of [...several, ...several]) await untilShared(pool, algorithm, costs);
    several.forEach((algorithm, k) => {
      const { w } = algorithm.solveBatch(costs);
      for (let i = 0; i < w.rows; i++) expect(row(w, i).reduce((sum, x) => sum + x)).to.equal(k + 1);
    });
  });

  it('wakes nobody for a batch that is not worth it, on one thread, or after it is closed', async () => {
    const registry = await openRegistry();
    const costs = zeros(300, 50);
    for (let k = 0, rng = createRng(4); k < costs.data.length; k++) costs.data[k] = rng.normal();
    const expected = (await registry.algorithm('ranking')).solveBatch(costs);
    const closed = openPool(2);
    registry.pool = closed;
    const algorithm = await registry.algorithm('ranking');
    await untilShared(closed, algorithm, costs);
    await closed.close();
    await closed.close();
    const idle = [closed, openPool(1), openPool(2, { worthwhile: 1e6 })];
    const before = idle.map((pool) => pool.rowsShared);
    for (const pool of idle) {
      registry.pool = pool;
      const pooled = await registry.algorithm('ranking');
      for (let k = 0; k < 10; k++) {
        expect(sameBits(pooled.solveBatch(costs), expected)).to.equal(true);
        await delay(5);
      }
    }
    expect(sameBits(algorithm.solveBatch(costs), expected)).to.equal(true);
    expect(idle.map((pool) => pool.rowsShared)).to.deep.equal(before);
  });

  it('is at least one thread', () => {
    for (const threads of [0, -1, 1.5, NaN, 1025, 2 ** 53, '2', null, 2n, Symbol('two')]) {
      expect(codeOf(() => new WorkerPool(threads as number)), String(threads)).to.equal('PARAMS');
    }
    expect(new WorkerPool(1024).threads).to.equal(1024);
    for (const wrong of [NaN, -1, '1', null, {}]) {
      for (const option of ['worthwhile', 'patience', 'warn']) {
        expect(codeOf(() => new WorkerPool(2, { [option]: wrong })), `${option} ${String(wrong)}`).to.equal('PARAMS');
      }
    }
    expect(codeOf(() => new WorkerPool(2).parallel(ranks, 5 as never))).to.equal('PARAMS');
    expect(codeOf(() => new WorkerPool(2, null as never))).to.equal('PARAMS');
    expect(codeOf(() => new WorkerPool(2).parallel({} as never, 'file:///nowhere.js'))).to.equal('REGISTRY');
    expect(new WorkerPool().threads).to.be.at.least(1);
  });
});
