import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { promisify } from 'node:util';
import { LossError } from '../../../core/errors.js';
import { openRegistry, packageRoot } from '../../../core/registry.js';
import { newLoss } from '../../../harness/commands/new.js';
import { temporaryFolder } from '../helpers.js';

const mocha = createRequire(import.meta.url).resolve('mocha/bin/mocha.js');

describe('newton-losses new', () => {
  const folder = temporaryFolder();

  const create = async (name: string, dir = folder()): Promise<string[]> => {
    const lines: string[] = [];
    await newLoss(name, { dir }, (line) => lines.push(line));
    return lines;
  };
  const refusal = async (name: string): Promise<string> => {
    const before = readdirSync(folder());
    const error: unknown = await create(name).catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(LossError);
    expect(readdirSync(folder())).to.deep.equal(before);
    return (error as LossError).code;
  };
  const install = (): void => {
    mkdirSync(path.join(folder(), 'node_modules'));
    symlinkSync(packageRoot(), path.join(folder(), 'node_modules/newton-losses'), 'junction');
  };

  for (const type of ['module', 'commonjs']) {
    it(`writes a plugin, its test and its registry line, which work at once (package of type ${type})`, async () => {
      install();
      writeFileSync(path.join(folder(), 'package.json'), JSON.stringify({ type }));
      const extension = type === 'module' ? 'js' : 'mjs';
      const lines = await create('soft-margin');
      expect(lines[0]).to.include(`soft-margin.${extension}`);
      const registry = await openRegistry(path.join(folder(), 'registry.json'));
      expect((await registry.create('soft-margin', { width: 2 })).params).to.deep.equal({ width: 2 });
      const words = [mocha, '--reporter', 'json', `soft-margin.test.${extension}`];
      const { stdout } = await promisify(execFile)(process.execPath, words, { cwd: folder() });
      const { stats } = JSON.parse(stdout) as { stats: { passes: number; failures: number } };
      expect(stats).to.include({ failures: 0, passes: 45 });
    });
  }

  it('adds to a registry file that exists, and makes the folder where there is none', async () => {
    const inner = path.join(folder(), 'losses/mine');
    await create('first', inner);
    await create('second-2', inner);
    expect(JSON.parse(readFileSync(path.join(inner, 'registry.json'), 'utf8'))).to.deep.equal({
      losses: { first: './first.mjs', 'second-2': './second-2.mjs' },
    });
  });

  it('refuses names that are not kebab-case or taken', async () => {
    for (const name of ['', 'MyLoss', 'my_loss', '../escape', '-a', 'a--b', '2nd', 'mse']) {
      expect(await refusal(name), name).to.equal('REGISTRY');
    }
    await create('mine');
    expect(await refusal('mine')).to.equal('REGISTRY');
  });

  it('overwrites no file', async () => {
    for (const file of ['one.mjs', 'two.test.mjs']) writeFileSync(path.join(folder(), file), 'mine');
    for (const name of ['one', 'two']) expect(await refusal(name)).to.equal('REGISTRY');
    expect(existsSync(path.join(folder(), 'registry.json'))).to.equal(false);
    expect(readFileSync(path.join(folder(), 'one.mjs'), 'utf8')).to.equal('mine');
  });

  it('leaves a registry file alone that it cannot read', async () => {
    for (const content of ['{', '{"losses":{"Bad Name":"./a.js"}}', '[]']) {
      writeFileSync(path.join(folder(), 'registry.json'), content);
      expect(await refusal('mine')).to.equal('REGISTRY');
      expect(readFileSync(path.join(folder(), 'registry.json'), 'utf8')).to.equal(content);
    }
  });
});
