import { expect } from 'chai';
import type { Registry } from '../../../core/registry.js';
import { namedKind } from '../../../harness/cli/named.js';
import { openRegistry } from '../../../node/open-registry.js';

describe('what a word of the command line stands for', () => {
  let registry: Registry;
  before(async () => (registry = await openRegistry()));

  it('is the first kind of plugin that has the name, and tells the others', () => {
    expect(namedKind(registry, 'softsort')).to.deep.equal({ kind: 'loss', name: 'softsort', others: [] });
    expect(namedKind(registry, 'mlp')).to.deep.equal({ kind: 'model', name: 'mlp', others: [] });
    expect(namedKind(registry, 'knapsack')).to.deep.equal({ kind: 'algorithm', name: 'knapsack', others: ['task'] });
  });

  it('is the kind that is named, whether it has the name or not', () => {
    expect(namedKind(registry, 'task:knapsack')).to.deep.equal({
      kind: 'task',
      name: 'knapsack',
      others: ['algorithm'],
    });
    expect(namedKind(registry, 'model:softsort')).to.deep.include({ kind: 'model', others: ['loss'] });
  });

  it('is of the kind that has the nearest name, where nobody has it', () => {
    expect(namedKind(registry, 'knapsac').kind).to.equal('algorithm');
    expect(namedKind(registry, 'warcraf').kind).to.equal('task');
    expect(namedKind(registry, 'of-nobody').kind).to.equal('loss');
  });
});
