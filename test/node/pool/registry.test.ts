import { expect } from 'chai';
import path from 'node:path';
import type { CheckedAlgorithm } from '../../../core/algorithms/algorithm.js';
import type { AlgorithmChoice } from '../../../core/algorithms/algorithm-parameter.js';
import { checkedAlgorithm } from '../../../core/algorithms/checked-algorithm.js';
import topK from '../../../core/algorithms/top-k.js';
import { batchOf, zeros } from '../../../core/batch.js';
import { openRegistry } from '../../../node/open-registry.js';
import { packageRoot } from '../../../node/package-root.js';
import { pluginsOfFile } from '../../../node/registry-file.js';
import { Registry } from '../../../core/registry.js';
import { createRng } from '../../../core/random/rng.js';
import blackbox from '../../../plugins/blackbox.js';
import { eagerPools, sameBits, untilShared } from './pools.js';

async function algorithmOfBlackbox(registry: Registry, algorithm?: AlgorithmChoice): Promise<CheckedAlgorithm> {
  const resolved = await registry.resolve(blackbox, { ...(algorithm && { algorithm }) });
  return (resolved as { algorithm: CheckedAlgorithm }).algorithm;
}

describe('a registry with a pool of workers', () => {
  const openPool = eagerPools();
  const costs = zeros(500, 7);
  for (let k = 0, rng = createRng(1); k < costs.data.length; k++) costs.data[k] = rng.normal();

  it('solves batches of its algorithms there, those that losses are over too', async () => {
    const registry = await openRegistry();
    const pool = (registry.pool = openPool(2));
    const algorithms = [
      await registry.algorithm('top-k', { k: 3 }),
      await algorithmOfBlackbox(registry, { name: 'ranking' }),
      await algorithmOfBlackbox(registry),
    ];
    expect(algorithms.map(({ plugin, params }) => [plugin.name, params])).to.deep.equal([['top-k', { k: 3 }], [
      'ranking',
      {},
    ], ['top-k', { k: 1 }]]);
    for (const algorithm of algorithms) {
      await untilShared(pool, algorithm, costs);
      const alone = checkedAlgorithm(await registry.algorithmPlugin(algorithm.plugin.name), algorithm.params);
      expect(sameBits(algorithm.solveBatch(costs), alone.solveBatch(costs))).to.equal(true);
    }
  });

  it('gives losses that evaluate to the same bits', async () => {
    const registry = await openRegistry();
    const params = { algorithm: { name: 'top-k', params: { k: 2 } } };
    const alone = await registry.create('blackbox', params);
    const pool = (registry.pool = openPool(3));
    const pooled = await registry.create('blackbox', params);
    await untilShared(pool, await algorithmOfBlackbox(registry, params.algorithm), costs);
    const { y, targets } = alone.sample(createRng(2), 300);
    const [one, other] = [alone, pooled].map((loss) => loss.evaluate(y, targets, createRng(3)));
    expect(other.value).to.deep.equal(one.value);
    expect(other.gradient()).to.deep.equal(one.gradient());
  });

  it('leaves algorithms that are not registered on one thread', async () => {
    const registry = new Registry();
    const add = (content: object): void =>
      registry.add(pluginsOfFile(content, path.join(packageRoot(), 'dist'), 'registry.json'));
    add({ losses: { blackbox: './plugins/blackbox.js' } });
    registry.pool = openPool(2);
    expect((await algorithmOfBlackbox(registry)).plugin).to.equal(topK);
    add({ algorithms: { 'top-k': './core/algorithms/ranking.js' } });
    const algorithm = await algorithmOfBlackbox(registry);
    expect(algorithm.plugin).to.equal(topK);
    expect(algorithm.solveBatch(batchOf([[1, 3, 2]])).w.data).to.deep.equal(Float64Array.of(0, 1, 0));
  });
});
