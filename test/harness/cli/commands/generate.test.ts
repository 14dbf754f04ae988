import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import { readWarcraft } from '../../../../harness/data/warcraft/read.js';
import { run, start } from '../../command-line.js';
import { temporaryFolder } from '../../helpers.js';

describe('newton-losses generate warcraft', function() {
  this.timeout(30_000);
  const folder = temporaryFolder();
  const small = ['--size', '5', '--train', '3', '--val', '2', '--test', '1', '--seed', '-4'];

  it('writes a set and a sheet', async () => {
    const sheet = path.join(folder(), 'sheet.svg');
    const { code, stdout } = await run('generate', 'warcraft', '--out', folder(), '--sheet', sheet, ...small);
    expect(code).to.equal(0);
    expect(stdout).to.include('3 train, 2 val, 1 test').and.to.include(path.join(folder(), '5x5'));
    expect((await readWarcraft(folder(), 'val', { size: 5 })).count).to.equal(2);
    expect(readFileSync(sheet, 'utf8')).to.match(/^<svg /);
  });

  it('wants to know where, a size and counts', async () => {
    const wrong = [[], ['--out', folder(), '--size', '1'], ['--out', folder(), '--train', '0'], [
      '--out',
      folder(),
      '--seed',
      'x',
    ]];
    for (const words of wrong) expect((await run('generate', 'warcraft', ...words)).code, words.join(' ')).to.equal(2);
    expect((await run('generate', 'starcraft', '--out', folder())).code).to.equal(2);
    expect(readdirSync(folder())).to.deep.equal([]);
  });

  it('ends with 1 and DATA, and no file, where the disk takes no more or the folder cannot be written', async () => {
    const full = await start(['generate', 'warcraft', '--out', folder(), '--train', '9', '--val', '1', '--test', '1'], {
      limit: 100,
    }).ended;
    expect(full.stderr).to.match(/^error DATA: /m);
    expect([full.code, readdirSync(path.join(folder(), '12x12'))]).to.deep.equal([1, []]);
    const nowhere = await run('generate', 'warcraft', '--sheet', path.join(folder(), 'absent', 'sheet.svg'), ...small);
    expect(nowhere.stderr).to.match(/^error DATA: /m);
    expect(nowhere.code).to.equal(1);
  });

  it('removes what it has written when it is interrupted', async () => {
    const { process: child, ended } = start(['generate', 'warcraft', '--out', folder()]);
    const place = path.join(folder(), '12x12');
    const last = 'test_shortest_paths.npy';
    const begun = (): boolean => existsSync(place) && readdirSync(place).some((name) => name.startsWith(last));
    while (child.exitCode === null && !begun()) await delay(5);
    child.kill('SIGINT');
    await once(child, 'exit');
    expect([(await ended).code, readdirSync(place)]).to.deep.equal([130, []]);
  });
});
