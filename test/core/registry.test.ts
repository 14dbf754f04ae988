import { expect } from 'chai';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { batchOf } from '../../core/batch.js';
import { LossError } from '../../core/errors.js';
import { importPlugin, openRegistry, packageRoot, Registry } from '../../core/registry.js';
import { createRng } from '../../core/rng.js';
import { codeOf, temporaryFolder } from '../harness/helpers.js';

const builtIn = pathToFileURL(path.join(packageRoot(), 'dist/plugins/mse.js')).href;

describe('registry', () => {
  const folder = temporaryFolder();

  /** Writes a file below the test's folder and returns its path. */
  const write = (name: string, content: string): string => {
    const file = path.join(folder(), name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
    return file;
  };
  const writeRegistry = (losses: Record<string, string>, name = 'registry.json'): string => write(name, JSON.stringify({ losses }));
  const pluginNamed = (name: string): string => `import mse from '${builtIn}';\nexport default { ...mse, name: '${name}' };\n`;

  it('opens the built-in losses, sorted by name, and creates checked ones', async () => {
    const registry = await openRegistry();
    expect(registry.names).to.include.members(['mse', 'softmax-cross-entropy']);
    expect(registry.names).to.deep.equal([...registry.names].sort());
    const loss = await registry.create('mse');
    expect(loss.evaluate(batchOf([[3, 1]]), [[1, 1]], createRng(0)).value[0]).to.equal(2);
    expect(codeOf(() => loss.evaluate(batchOf([[3, 1]]), [[1]], createRng(0)))).to.equal('TARGET');
  });

  it('gives every built-in loss and algorithm under its own name', async () => {
    const registry = await openRegistry();
    for (const name of registry.names) expect((await registry.plugin(name)).name).to.equal(name);
    for (const name of registry.algorithmNames) expect((await registry.algorithmPlugin(name)).name).to.equal(name);
  });

  it('refuses unknown names and wrong parameters', async () => {
    const registry = await openRegistry();
    expect(await rejection(registry.create('no-such-loss'))).to.equal('LOSS_UNKNOWN');
    expect(await rejection(registry.create('mse', { scale: 1 }))).to.equal('PARAMS');
  });

  it('creates checked algorithms by name', async () => {
    const registry = await openRegistry();
    const algorithm = await registry.algorithm('grid-shortest-path', { rows: 2, columns: 2 });
    expect(algorithm.params).to.include({ rows: 2, neighbours: 8, negative: 'clamp' });
    expect(algorithm.solveBatch(batchOf([[1, 0, 5, 1]])).w).to.deep.equal(batchOf([[1, 0, 0, 1]]));
    expect(await rejection(registry.algorithm('no-such-algorithm'))).to.equal('ALGORITHM_UNKNOWN');
    expect(await rejection(registry.algorithm('mse'))).to.equal('ALGORITHM_UNKNOWN');
    expect(await rejection(registry.algorithm('grid-shortest-path', { rows: 0 }))).to.equal('PARAMS');
  });

  it("adds a user's own algorithms, held to the same rules as losses", async () => {
    const ranking = pathToFileURL(path.join(packageRoot(), 'dist/core/algorithms/ranking.js')).href;
    write('mine.mjs', `import ranking from '${ranking}';\nexport default { ...ranking, name: 'mine' };\n`);
    const file = (algorithms: Record<string, string>): string => write('registry.json', JSON.stringify({ algorithms }));
    const registry = await openRegistry(file({ mine: './mine.mjs' }));
    expect(registry.algorithmNames).to.include.members(['mine', 'ranking']);
    expect((await registry.algorithm('mine')).solveBatch(batchOf([[3, 1]])).w).to.deep.equal(batchOf([[1, 0]]));
    expect(await rejection(openRegistry(file({ ranking: './mine.mjs' })))).to.equal('REGISTRY');
    expect(await rejection(openRegistry(file({ mine: '../mine.mjs' })))).to.equal('REGISTRY');
    const wrong = await openRegistry(file({ other: './mine.mjs', missing: './missing.mjs' }));
    for (const name of ['other', 'missing']) expect(await rejection(wrong.algorithm(name)), name).to.equal('REGISTRY');
  });

  it("adds a user's own file", async () => {
    write('losses/mine.mjs', pluginNamed('mine'));
    const registry = await openRegistry(writeRegistry({ mine: './losses/mine.mjs' }));
    expect(registry.names).to.include.members(['mine', 'mse']);
    expect((await registry.create('mine')).plugin.name).to.equal('mine');
  });

  it('adds a package that has a registry.json, seen from the working directory', async () => {
    const home = process.cwd();
    write('node_modules/their-losses/package.json', JSON.stringify({ name: 'their-losses', version: '1.0.0' }));
    write('node_modules/their-losses/theirs.mjs', pluginNamed('theirs'));
    write('node_modules/their-losses/registry.json', JSON.stringify({ losses: { theirs: './theirs.mjs' } }));
    try {
      process.chdir(folder());
      const registry = await openRegistry('their-losses');
      expect((await registry.plugin('theirs')).name).to.equal('theirs');
      expect(await rejection(openRegistry('no-such-package'))).to.equal('REGISTRY');
    } finally {
      process.chdir(home);
    }
  });

  it('takes a loss from a package, seen from the registry file', async () => {
    write('node_modules/one-loss/package.json', JSON.stringify({ name: 'one-loss', version: '1.0.0', main: './main.mjs' }));
    write('node_modules/one-loss/main.mjs', pluginNamed('one'));
    write('node_modules/esm-loss/package.json', JSON.stringify({ name: 'esm-loss', version: '1.0.0', exports: './main.mjs' }));
    write('node_modules/esm-loss/main.mjs', pluginNamed('esm'));
    const registry = await openRegistry(writeRegistry({ one: 'one-loss', esm: 'esm-loss' }));
    expect((await registry.plugin('one')).name).to.equal('one');
    expect((await registry.plugin('esm')).name).to.equal('esm');
  });

  it('replaces nothing: a name that exists is refused', async () => {
    write('mine.mjs', pluginNamed('mine'));
    expect(await rejection(openRegistry(writeRegistry({ mse: './mine.mjs' })))).to.equal('REGISTRY');
    const [first, second] = [writeRegistry({ mine: './mine.mjs' }, 'a.json'), writeRegistry({ mine: './mine.mjs' }, 'b.json')];
    expect(await rejection(openRegistry(first, second))).to.equal('REGISTRY');
  });

  it('refuses files that are missing, not JSON, or of another form', async () => {
    expect(await rejection(openRegistry(path.join(folder(), 'missing.json')))).to.equal('REGISTRY');
    const losses = ['{"a":1}', '{"Bad Name":"./a.js"}', '{"a":""}', '[]'].map((entries) => `{"losses":${entries}}`);
    for (const content of ['{', '[]', '{}', '{"losses":{},"more":1}', ...losses]) {
      expect(await rejection(openRegistry(write('registry.json', content))), content).to.equal('REGISTRY');
    }
  });

  it('refuses paths that leave the folder of the file, and addresses', () => {
    const paths = ['../outside.js', './a/../../outside.js', '/etc/outside.js', 'package/../../outside.js', '..'];
    for (const module of [...paths, 'file:///outside.js', 'data:text/javascript,1', 'node:fs']) {
      expect(codeOf(() => new Registry().add({ losses: { a: module } }, folder(), 'registry.json')), module).to.equal('REGISTRY');
    }
    new Registry().add({ losses: { a: './..inside.js', b: './a/../inside.js', c: '@scope/package/loss.js' } }, folder(), 'registry.json');
  });

  it('refuses modules that are missing, fail, or export no plugin of that name', async () => {
    write('other-name.mjs', pluginNamed('another'));
    write('no-default.mjs', 'export const plugin = 1;\n');
    write('no-plugin.mjs', 'export default { name: "no-plugin" };\n');
    write('throws.mjs', 'throw new Error("at import");\n');
    write('syntax.mjs', 'export default {;\n');
    const names = ['other-name', 'no-default', 'no-plugin', 'throws', 'syntax', 'missing'];
    const modules = Object.fromEntries(names.map((name) => [name, `./${name}.mjs`]));
    const registry = await openRegistry(writeRegistry({ ...modules, 'no-package': 'no-such-package' }));
    for (const name of [...names, 'no-package']) {
      const error = await failure(registry.plugin(name));
      expect(error.code, name).to.equal('REGISTRY');
      expect(error.message).to.include(name);
    }
  });

  it('imports a plugin from a file without a registry', async () => {
    write('mine.mjs', pluginNamed('mine'));
    expect((await importPlugin('./mine.mjs', folder())).name).to.equal('mine');
    expect(await rejection(importPlugin('./none.mjs', folder()))).to.equal('REGISTRY');
  });
});

async function failure(promise: Promise<unknown>): Promise<LossError> {
  const error: unknown = await promise.then(() => undefined, (reason: unknown) => reason);
  expect(error).to.be.instanceOf(LossError);
  return error as LossError;
}

async function rejection(promise: Promise<unknown>): Promise<string> {
  return (await failure(promise)).code;
}
