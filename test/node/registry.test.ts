import { expect } from 'chai';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { batchOf } from '../../core/batch.js';
import { LossError } from '../../core/errors.js';
import { importModule } from '../../node/import-module.js';
import { textOf } from '../../core/messages.js';
import { importPlugin, openRegistry } from '../../node/open-registry.js';
import { packageRoot } from '../../node/package-root.js';
import { pluginsOfFile } from '../../node/registry-file.js';
import type { Registry } from '../../core/registry.js';
import { createRng } from '../../core/random/rng.js';
import { codeOf, temporaryFolder } from '../harness/helpers.js';
import { wrongValues } from '../core/wrong-values.js';

const builtIn = pathToFileURL(path.join(packageRoot(), 'dist/plugins/mse.js')).href;

describe('registry', () => {
  it('knows the types of the built-in losses, and of no others', () => {
    const { losses } = JSON.parse(readFileSync(path.join(packageRoot(), 'registry.json'), 'utf8')) as {
      losses: object;
    };
    const types = readFileSync(path.join(packageRoot(), 'dist/plugins/types.d.ts'), 'utf8');
    const known = [...types.matchAll(/import\(["']\.\/([\w-]+)\.js["']\)/g)].map(([, name]) => name);
    expect(known).to.deep.equal(Object.keys(losses).sort());
  });

  const folder = temporaryFolder();

  /** Writes a file below the test's folder and returns its path. */
  const write = (name: string, content: string): string => {
    const file = path.join(folder(), name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
    return file;
  };
  const writeRegistry = (losses: Record<string, string>, name = 'registry.json'): string =>
    write(name, JSON.stringify({ losses }));
  const pluginNamed = (name: string): string =>
    `import mse from '${builtIn}';\nexport default { ...mse, name: '${name}' };\n`;

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
    write(
      'node_modules/one-loss/package.json',
      JSON.stringify({ name: 'one-loss', version: '1.0.0', main: './main.mjs' }),
    );
    write('node_modules/one-loss/main.mjs', pluginNamed('one'));
    write(
      'node_modules/esm-loss/package.json',
      JSON.stringify({ name: 'esm-loss', version: '1.0.0', exports: './main.mjs' }),
    );
    write('node_modules/esm-loss/main.mjs', pluginNamed('esm'));
    const registry = await openRegistry(writeRegistry({ one: 'one-loss', esm: 'esm-loss' }));
    expect((await registry.plugin('one')).name).to.equal('one');
    expect((await registry.plugin('esm')).name).to.equal('esm');
  });

  it('replaces nothing: a name that exists is refused', async () => {
    write('mine.mjs', pluginNamed('mine'));
    expect(await rejection(openRegistry(writeRegistry({ mse: './mine.mjs' })))).to.equal('REGISTRY');
    const [first, second] = [
      writeRegistry({ mine: './mine.mjs' }, 'a.json'),
      writeRegistry({ mine: './mine.mjs' }, 'b.json'),
    ];
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
      expect(codeOf(() => pluginsOfFile({ losses: { a: module } }, folder(), 'registry.json')), module).to.equal(
        'REGISTRY',
      );
    }
    pluginsOfFile(
      { losses: { a: './..inside.js', b: './a/../inside.js', c: '@scope/package/loss.js' } },
      folder(),
      'registry.json',
    );
  });

  it('refuses symbolic links that lead out of the folder, and follows those inside', async () => {
    write('outside/mine.mjs', pluginNamed('mine'));
    write('home/losses/mine.mjs', pluginNamed('mine'));
    const home = path.join(folder(), 'home');
    symlinkSync(path.join(folder(), 'outside'), path.join(home, 'folder-link'));
    symlinkSync(path.join(folder(), 'outside/mine.mjs'), path.join(home, 'file-link.mjs'));
    symlinkSync(path.join(home, 'losses'), path.join(home, 'inner-link'));
    symlinkSync(home, path.join(folder(), 'home-link'));
    const open = async (module: string, at = 'home'): Promise<Registry> => {
      write('home/registry.json', JSON.stringify({ losses: { mine: module } }));
      return openRegistry(path.join(folder(), at, 'registry.json'));
    };
    for (const module of ['./folder-link/mine.mjs', './file-link.mjs']) {
      expect(await rejection((await open(module)).plugin('mine')), module).to.equal('REGISTRY');
    }
    expect((await (await open('./inner-link/mine.mjs')).plugin('mine')).name).to.equal('mine');
    expect((await (await open('./losses/mine.mjs', 'home-link')).plugin('mine')).name).to.equal('mine');
  });

  it('takes a loss from a package that can be imported only', async () => {
    const packages: Record<string, unknown> = {
      'only-import': { import: './main.mjs' },
      'only-node': { node: { import: './main.mjs' }, default: './none.js' },
      '@scope/subpath': { './loss': { types: './main.d.ts', import: ['./main.mjs'] } },
      'dot-only': { '.': { import: './main.mjs' } },
    };
    const names: Record<string, string> = {
      'only-import': 'a',
      'only-node': 'b',
      '@scope/subpath/loss': 'c',
      'dot-only': 'd',
    };
    for (const [name, exports] of Object.entries(packages)) {
      const loss = Object.entries(names).find(([module]) => module.startsWith(name))![1];
      write(`node_modules/${name}/package.json`, JSON.stringify({ name, version: '1.0.0', exports }));
      write(`node_modules/${name}/main.mjs`, pluginNamed(loss));
    }
    const registry = await openRegistry(
      writeRegistry(Object.fromEntries(Object.entries(names).map(([module, loss]) => [loss, module]))),
    );
    for (const loss of Object.values(names)) expect((await registry.plugin(loss)).name).to.equal(loss);
  });

  it('refuses packages without such an export', async () => {
    const packages: Record<string, unknown> = {
      none: { './other': './main.mjs' },
      empty: { import: null },
      leaving: { import: './../none/main.mjs' },
      odd: { import: 5 },
    };
    for (const [name, exports] of Object.entries(packages)) {
      write(`node_modules/${name}/package.json`, JSON.stringify({ name, version: '1.0.0', exports }));
      write(`node_modules/${name}/main.mjs`, pluginNamed(name));
    }
    write('node_modules/damaged/package.json', '{');
    const names = [...Object.keys(packages), 'damaged'];
    const registry = await openRegistry(writeRegistry(Object.fromEntries(names.map((name) => [name, name]))));
    for (const name of names) expect(await rejection(registry.plugin(name)), name).to.equal('REGISTRY');
  });

  it('refuses modules that do not end loading', async () => {
    write('never.mjs', 'await new Promise(() => undefined);\nexport default 1;\n');
    write('thenable.mjs', 'export function then() {}\n');
    for (const module of ['./never.mjs', './thenable.mjs']) {
      expect(await rejection(importModule(module, folder(), 20)), module).to.equal('REGISTRY');
    }
  });

  it('refuses modules that throw anything, and default exports of any kind', async () => {
    const modules: Record<string, string> = {
      'throws-null': 'throw null;',
      'throws-undefined': 'throw undefined;',
      'throws-object': 'throw { message: 1n };',
      null: 'export default null;',
      function: 'export default function plugin() {}; plugin.create = () => 1;',
      class: 'export default class Plugin { static name = "class"; static create() {} }',
      promise: 'export default Promise.resolve({ name: "promise", create() {} });',
      text: 'export default "plugin";',
      bigint: 'export default 1n;',
      proxy: 'export default new Proxy({}, { get() { throw null; } });',
      'no-create': 'export default { name: "no-create", create: 1 };',
      'no-name': 'export default { name: Symbol("no-name"), create() {} };',
      later: 'import { soon } from "./later.mjs"; export { soon as default }; export const soon = soon + 1;',
    };
    for (const [name, text] of Object.entries(modules)) write(`${name}.mjs`, `${text}\n`);
    const registry = await openRegistry(
      writeRegistry(Object.fromEntries(Object.keys(modules).map((name) => [name, `./${name}.mjs`]))),
    );
    for (const name of Object.keys(modules)) {
      const error = await failure(registry.plugin(name));
      expect(error.code, name).to.equal('REGISTRY');
      expect(error.message).to.include(name);
    }
  });

  it('names the nearest of the names there are', async () => {
    const registry = await openRegistry();
    expect((await failure(registry.create('softsrot'))).message).to.include('did you mean softsort?');
    expect((await failure(registry.algorithm('top_k'))).message).to.include('did you mean top-k?');
    expect((await failure(registry.create('no-such-loss'))).message).not.to.include('mean');
  });

  it('refuses any other kind of thing in the place of each argument', async () => {
    const registry = await openRegistry();
    for (const wrong of wrongValues()) {
      const text = textOf(wrong);
      expect(await rejection(registry.create(wrong as string)), text).to.equal('LOSS_UNKNOWN');
      expect(await rejection(registry.algorithm(wrong as string)), text).to.equal('ALGORITHM_UNKNOWN');
      if (wrong !== undefined && text !== '{}') {
        expect(await rejection(registry.create('mse', wrong as object)), text).to.equal('PARAMS');
        expect(await rejection(registry.create('blackbox', wrong as object)), text).to.equal('PARAMS');
        expect(await rejection(registry.algorithm('ranking', wrong as object)), text).to.equal('PARAMS');
        expect(
          await rejection(registry.create('blackbox', { algorithm: { name: 'top-k', params: wrong as object } })),
          text,
        ).to
          .equal('PARAMS');
      }
      if (wrong !== undefined) {
        expect(await rejection(registry.create('blackbox', { algorithm: { name: wrong } } as object)), text).to.be
          .oneOf([
            'PARAMS',
            'ALGORITHM_UNKNOWN',
          ]);
      }
      expect(await rejection(openRegistry(wrong as string)), text).to.equal('REGISTRY');
      for (
        const act of [
          () => pluginsOfFile(wrong, folder(), 'registry.json'),
          () => pluginsOfFile({ losses: wrong }, folder(), 'registry.json'),
          () => pluginsOfFile({ losses: { mine: wrong } }, folder(), 'registry.json'),
        ]
      ) {
        if (text !== '{}' && typeof wrong !== 'string' && text !== 'undefined') {
          expect(codeOf(act), text).to.equal('REGISTRY');
        }
      }
      if (typeof wrong !== 'string') {
        expect(codeOf(() => pluginsOfFile({ losses: {} }, wrong as string, 'registry.json'))).to.equal('REGISTRY');
      }
    }
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

  it('has tasks and models by the same rules', async () => {
    const kinds = {
      tasks: {
        make: 'open',
        code: 'TASK_UNKNOWN',
        get: (registry: Registry, name: string) => registry.taskPlugin(name),
      },
      models: {
        make: 'create',
        code: 'MODEL_UNKNOWN',
        get: (registry: Registry, name: string) => registry.modelPlugin(name),
      },
    };
    for (const [section, { make, code, get }] of Object.entries(kinds)) {
      for (const [file, name] of [['mine', 'mine'], ['other', 'another']]) {
        write(`${section}/${file}.mjs`, `export default { name: '${name}', ${make}() {} };\n`);
      }
      write(`${section}/no-plugin.mjs`, 'export default { name: "no-plugin" };\n');
      const names = ['mine', 'other', 'no-plugin', 'missing'];
      const modules = Object.fromEntries(names.map((name) => [name, `./${section}/${name}.mjs`]));
      const file = write(`${section}.json`, JSON.stringify({ [section]: modules }));
      const registry = await openRegistry(file);
      expect((await get(registry, 'mine')).name).to.equal('mine');
      for (const name of names.slice(1)) expect(await rejection(get(registry, name)), name).to.equal('REGISTRY');
      const unknown = await failure(get(registry, 'mien'));
      expect(unknown).to.include({ code });
      expect(unknown.message).to.include('did you mean mine?');
      expect(codeOf(() => registry.add({ [section]: { mine: { name: 'mine' } } }))).to.equal('REGISTRY');
      const escape = write(`${section}-escape.json`, JSON.stringify({ [section]: { far: '../far.mjs' } }));
      expect(await rejection(openRegistry(escape))).to.equal('REGISTRY');
    }
  });

  it('imports a plugin from a file without a registry', async () => {
    write('mine.mjs', pluginNamed('mine'));
    expect((await importPlugin(['loss'], './mine.mjs', folder())).name).to.equal('mine');
    expect(await rejection(importPlugin(['loss'], './none.mjs', folder()))).to.equal('REGISTRY');
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
