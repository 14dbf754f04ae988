import { expect } from 'chai';
import { batchOf } from '../../core/batch.js';
import { defineSampleLoss } from '../../core/define.js';
import type { LossError } from '../../core/errors.js';
import { textOf } from '../../core/messages.js';
import { createRng } from '../../core/random/rng.js';
import { type PluginSources, Registry } from '../../core/registry.js';
import ranking from '../../core/algorithms/ranking.js';
import { openRegistry } from '../../node/open-registry.js';
import mse from '../../plugins/mse.js';
import { codeOf } from '../harness/helpers.js';
import { wrongValues } from './wrong-values.js';

const mine = { ...mse, name: 'mine' };

describe('registry of plugins in memory', () => {
  it('takes plugins, and functions that import them', async () => {
    const registry = new Registry();
    let imports = 0;
    registry.add({
      losses: { mine, mse: () => (imports++, import('../../plugins/mse.js')) },
      algorithms: { ranking },
    });
    expect([registry.names, registry.algorithmNames]).to.deep.equal([['mine', 'mse'], ['ranking']]);
    expect(imports).to.equal(0);
    for (const name of ['mine', 'mse']) {
      const loss = await registry.create(name);
      expect(loss.evaluate(batchOf([[3, 1]]), [[1, 1]], createRng(0)).value[0]).to.equal(2);
    }
    expect((await registry.algorithm('ranking')).plugin).to.equal(ranking);
  });

  it('opens with them beside the built-in ones', async () => {
    const typed = defineSampleLoss({
      name: 'typed',
      title: 'Typed',
      source: 'here',
      target: { type: 'number' },
      create: () => ({ value: (y, t) => t * y[0], gradient: (_y, t) => [t], hessian: () => [0] }),
      sample: (_params, _rng, rows) => ({ y: batchOf(Array.from({ length: rows }, () => [1])), targets: [] }),
    });
    const registry = await openRegistry({ losses: { mine, typed } });
    expect(registry.names).to.include.members(['mine', 'typed', 'softsort']);
    expect((await registry.create('mine')).plugin).to.equal(mine);
  });

  it('refuses names that are taken, and plugins of other names', async () => {
    const registry = await openRegistry();
    expect(messageOf(() => registry.add({ losses: { mse } }))).to.match(/^registry.add: mse .* by newton-losses;/);
    registry.add({ losses: { other: mine } });
    expect(await registry.create('other').catch((error: LossError) => error.message)).to.match(
      /^registry.add: other names an object, whose plugin calls itself "mine"/,
    );
  });

  it('refuses functions that import nothing', async () => {
    const registry = new Registry();
    const functions = {
      rejects: () => Promise.reject(new Error('offline')),
      throws: () => {
        throw new Error('at once');
      },
      nothing: () => undefined,
      empty: () => Promise.resolve({}),
    };
    registry.add({ losses: functions } as unknown as PluginSources);
    for (const name of Object.keys(functions)) {
      const error: unknown = await registry.create(name).catch((reason: unknown) => reason);
      expect((error as LossError).code, name).to.equal('REGISTRY');
      expect((error as LossError).message).to.include(name);
    }
    expect(await registry.plugin('rejects').catch((error: LossError) => error.message)).to.equal(
      'registry.add: rejects: cannot import a module: offline',
    );
  });

  it('refuses any other kind of thing in the place of each argument', () => {
    for (const wrong of wrongValues() as never[]) {
      const text = textOf(wrong);
      expect(codeOf(() => new Registry().add(wrong)), text).to.equal('REGISTRY');
      if (typeof wrong !== 'object') {
        expect(codeOf(() => new Registry().add({ losses: { mine }, algorithms: wrong })), text).to.equal('REGISTRY');
      }
      if (typeof wrong !== 'object' && typeof wrong !== 'function') {
        expect(codeOf(() => new Registry().add({ losses: { mine: wrong } })), text).to.equal('REGISTRY');
      }
      if (typeof wrong !== 'string' && wrong !== undefined) {
        expect(codeOf(() => new Registry().add({ losses: {} }, wrong)), text).to.equal('REGISTRY');
      }
    }
  });
});

function messageOf(act: () => void): string {
  try {
    act();
  } catch (error) {
    return (error as LossError).message;
  }
  return '';
}
