import { closeSync, ftruncateSync, openSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { createRng } from '../../../core/random/rng.js';
import { formatHeader } from '../../../harness/data/npy-header.js';
import { readNpy } from '../../../harness/data/npy.js';
import { generateWarcraft } from '../../../harness/data/warcraft/generate.js';
import { mapDrawer } from '../../../harness/data/warcraft/write.js';
import { checkMemory } from '../../../harness/run/memory.js';
import digitMlp from '../../../harness/models/digit-mlp.js';
import { codeOf, failureOf, temporaryFolder } from '../helpers.js';

describe('sizes beyond memory', () => {
  const folder = temporaryFolder();

  it('are UNSUPPORTED from the first byte on that is too many, and named', () => {
    expect(() => checkMemory('a batch', 1000, 1000)).not.to.throw();
    expect(codeOf(() => checkMemory('a batch', 1001, 1000))).to.equal('UNSUPPORTED');
    expect(() => checkMemory('a batch', 3 * 2 ** 30, 2 ** 30)).to.throw(/a batch .*3 GB.* 1 GB/);
  });

  it('are refused before any weight is drawn', () => {
    const context = { input: [2, 4, 2 ** 24], outputs: 2, rng: createRng(0) };
    const create = (): unknown => digitMlp.create({ encoder: [2 ** 16], head: [] }, context);
    expect(codeOf(create)).to.equal('UNSUPPORTED');
    expect(create).to.throw(/\(16777216, 65536\)/);
  });

  it('are refused before any map is drawn', () => {
    expect(codeOf(() => mapDrawer({ size: 1e7, seed: 0 }))).to.equal('UNSUPPORTED');
    expect(codeOf(() => generateWarcraft({ size: 100, seed: 0 }, 'train', 1e10))).to.equal('UNSUPPORTED');
  });

  it('are refused of a file of data, which is named', async () => {
    const file = path.join(folder(), 'holes.npy');
    const header = formatHeader('uint8', [2 ** 42]);
    writeFileSync(file, header);
    const descriptor = openSync(file, 'r+');
    ftruncateSync(descriptor, header.length + 2 ** 42); // a file of holes takes no room
    closeSync(descriptor);
    const error = await failureOf(() => readNpy(file));
    expect(error.code).to.equal('UNSUPPORTED');
    expect(error.message).to.include(file);
  });
});
