import { expect } from 'chai';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import threads from 'node:worker_threads';
import type { AlgorithmPlugin } from '../../../core/algorithms/algorithm.js';
import type { CheckedAlgorithm } from '../../../core/algorithms/algorithm.js';
import { checkedAlgorithm } from '../../../core/algorithms/checked-algorithm.js';
import type { WorkerPool } from '../../../node/pool/worker-pool.js';
import ranking from '../../../core/algorithms/ranking.js';
import { type Batch, copyOf, row, zeros } from '../../../core/batch.js';
import { LossError } from '../../../core/errors.js';
import { openRegistry } from '../../../node/open-registry.js';
import { createRng } from '../../../core/random/rng.js';
import { temporaryFolder } from '../../harness/helpers.js';
import { eagerPools, sameBits, untilShared } from './pools.js';

/**
 * An algorithm that doubles its costs: on the main thread in a millisecond a row, so that workers find something to do,
 * and on workers only after it has left a mark in `log` and done the mischief.
 */
const moody = `
import { appendFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';
const asleep = new Int32Array(new SharedArrayBuffer(4));
const mischief = {
  none() {},
  throw() { throw new Error('only on workers'); },
  exit() { process.exit(3); },
  hang() { Atomics.wait(asleep, 0, 0); },
  late() { setTimeout(() => { throw new Error('after all'); }); },
};
export default {
  name: 'moody', title: 'Moody', source: 'test',
  params: {
    type: 'object',
    properties: { mischief: { type: 'string', default: 'none' }, log: { type: 'string', default: '' } },
    required: ['mischief', 'log'], additionalProperties: false,
  },
  create(params) {
    if (params.mischief === 'create' && !isMainThread) {
      appendFileSync(params.log, '!');
      throw new Error('not on workers');
    }
    return {
      sense: 'minimise',
      outputs: (m) => m,
      solve(costs, out) {
        if (isMainThread) Atomics.wait(asleep, 0, 0, 1);
        else {
          appendFileSync(params.log, '!');
          mischief[params.mischief]();
        }
        out.set(costs.map((c) => 2 * c));
        return out.reduce((sum, w, j) => sum + w * costs[j], 0);
      },
    };
  },
  sample: () => { throw new Error('not needed'); },
};
`;

describe('a pool of workers, when something goes wrong,', () => {
  const folder = temporaryFolder();
  const openPool = eagerPools();
  let warnings: string[];
  beforeEach(() => (warnings = []));

  /** The algorithm on the pool, and on one thread. */
  const pair = async (
    pool: WorkerPool,
    mischief: string,
  ): Promise<{ pooled: CheckedAlgorithm; alone: CheckedAlgorithm; marks: () => number }> => {
    const file = path.join(folder(), 'moody.mjs');
    writeFileSync(file, moody);
    const log = path.join(folder(), 'log');
    const module = pathToFileURL(file).href;
    const { default: plugin } = (await import(module)) as { default: AlgorithmPlugin };
    const params = { mischief, log };
    const marks = (): number => (existsSync(log) ? readFileSync(log).length : 0);
    return {
      pooled: checkedAlgorithm(pool.parallel(plugin, module), params),
      alone: checkedAlgorithm(plugin, params),
      marks,
    };
  };
  const costs = normal(24, 3);

  /** Solves until `enough`, all batches alike. */
  const solveUntil = async (pool: WorkerPool, mischief: string, enough: (marks: number) => boolean): Promise<void> => {
    const { pooled, alone, marks } = await pair(pool, mischief);
    const expected = alone.solveBatch(costs);
    for (;;) {
      expect(sameBits(pooled.solveBatch(costs), expected)).to.equal(true);
      if (enough(marks())) return;
      await delay(1);
    }
  };

  for (const mischief of ['throw', 'create']) {
    it(`solves what workers cannot: ${mischief}`, async () => {
      const pool = openPool(3, { warn: (message) => warnings.push(message) });
      await solveUntil(pool, mischief, (marks) => marks >= 2 && (mischief === 'throw' || warnings.length >= 2));
      expect(pool.rowsShared).to.equal(0);
      if (mischief === 'throw') expect(warnings).to.deep.equal([]);
      else expect(warnings[0]).to.include('moody.mjs').and.include('not on workers');
    });
  }

  for (const mischief of ['exit', 'hang', 'late']) {
    it(`replaces workers that are lost, and after three times does without: ${mischief}`, async () => {
      const pool = openPool(2, { patience: 50, warn: (message) => warnings.push(message) });
      await solveUntil(pool, mischief, () => warnings.length === 3);
      expect(warnings[0]).to.include({ exit: 'exit code 3', hang: 'does not come back', late: 'after all' }[mischief])
        .and.include('others are started');
      expect(warnings[2]).to.include('one thread');
      const { pooled, alone, marks } = await pair(pool, mischief);
      const before = marks();
      expect(sameBits(pooled.solveBatch(costs), alone.solveBatch(costs))).to.equal(true);
      expect(marks()).to.equal(before);
    });
  }

  it('ends those that run already where one cannot be started, and solves on one thread', async () => {
    const { Worker } = threads;
    const started: Promise<unknown>[] = [];
    class Scarce extends Worker {
      constructor(...words: ConstructorParameters<typeof Worker>) {
        if (started.length === 2) throw new Error('no more threads');
        super(...words);
        started.push(once(this, 'exit'));
      }
    }
    Object.assign(threads, { Worker: Scarce });
    syncBuiltinESMExports();
    try {
      const { pooled, alone } = await pair(openPool(5, { warn: (message) => warnings.push(message) }), 'none');
      for (let k = 0; k < 3; k++) expect(sameBits(pooled.solveBatch(costs), alone.solveBatch(costs))).to.equal(true);
    } finally {
      Object.assign(threads, { Worker });
      syncBuiltinESMExports();
    }
    expect(started.length).to.equal(2);
    await Promise.all(started);
    expect(warnings.length).to.equal(1);
    expect(warnings[0]).to.include('no more threads').and.include('one thread');
  });

  it('names an algorithm that promises its objective, without rejections that nobody handles', async () => {
    const promising = {
      ...ranking,
      name: 'promising',
      create: () => ({ sense: 'minimise', outputs: (m: number) => m, solve: () => Promise.reject(new Error('later')) }),
    };
    const pool = openPool(2);
    const plugin = pool.parallel(promising as unknown as AlgorithmPlugin, 'file:///nowhere.js');
    for (const at of [plugin, promising as unknown as AlgorithmPlugin]) {
      const error = errorOf(() => checkedAlgorithm(at).solveBatch(costs));
      expect(error.code).to.equal('UNSUPPORTED');
      expect(error.message).to.include('promising').and.include('solve').and.include('promise');
    }
    await delay(1);
  });

  it('goes on replacing workers that are lost now and then', async () => {
    const pool = openPool(2, { warn: (message) => warnings.push(message) });
    const other = checkedAlgorithm(
      pool.parallel(ranking, new URL('../../../core/algorithms/ranking.js', import.meta.url).href),
    );
    const many = normal(1000, 3);
    for (let lost = 1; lost <= 4; lost++) {
      for (let k = 0; k < 300; k++) other.solveBatch(many);
      await solveUntil(pool, 'exit', () => warnings.length >= lost);
    }
    for (const warning of warnings) expect(warning).to.include('others are started');
  });

  it('throws the error of the first row that has one, as one thread does, and goes on', async () => {
    const registry = await openRegistry();
    const params = { rows: 12, columns: 12, negative: 'error' };
    const alone = await registry.algorithm('grid-shortest-path', params);
    const pool = (registry.pool = openPool(3));
    const pooled = await registry.algorithm('grid-shortest-path', params);
    const good = alone.plugin.sample(alone.params, createRng(5), 400);
    const expected = alone.solveBatch(good);
    await untilShared(pool, pooled, good);
    for (const rows of [[0], [399], [3, 4], [350, 20], [398, 7, 399], [200, 201, 202], [90, 91], [250]]) {
      const bad = copyOf(good);
      for (const i of rows) row(bad, i)[i % 144] = -i - 1;
      const message = errorOf(() => alone.solveBatch(bad)).message;
      expect(message).to.include(`got ${-Math.min(...rows) - 1} at`);
      for (let k = 0; k < 5; k++) {
        const error = errorOf(() => pooled.solveBatch(bad));
        expect([error.code, error.message]).to.deep.equal(['UNSUPPORTED', message]);
        expect(sameBits(pooled.solveBatch(good), expected)).to.equal(true);
      }
    }
    expect(errorOf(() => pooled.solveBatch({ ...good, rows: 3 })).code).to.equal('SHAPE');
    expect(errorOf(() => pooled.solveBatch({ ...good, data: good.data.with(9, NaN) })).code).to.equal('NONFINITE');
  });

  it('lets an algorithm call another one on the same pool', () => {
    const pool = openPool(2, { warn: (message) => warnings.push(message) });
    const inner = checkedAlgorithm(pool.parallel(ranking, 'file:///nowhere/inner.js'));
    const solveInner = (scores: Float64Array, out: Float64Array): number => {
      const into = { w: { rows: 1, cols: out.length, data: out }, objective: new Float64Array(1) };
      return inner.solveBatch({ rows: 1, cols: scores.length, data: scores }, into).objective[0];
    };
    const outer: AlgorithmPlugin = {
      ...ranking,
      create: (params) => ({ ...ranking.create(params), solve: solveInner }),
    };
    const nested = checkedAlgorithm(pool.parallel(outer, 'file:///nowhere/outer.js'));
    const scores = normal(200, 20);
    expect(sameBits(nested.solveBatch(scores), checkedAlgorithm(ranking).solveBatch(scores))).to.equal(true);
  });
});

function errorOf(act: () => unknown): LossError {
  try {
    act();
  } catch (error) {
    if (error instanceof LossError) return error;
  }
  throw new Error('should have thrown a LossError');
}

function normal(rows: number, cols: number): Batch {
  const costs = zeros(rows, cols);
  for (let k = 0, rng = createRng(rows); k < costs.data.length; k++) costs.data[k] = rng.normal();
  return costs;
}
