import { expect } from 'chai';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { LossError } from '../../../../core/errors.js';
import { packageRoot } from '../../../../node/package-root.js';
import { conformance, type ConformanceOptions } from '../../../../harness/cli/commands/conformance.js';
import { modelChecks } from '../../../../harness/conformance/model-laws.js';
import { taskChecks } from '../../../../harness/conformance/task-laws.js';
import { algorithmChecks, checks } from '../../../../conformance/index.js';
import { temporaryFolder } from '../../helpers.js';

describe('newton-losses conformance', () => {
  const folder = temporaryFolder();

  const run = async (
    nameOrFile: string,
    options: Partial<ConformanceOptions> = {},
  ): Promise<{ code: number; lines: string[] }> => {
    const lines: string[] = [];
    const code = await conformance(nameOrFile, { registry: [], ...options }, (line) => lines.push(...line.split('\n')));
    return { code, lines };
  };

  /** A copy of mse whose gradient is doubled where params/scale is 2. */
  const writePlugin = (): string => {
    const mse = pathToFileURL(path.join(packageRoot(), 'dist/plugins/mse.js')).href;
    const file = path.join(folder(), 'scaled.mjs');
    writeFileSync(
      file,
      `import mse from '${mse}';
       export default {
         ...mse,
         name: 'scaled',
         params: { ...mse.params, properties: { scale: { type: 'number', exclusiveMinimum: 0, default: 1 } }, required: ['scale'] },
         create({ scale }) {
           const loss = mse.create({});
           return { ...loss, evaluate(y, targets, rng) {
             const e = loss.evaluate(y, targets, rng);
             const factor = scale === 2 ? 2 : 1;
             return { ...e, gradient: () => ({ ...e.gradient(), data: e.gradient().data.map((g) => factor * g) }) };
           } };
         },
       };`,
    );
    return file;
  };

  it('prints a line a check and a summary, and returns 0 where every law is kept', async () => {
    const { code, lines } = await run('mse');
    expect(code).to.equal(0);
    for (const { name, law } of checks) {
      expect(lines.some((line) => line.includes(` ${name} `) && line.endsWith(law)), name).to.equal(true);
    }
    expect(lines.at(-1)).to.match(/^\d+ kept, 0 broken, 7 not applicable$/);
  });

  it('runs the laws of tasks and of models, by name and in files', async () => {
    const expected = { 'random-regression': taskChecks, linear: modelChecks };
    for (const [name, laws] of Object.entries(expected)) {
      const { code, lines } = await run(name);
      expect(code, lines.join('\n')).to.equal(0);
      expect(lines.at(-1)).to.equal(`${laws.length} kept, 0 broken, 0 not applicable`);
    }
    const tasks = pathToFileURL(path.join(packageRoot(), 'dist/harness/tasks/random-regression.js')).href;
    const files = {
      'deaf.mjs': `import task from '${tasks}';
        export default { ...task, name: 'deaf', open: (params, { rng }) => task.open(params, { rng }) };`,
      'half.mjs': `export default { name: 'half', title: '', params: { type: 'object' }, create: () => ({}) };`,
    };
    for (const [file, text] of Object.entries(files)) writeFileSync(path.join(folder(), file), text);
    const deaf = await run(path.join(folder(), 'deaf.mjs'), { json: true });
    const { kind, broken, checks: results } = JSON.parse(deaf.lines.join('\n')) as {
      kind: string;
      broken: number;
      checks: { check: string; outcome: string }[];
    };
    expect([deaf.code, kind, broken]).to.deep.equal([1, 'task', 1]);
    expect(results.find(({ outcome }) => outcome === 'failed')?.check).to.equal('open-aborted');
    const half = await run(path.join(folder(), 'half.mjs'));
    expect([half.code, half.lines.at(-1)]).to.deep.equal([
      1,
      '2 kept, 3 broken, 8 not run because of create, 1 not applicable',
    ]);
  });

  it('reads a plugin from a file, prints what is broken and returns 1', async () => {
    const file = writePlugin();
    expect((await run(file)).code).to.equal(0);
    const { code, lines } = await run(file, { set: { scale: 2 } });
    expect(code).to.equal(1);
    const at = lines.findIndex((line) => line.includes('FAIL') && line.includes('gradient-differences'));
    expect(lines[at + 1]).to.match(/scaled.*sample 0, index 0.*expected.*got/);
    const law = checks.find(({ name }) => name === 'gradient-differences')!.law;
    expect(lines.filter((line) => line.includes(law))).to.have.length(1);
    expect(lines.at(-1)).to.match(
      /^\d+ kept, 1 broken, \d+ not run because of gradient-differences, 7 not applicable$/,
    );
    const listed = checks.filter(({ name }) => lines.some((line) => line.includes(` ${name} `)));
    expect(listed.map(({ name }) => name)).not.to.include('far-hessian');
  });

  it('names a broken law once, with those that are not run because of it', async () => {
    const file = path.join(folder(), 'undeclared.mjs');
    const mse = pathToFileURL(path.join(packageRoot(), 'dist/plugins/mse.js')).href;
    writeFileSync(
      file,
      `import mse from '${mse}'; export default { ...mse, capabilities: { ...mse.capabilities, hessian: 'none' } };`,
    );
    const { code, lines } = await run(file);
    expect(code).to.equal(1);
    expect(lines.filter((line) => line.includes('FAIL'))).to.have.length(1);
    expect(lines.at(-1)).to.match(/, 1 broken, \d\d not run because of methods-declared, /);
  });

  it('takes parameters by dotted paths, and refuses those that the loss does not have', async () => {
    const { code, lines } = await run('identity', { set: { 'algorithm.name': 'assignment', 'algorithm.params.n': 2 } });
    expect(code).to.equal(0);
    expect(lines[0]).to.equal('identity with {"algorithm":{"name":"assignment","params":{"n":2}}}');
    const error: unknown = await run('identity', { set: { 'no.such': 1 } }).catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(LossError).with.property('code', 'PARAMS');
  });

  it('reads a plugin from a registry of the user', async () => {
    writePlugin();
    const registry = path.join(folder(), 'registry.json');
    writeFileSync(registry, JSON.stringify({ losses: { scaled: './scaled.mjs' } }));
    expect((await run('scaled', { registry: [registry] })).code).to.equal(0);
  });

  it('prints JSON with every check', async () => {
    const { code, lines } = await run(writePlugin(), { set: { scale: 2 }, json: true });
    const printed = JSON.parse(lines.join('\n')) as { checks: { check: string; outcome: string; failure?: object }[] };
    expect(code).to.equal(1);
    expect(printed).to.deep.include({ kind: 'loss', plugin: 'scaled', params: { scale: 2 }, broken: 1 });
    expect(printed.checks.map(({ check }) => check)).to.deep.equal(checks.map(({ name }) => name));
    const broken = printed.checks.find(({ outcome }) => outcome === 'failed');
    expect(broken?.failure).to.include({ what: 'gradient', sample: 0, index: 0 });
  });

  it('holds algorithms to their own laws: by name, from a file, with parameters', async () => {
    const { code, lines } = await run('knapsack', { set: { capacity: 3 } });
    expect(code).to.equal(0);
    expect(lines[0]).to.equal('knapsack with {"capacity":3}');
    for (const { name } of algorithmChecks) {
      expect(lines.some((line) => line.includes(` ${name} `)), name).to.equal(true);
    }
    const file = path.join(folder(), 'unsound.mjs');
    const ranking = pathToFileURL(path.join(packageRoot(), 'dist/core/algorithms/ranking.js')).href;
    writeFileSync(
      file,
      `import ranking from '${ranking}';
       export default { ...ranking, name: 'unsound', create: () => ({ ...ranking.create({}), sense: 'minimise' }) };`,
    );
    const unsound = await run(file, { json: true });
    expect(unsound.code).to.equal(1);
    expect(JSON.parse(unsound.lines.join('\n'))).to.deep.include({ kind: 'algorithm', plugin: 'unsound', broken: 1 });
  });

  it('refuses unknown losses, and files that hold no plugin', async () => {
    writeFileSync(path.join(folder(), 'empty.mjs'), 'export {};');
    const wrong: Record<string, string> = {
      'no-such-loss': 'LOSS_UNKNOWN',
      './none.js': 'REGISTRY',
      [path.join(folder(), 'empty.mjs')]: 'REGISTRY',
    };
    for (const [name, code] of Object.entries(wrong)) {
      const error: unknown = await run(name).catch((reason: unknown) => reason);
      expect(error, name).to.be.instanceOf(LossError).with.property('code', code);
    }
  });
});
