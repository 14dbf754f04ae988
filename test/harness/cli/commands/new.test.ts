import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { existsSync, lstatSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { promisify } from 'node:util';
import { LossError } from '../../../../core/errors.js';
import { openRegistry } from '../../../../node/open-registry.js';
import { newPlugin } from '../../../../harness/cli/commands/new.js';
import { packageRoot } from '../../../../node/package-root.js';
import { linkPackage, temporaryFolder } from '../../helpers.js';

const mocha = createRequire(import.meta.url).resolve('mocha/bin/mocha.js');

describe('newton-losses new', () => {
  const folder = temporaryFolder();

  const create = async (name: string, dir = folder()): Promise<string[]> => {
    const lines: string[] = [];
    await newPlugin(name, { dir }, (line) => lines.push(line));
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
    linkPackage(folder());
  };

  const compile = async (file: string): Promise<void> => {
    const compiler = path.join(packageRoot(), 'node_modules/typescript-7/bin/tsc');
    const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2022', '--skipLibCheck', file];
    await promisify(execFile)(process.execPath, [compiler, ...options], { cwd: folder() });
  };
  const registryFile = (): string => path.join(folder(), 'registry.json');
  const registryText = (): string => readFileSync(registryFile(), 'utf8');

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
      expect(stats).to.include({ failures: 0, passes: 52 });
    });
  }

  it('writes an algorithm, its test and its registry line, in TypeScript too', async function() {
    this.timeout(60_000);
    install();
    writeFileSync(path.join(folder(), 'package.json'), JSON.stringify({ type: 'module' }));
    writeFileSync(registryFile(), JSON.stringify({ losses: { window: './own.js' } }));
    const lines: string[] = [];
    await newPlugin('window', { dir: folder(), kind: 'algorithm' }, (line) => lines.push(line));
    expect(lines[0]).to.include('window.js');
    expect(JSON.parse(registryText())).to.deep.equal({
      losses: { window: './own.js' },
      algorithms: { window: './window.js' },
    });
    const registry = await openRegistry(registryFile());
    expect((await registry.algorithm('window', { length: 3 })).params).to.deep.equal({ length: 3 });
    const words = [mocha, '--reporter', 'json', 'window.test.js'];
    const { stdout } = await promisify(execFile)(process.execPath, words, { cwd: folder() });
    const { stats } = JSON.parse(stdout) as { stats: { passes: number; failures: number; pending: number } };
    expect(stats).to.include({ failures: 0, pending: 0, passes: 24 });
    await newPlugin('typed', { dir: folder(), kind: 'algorithm', ts: true }, (line) => lines.push(line));
    await compile('typed.ts');
    const taken = newPlugin('top-k', { dir: folder(), kind: 'algorithm' }, (line) => lines.push(line));
    expect(await taken.catch((reason: unknown) => (reason as LossError).code)).to.equal('REGISTRY');
  });

  for (const kind of ['task', 'model'] as const) {
    it(`writes a ${kind}, its test and its registry line, in TypeScript too`, async function() {
      this.timeout(60_000);
      install();
      writeFileSync(path.join(folder(), 'package.json'), JSON.stringify({ type: 'module' }));
      await newPlugin('mine', { dir: folder(), kind }, () => undefined);
      expect(JSON.parse(registryText())).to.deep.equal({ [`${kind}s`]: { mine: './mine.js' } });
      const { stdout } = await promisify(execFile)(process.execPath, [mocha, '--reporter', 'json', 'mine.test.js'], {
        cwd: folder(),
      });
      const { stats } = JSON.parse(stdout) as { stats: { passes: number; failures: number; pending: number } };
      expect(stats).to.include({ failures: 0, pending: 0, passes: kind === 'task' ? 22 : 14 });
      await newPlugin('typed', { dir: folder(), kind, ts: true }, () => undefined);
      await compile('typed.ts');
      const taken = newPlugin(kind === 'task' ? 'warcraft' : 'mlp', { dir: folder(), kind }, () => undefined);
      expect(await taken.catch((reason: unknown) => (reason as LossError).code)).to.equal('REGISTRY');
    });
  }

  it('writes TypeScript, which compiles under strict, and which Node runs or says why not', async function() {
    this.timeout(60_000);
    install();
    writeFileSync(path.join(folder(), 'package.json'), JSON.stringify({ type: 'module' }));
    const lines: string[] = [];
    await newPlugin('soft-margin', { dir: folder(), ts: true }, (line) => lines.push(line));
    expect(lines[0]).to.include('soft-margin.ts');
    await compile('soft-margin.ts');
    const registry = await openRegistry(path.join(folder(), 'registry.json'));
    if ('typescript' in process.features && process.features.typescript) {
      expect((await registry.create('soft-margin')).params).to.deep.equal({ width: 1 });
    } else {
      const error: unknown = await registry.create('soft-margin').catch((reason: unknown) => reason);
      expect(error).to.be.instanceOf(LossError).with.property('code', 'REGISTRY');
      expect((error as LossError).message).to.include('compile it to JavaScript').and.to.include('Node 22.18');
    }
  });

  it('adds to a registry file that exists, and makes the folder where there is none', async () => {
    const inner = path.join(folder(), 'losses/mine');
    await create('first', inner);
    await create('second-2', inner);
    expect(JSON.parse(readFileSync(path.join(inner, 'registry.json'), 'utf8'))).to.deep.equal({
      losses: { first: './first.mjs', 'second-2': './second-2.mjs' },
    });
  });

  it('keeps everything else of a registry file, in its order', async () => {
    const solvers = { algorithms: { 'my-solver': './s.mjs' } };
    const registries = [solvers, { losses: { old: './o.mjs' }, ...solvers }, { ...solvers, losses: {} }];
    for (const [k, before] of registries.entries()) {
      writeFileSync(registryFile(), JSON.stringify(before));
      await create(`new-${k}`);
      const after = JSON.parse(registryText()) as { losses: object };
      const old = 'losses' in before ? before.losses : {};
      expect(after).to.deep.equal({ ...before, losses: { ...old, [`new-${k}`]: `./new-${k}.mjs` } });
      expect(Object.keys(after)).to.deep.equal('losses' in before ? Object.keys(before) : ['algorithms', 'losses']);
    }
  });

  it('keeps how a registry file is laid out', async () => {
    const content = { losses: { old: './o.mjs' }, algorithms: { mine: './s.mjs' } };
    const layouts = {
      one: JSON.stringify(content),
      two: `${JSON.stringify(content)}\n`,
      three: `${JSON.stringify(content, undefined, 4)}\n`,
      four: JSON.stringify(content, undefined, '\t'),
      five: `${JSON.stringify(content, undefined, 2)}\n`.replaceAll('\n', '\r\n'),
    };
    for (const [name, text] of Object.entries(layouts)) {
      writeFileSync(registryFile(), text);
      await create(name);
      const line = new RegExp(`,\\s*"${name}": ?"./${name}.mjs"`);
      expect(registryText(), name).to.match(line);
      expect(registryText().replace(line, ''), name).to.equal(text);
    }
  });

  (process.platform === 'win32' ? it.skip : it)('leaves a link to a registry file a link', async () => {
    const target = path.join(folder(), 'far.json');
    writeFileSync(target, '{"losses":{}}');
    symlinkSync('far.json', registryFile());
    await create('mine');
    expect(lstatSync(registryFile()).isSymbolicLink()).to.equal(true);
    expect(JSON.parse(readFileSync(target, 'utf8'))).to.deep.equal({ losses: { mine: './mine.mjs' } });
  });

  it('leaves nothing behind where a file cannot be written', async () => {
    const inner = path.join(folder(), 'a/b');
    const long = 'a'.repeat(250); // its test's name is too long
    for (const dir of [folder(), inner]) {
      const error: unknown = await create(long, dir).catch((reason: unknown) => reason);
      expect(error).to.be.instanceOf(LossError).and.to.have.property('code', 'REGISTRY');
      expect(readdirSync(folder())).to.deep.equal([]);
    }
    symlinkSync(path.join(folder(), 'absent', 'registry.json'), registryFile()); // no such folder
    expect(await refusal('mine')).to.equal('REGISTRY');
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
