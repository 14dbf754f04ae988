import { expect } from 'chai';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { LossError } from '../../../../core/errors.js';
import { packageRoot } from '../../../../node/package-root.js';
import { conformance } from '../../../../harness/cli/commands/conformance.js';
import { run } from '../../command-line.js';
import { temporaryFolder } from '../../helpers.js';

const core = pathToFileURL(path.join(packageRoot(), 'dist/node/index.js')).href;

/** A module whose plugin is right but for changes of the plugin, its loss and its evaluations. */
const moduleText = (name: string, changes: string): string => `
import { zeros } from '${core}';
const pluginWith = (plugin = {}, loss = {}, e = {}) => ({
  name: '${name}', title: 'Bad', source: 'test',
  params: { type: 'object', properties: {}, required: [], additionalProperties: false },
  target: { type: 'array', items: { type: 'number' } },
  capabilities: { gradient: 'exact', hessian: 'none', convex: true, nonnegative: true, deterministic: true, fisher: true },
  create: () => ({ evaluate: (y) => ({ value: new Float64Array(y.rows), gradient: () => zeros(y.rows, y.cols), ...e }), ...loss }),
  sample: (_params, rng, rows) => ({ y: zeros(rows, 2), targets: Array.from({ length: rows }, () => [rng.uniform(), 1]) }),
  ...plugin,
});
const fail = () => { throw new Error('on purpose'); };
const late = async () => fail();
export default ${changes};
`;

/** Plugins that can be imported and then break laws. */
const lawless: Record<string, string> = {
  'schema-type': "pluginWith({ params: { type: 'objekt' } })",
  'schema-null': 'pluginWith({ params: null })',
  'schema-bigint':
    "pluginWith({ params: { type: 'object', properties: { a: { default: 1n } }, additionalProperties: false } })",
  'schema-async': "pluginWith({ params: { $async: true, type: 'object' } })",
  'target-type': "pluginWith({ target: { type: 'objekt' } })",
  'no-target': 'pluginWith({ target: undefined })',
  'no-capabilities': 'pluginWith({ capabilities: null })',
  'odd-capabilities': "pluginWith({ capabilities: { gradient: 1n, hessian: Symbol('h'), hvp: {} } })",
  'odd-title': "pluginWith({ title: { a: 1n }, source: Symbol('s') })",
  'no-title': 'pluginWith({ title: undefined, source: undefined })',
  'no-sample': 'pluginWith({ sample: undefined })',
  'sample-throws': 'pluginWith({ sample: fail })',
  'sample-promises': 'pluginWith({ sample: late })',
  'sample-odd': 'pluginWith({ sample: () => ({ y: [[1]], targets: null }) })',
  'create-throws': 'pluginWith({ create() { throw null; } })',
  'create-promises': 'pluginWith({ create: late })',
  'create-nothing': 'pluginWith({ create() {} })',
  'evaluate-throws': 'pluginWith({}, { evaluate: fail })',
  'evaluate-promises': 'pluginWith({}, { evaluate: late })',
  'evaluate-nothing': 'pluginWith({}, { evaluate() {} })',
  'evaluate-recurses': 'pluginWith({}, { evaluate: function again() { return again(); } })',
  'value-array': 'pluginWith({}, {}, { value: [0n] })',
  'gradient-throws': 'pluginWith({}, {}, { gradient: fail })',
  'gradient-promises': 'pluginWith({}, {}, { gradient: late })',
  'gradient-odd': 'pluginWith({}, {}, { gradient: () => [[1n]] })',
  'reject-odd': 'pluginWith({}, { reject: () => 1n })',
  'outputs-odd': "pluginWith({}, { outputs: 'two' })",
  'odd-algorithm': `pluginWith({ params: {
    type: 'object',
    properties: { algorithm: { type: 'object', default: { name: 'odd' }, [Symbol.for('newton-losses/algorithm')]: { name: 'odd' } } },
    required: [],
    additionalProperties: false,
  } })`,
};

/** Modules that give no plugin. */
const useless: Record<string, string> = {
  never: 'await new Promise(() => undefined);',
  'throws-null': 'throw null;',
  'no-default': 'export const plugin = 1;',
  'a-function': 'export default function plugin() {}',
  unreadable: "export default new Proxy({ name: 'unreadable', create() {} }, { get() { throw null; } });",
};

describe('commands on bad plugins', function() {
  this.timeout(60_000);
  const folder = temporaryFolder();
  const file = (name: string): string => path.join(folder(), `${name}.mjs`);
  beforeEach(() => {
    for (const [name, changes] of Object.entries(lawless)) writeFileSync(file(name), moduleText(name, changes));
    for (const [name, text] of Object.entries(useless)) writeFileSync(file(name), text);
  });

  /** A registry of these plugins. */
  const registry = (names: readonly string[]): string => {
    const registered = path.join(folder(), 'registry.json');
    writeFileSync(
      registered,
      JSON.stringify({ losses: Object.fromEntries(names.map((name) => [name, `./${name}.mjs`])) }),
    );
    return registered;
  };

  it('conformance says which laws they break', async () => {
    for (const name of Object.keys(lawless).filter((other) => !other.endsWith('-promises'))) {
      const lines: string[] = [];
      expect(await conformance(file(name), { registry: [], json: true }, (line) => lines.push(line)), name).to.equal(1);
      const { checks } = JSON.parse(lines.join('\n')) as {
        checks: { outcome: string; failure?: { message: string } }[];
      };
      const failures = checks.filter(({ outcome }) => outcome === 'failed');
      expect(failures.length, name).to.be.at.least(1);
      for (const { failure } of failures) expect(failure!.message).to.include(name);
    }
  });

  it('conformance refuses what is no plugin', async () => {
    for (const name of Object.keys(useless).filter((other) => other !== 'never')) {
      const error: unknown = await conformance(file(name), { registry: [] }, () => undefined).catch((reason: unknown) =>
        reason
      );
      expect(error, name).to.be.instanceOf(LossError).with.property('code', 'REGISTRY');
    }
  });

  it('ends by itself where a module waits for ever, and where promises are rejected', async () => {
    const [never, promises] = await Promise.all([
      run('conformance', file('never')),
      run('conformance', file('evaluate-promises')),
    ]);
    expect([never.code, never.stdout]).to.deep.equal([1, '']);
    expect(never.stderr).to.match(/^error REGISTRY: .*never\.mjs.*await/);
    expect(promises.code).to.equal(1);
    expect(promises.stdout).to.match(/not applicable\n$/);
    expect(promises.stderr).to.equal('warning: evaluate-promises: a promise was rejected: on purpose\n');
  });

  it('list, info and train show what can be shown, and name what is wrong', async () => {
    const all = registry(Object.keys(lawless));
    const lists = await Promise.all([run('list', '--registry', all), run('list', '--json', '--registry', all)]);
    for (const { code, stderr } of lists) expect([code, stderr]).to.deep.equal([0, '']);
    expect(lists[0].stdout).to.include('{"a":1n}');
    const infos = await Promise.all(
      ['odd-title', 'odd-capabilities', 'schema-type', 'create-throws'].map((name) =>
        run('--debug', 'info', name, '--registry', all)
      ),
    );
    expect(infos.map(({ code }) => code)).to.deep.equal([0, 0, 1, 1]);
    expect(infos[2].stderr).to.match(/^error REGISTRY: .*schema-type: .*params/);
    expect(infos[3].stderr).to.match(/^error UNSUPPORTED: .*create-throws: create\(\)/).and.include('caused by null');
    const train = (name: string): Promise<{ code: number | null; stderr: string }> => {
      const settings = [`loss.name=${name}`, 'loss.params={}', 'task.evaluationSets=5', 'batchSize=4'].flatMap((
        setting,
      ) => ['--set', setting]);
      return run(
        'train',
        'mnist-sort/quick-softsort/none',
        ...settings,
        '--steps',
        '1',
        '--quiet',
        '--registry',
        all,
        '--out',
        path.join(folder(), name),
      );
    };
    const [titled, promising] = [await train('odd-title'), await train('gradient-promises')];
    expect([titled.code, titled.stderr]).to.deep.equal([0, '']);
    expect(promising.code).to.equal(1);
    expect(promising.stderr).to.match(/^error UNSUPPORTED: .*gradient-promises: gradient\(\).*promise/);
  });
});
