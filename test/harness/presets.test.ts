import { expect } from 'chai';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { presets, readPreset } from '../../harness/experiments/presets.js';
import { codeOf, temporaryFolder } from './helpers.js';

describe('presets', () => {
  const folder = temporaryFolder();
  const files = (contents: Record<string, object>): void => {
    mkdirSync(path.join(folder(), 'task'), { recursive: true });
    for (const [name, content] of Object.entries(contents)) {
      writeFileSync(path.join(folder(), 'task', `${name}.json`), JSON.stringify(content));
    }
  };

  it('are merged over their file, it over what it extends, a later base over an earlier', () => {
    files({
      first: { steps: 1, seed: 1, task: { name: 't', n: 1, sizes: [1, 2] }, variants: { none: {} } },
      second: { seed: 2, task: { n: 2 }, variants: { more: { task: { n: 5 } } }, presets: { other: {} } },
      family: { extends: ['first', 'second'], batchSize: 3, presets: { b: { task: { sizes: [4] } }, a: { steps: 6 } } },
    });
    const variants = ['none', 'more'];
    expect(presets(folder())).to.deep.equal([
      { name: 'task/a', variants },
      { name: 'task/b', variants },
      { name: 'task/other', variants: ['more'] },
    ]);
    const { content, name, file } = readPreset('task/a/none', folder());
    expect(content).to.deep.equal({ steps: 6, seed: 2, batchSize: 3, task: { name: 't', n: 2, sizes: [1, 2] } });
    expect(name).to.equal('task/a/none');
    expect(path.basename(file)).to.equal('family.json');
    expect(readPreset('task/b/more', folder()).content).to.deep.include({ task: { name: 't', n: 5, sizes: [4] } });
  });

  it('are a PARAMS error where there is none of that name', () => {
    files({ family: { variants: { none: {} }, presets: { a: {} } } });
    for (const name of ['task/a', 'task/a/toString', 'task/family/none', 'task/c/none', 'a', '']) {
      expect(codeOf(() => readPreset(name, folder())), name).to.equal('PARAMS');
    }
    expect(() => readPreset('task/a', folder())).to.throw(/has the variants none/);
  });

  it('are a DATA error, naming the files, where one extends itself or what is not there', () => {
    files({ a: { extends: ['b'] }, b: { extends: ['a'] } });
    expect(codeOf(() => presets(folder()))).to.equal('DATA');
    expect(() => presets(folder())).to.throw(/extends itself: (a -> b -> a|b -> a -> b)/);
    files({ a: { extends: ['missing'] } });
    expect(codeOf(() => presets(folder()))).to.equal('DATA');
    expect(() => presets(folder())).to.throw(/missing\.json/);
  });
});
