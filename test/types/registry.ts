import { topK } from '../../core/algorithm-losses/index.js';
import { defineSampleLoss, openRegistry, parameters } from '../../node/index.js';

/** Compiled with the tests: what `registry.create` knows of losses by their names. */

export const mine = defineSampleLoss({
  name: 'mine',
  title: 'Mine',
  source: 'none',
  params: parameters({ width: { type: 'number', default: 1 } }),
  target: { type: 'string' },
  create: ({ width }) => ({ value: (_y, target) => width * target.length, gradient: (y) => y }),
  sample: (_params, _rng, rows) => ({ y: { rows, cols: 1, data: new Float64Array(rows) }, targets: ['a'] }),
});

declare module '../../node/index.js' {
  interface LossTypes {
    mine: typeof mine;
  }
}

export async function examples(): Promise<void> {
  const registry = await openRegistry();
  const softsort = await registry.create('softsort', { temperature: 0.1 });
  softsort.evaluate({ rows: 1, cols: 2, data: Float64Array.of(1, 2) }, [[0, 1]], undefined as never);
  // @ts-expect-error: a target is an array of ranks
  softsort.evaluate({ rows: 1, cols: 2, data: Float64Array.of(1, 2) }, ['no'], undefined as never);
  // @ts-expect-error: a misspelt parameter
  await registry.create('softsort', { temprature: 0.1 });
  // @ts-expect-error: a value of another type
  await registry.create('softsort', { temperature: 'warm' });
  await registry.create('blackbox', { lambda: 2, algorithm: { name: 'top-k', params: { k: 2 } } });
  await registry.create('blackbox', { algorithm: topK({ k: 2 }) });
  // @ts-expect-error: an algorithm that is neither named nor made
  await registry.create('blackbox', { algorithm: { k: 2 } });
  await registry.create('mine', { width: 2 });
  // @ts-expect-error: a misspelt parameter of a loss that this module adds
  await registry.create('mine', { height: 2 });
  await registry.create('of-another-package', { anything: 1 });
}
