import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { type Ended, start } from '../harness/command-line.js';
import { installedProgram, installPacked } from './install-packed.js';

const INSTALL = 'npm install @tensorflow/tfjs-core@4.22.0 @tensorflow/tfjs-backend-wasm@4.22.0';

describe('the packed package, installed for losses alone', function() {
  this.timeout(120_000);
  let folder = '';
  const run = (...words: string[]): Promise<Ended> =>
    start(words, { program: installedProgram(folder), cwd: folder }).ended;
  const printed = async (...words: string[]): Promise<string> => {
    const { code, stdout, stderr } = await run(...words);
    expect([code, stderr], words.join(' ')).to.deep.equal([0, '']);
    return stdout;
  };

  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'newton-losses-'));
    await installPacked(folder);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('brings neither TensorFlow.js nor the packages of the command line', () => {
    for (const name of ['@tensorflow', 'commander', 'cli-progress', 'tsyringe', 'reflect-metadata']) {
      expect(existsSync(path.join(folder, 'node_modules', name)), name).to.equal(false);
    }
  });

  it('computes losses and Newton steps', async () => {
    const text = `
      import { batchOf, createRng, newtonTarget, openRegistry } from 'newton-losses';
      const loss = await (await openRegistry()).create('softsort');
      const y = batchOf([[0.3, -1, 2]]);
      const e = loss.evaluate(y, [[2, 0, 1]], createRng(7));
      const { target } = newtonTarget(e, y, { curvature: 'hessian', lambda: 0.1 });
      for (const entry of ['algorithm-losses', 'autodiff', 'conformance', 'convex', 'data', 'relaxed', 'sorting']) {
        await import('newton-losses/' + entry);
      }
      console.log(target.data.every(Number.isFinite));`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', text], {
      cwd: folder,
    });
    expect(stdout).to.equal('true\n');
  });

  it('has examples, which run where they are', async () => {
    const example = 'node_modules/newton-losses/examples/own-loss.js';
    const { stdout } = await promisify(execFile)(process.execPath, [example], { cwd: folder });
    expect(stdout).to.match(/^of the laws of losses it keeps \d\d, and breaks 0$/m);
  });

  it('lists, describes, makes and judges losses', async () => {
    expect(await printed('list')).to.match(/^softsort .*^mlp$/ms);
    expect(await printed('info', 'softsort')).to.match(/^softsort: SoftSort$/m);
    expect(await printed('new', 'own')).to.match(/^wrote own.mjs/);
    expect(await printed('conformance', 'own', '--registry', 'registry.json')).to.match(/\d\d kept, 0 broken/);
    expect(await printed('doctor')).to.include(`tfjs `).and.include(INSTALL);
  });

  it('says how to install what networks need', async () => {
    writeFileSync(path.join(folder, 'registry.json'), '{ "tasks": { "mine": "./mine.mjs" } }');
    writeFileSync(path.join(folder, 'mine.mjs'), "import '@tensorflow/tfjs-core';\n");
    const uses = [
      ['train', 'mnist-sort/quick-softsort/hessian'],
      ['compare', 'mnist-sort/quick-softsort'],
      ['info', 'task:knapsack'],
      ['conformance', 'mine', '--registry', 'registry.json'],
    ];
    for (const words of uses) {
      const { code, stderr } = await run(...words);
      expect([code, stderr.split('\n').at(-2)], words.join(' ')).to.deep.equal([
        1,
        `error UNSUPPORTED: @tensorflow/tfjs-core is not installed: ${INSTALL}`,
      ]);
    }
  });
});
