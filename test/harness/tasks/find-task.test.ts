import { expect } from 'chai';
import type { NamedPlugin } from '../../../core/registry-section.js';
import { findTask } from '../../../harness/tasks/index.js';
import mnistSort from '../../../harness/tasks/mnist-sort.js';
import { openRegistry } from '../../../node/open-registry.js';
import { failureOf } from '../helpers.js';

describe('findTask', () => {
  it('finds the task of a registry by name, and names the nearest where there is none', async () => {
    const registry = await openRegistry({ tasks: { half: { name: 'half', open: () => undefined } as NamedPlugin } });
    expect(await findTask(registry, 'mnist-sort')).to.equal(mnistSort);
    const unknown = await failureOf(() => findTask(registry, 'mnist-srot'));
    expect(unknown).to.include({ code: 'TASK_UNKNOWN' });
    expect(unknown.message).to.match(/did you mean mnist-sort\?.*warcraft/);
    expect(await failureOf(() => findTask(registry, 'half'))).to.include({ code: 'REGISTRY' });
  });
});
