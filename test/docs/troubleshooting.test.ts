import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { appendFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { train, type TrainOptions } from '../../harness/index.js';
import { lockFolder } from '../../harness/files/lock.js';
import { batchOf, createRng, LossError, newtonTarget, openRegistry } from '../../node/index.js';
import { packageRoot } from '../../node/package-root.js';
import { useBackend } from '../../node/tfjs/index.js';
import { linkPackage, temporaryFolder } from '../harness/helpers.js';

const page = readFileSync(path.join(packageRoot(), 'docs/troubleshooting.md'), 'utf8');
/** The messages of the page, a line each. */
const quoted = [...page.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)]
  .flatMap(([, language, block]) => (language === '' ? block.trimEnd().split('\n') : []));

/** What needs a compiler, a second copy of tfjs or none, or a Node of before. */
const elsewhere = [
  'UNSUPPORTED @tensorflow/tfjs-core is not installed',
  'error TS2307',
  'error TS2304',
  'Platform node has already',
  'REGISTRY …: mine: cannot import ./ts.ts',
];

describe('messages of docs/troubleshooting.md', function() {
  this.timeout(60_000);
  const folder = temporaryFolder();
  const at = (name: string): string => path.join(folder(), name);
  const seen: string[] = [];

  /** Remembers what `act` fails with. */
  async function provoke(act: () => unknown): Promise<void> {
    try {
      await act();
    } catch (error) {
      const { name, message } = error as Error;
      seen.push(error instanceof LossError ? `${error.code} ${message}` : `${name}: ${message}`, message);
      return;
    }
    throw new Error(`nothing went wrong: ${String(act)}`);
  }

  /** Remembers what a program fails with. */
  async function fails(file: string, text: string, ...flags: string[]): Promise<void> {
    writeFileSync(at(file), text);
    const { stderr } = await promisify(execFile)(process.execPath, [...flags, file], { cwd: folder() }).then(
      () => expect.fail(`${file} does not fail`),
      (error: unknown) => error as { stderr: string },
    );
    seen.push(...stderr.split('\n'));
  }

  const y = batchOf([[0.3, -1, 2]]);

  it('come from losses that are given what they do not take', async () => {
    const registry = await openRegistry();
    const loss = await registry.create('softsort');
    const algorithm = { name: 'top-k', params: { k: 1 } };
    const noisy = await registry.create('stochastic-smoothing', { algorithm });
    const evaluate = (targets: number[][]) => () => loss.evaluate(y, targets, createRng(0));
    await provoke(evaluate([[1, 2, 3]]));
    await provoke(evaluate([[0, 1, 2], [0, 1, 2]]));
    await provoke(() => loss.evaluate(batchOf([[1, NaN]]), [[0, 1]], createRng(0)));
    await provoke(() => noisy.evaluate(y, [[0, 0, 1]], undefined as never));
    await provoke(() => registry.create('softsrt'));
    await provoke(() => registry.create('softsort', { temprature: 1 } as object));
  });

  it('come from Newton steps', async () => {
    const registry = await openRegistry();
    const relu = await registry.create('convex-layer', { problem: 'relu', n: 2, smoothing: 0 });
    const at = batchOf([[1, -1]]);
    const flat = relu.evaluate(at, [[0, 0]], createRng(0));
    await provoke(() => newtonTarget(flat, at, { curvature: 'hessian', lambda: 0 }));
    const spo = await registry.create('spo-plus', { algorithm: { name: 'top-k', params: { k: 1 } } });
    const piecewise = spo.evaluate(y, [[1, 2, 3]], createRng(0));
    await provoke(() => newtonTarget(piecewise, y, { curvature: 'hessian', lambda: 1 }));
  });

  it('come from tfjs and its backends', async () => {
    await useBackend('wasm');
    await provoke(() => (tf.tensor2d([[1, 2]]) as unknown as { reshape(shape: number[]): unknown }).reshape([2]));
    await provoke(() => useBackend('native'));
    await provoke(() => useBackend('webgl' as 'wasm'));
    linkPackage(folder());
    writeFileSync(at('not-built.env'), 'FAKE_TFJS_NODE=not-built');
    await fails(
      'not-built.mjs',
      `import { useBackend } from 'newton-losses/tfjs';
       await useBackend('native').catch(({ code, message }) => {
         console.error(code, message);
         process.exitCode = 1;
       });`,
      ...['--env-file=not-built.env', '--import', new URL('../node/tfjs/fake-packages.js', import.meta.url).href],
    );
    const [core, losses] = [JSON.stringify(import.meta.resolve('@tensorflow/tfjs-core')), 'newton-losses/tfjs'];
    await fails('none.mjs', "import '@tensorflow/tfjs-core';");
    await fails('early.mjs', `import ${core}; import '${losses}'; (await import(${core})).tensor1d([1]).dataSync();`);
  });

  it('come from Node, of imports and of pages that forbid eval', async () => {
    linkPackage(folder());
    writeFileSync(at('package.json'), '{"type":"commonjs"}');
    await fails('script.js', "import { batchOf } from 'newton-losses';");
    await fails('script.cjs', "require('newton-losses');");
    await fails('ending.mjs', "await import('newton-losses/plugins/neuralsort.js');");
    await fails(
      'forbidden.mjs',
      `import { batchOf, checked, createRng, defineSampleLoss } from 'newton-losses';
       const own = defineSampleLoss({
         name: 'own', title: 'Own', source: 'none', target: { type: 'array', items: { type: 'number' }, maxItems: 9 },
         create: () => ({ value: () => 0, gradient: (y) => y }), sample: () => ({}),
       });
       try {
         checked(own).evaluate(batchOf([[1]]), [[1]], createRng(0));
       } catch ({ code, message }) {
         console.error(code, message);
         process.exitCode = 1;
       }`,
      '--disallow-code-generation-from-strings',
    );
  });

  it('come from registries', async () => {
    const registryOf = (name: string, module: string) => async () => {
      writeFileSync(at('mine.js'), 'export const none = 0;');
      writeFileSync(at('registry.json'), JSON.stringify({ losses: { [name]: module } }));
      return (await openRegistry(at('registry.json'))).create(name);
    };
    await provoke(registryOf('mine', './mine.js'));
    await provoke(registryOf('mine', './nowhere.js'));
    await provoke(registryOf('softsort', './mine.js'));
  });

  it('come from runs and their folders', async () => {
    const small = { items: 4, train: 20, validation: 5, test: 5 };
    const experiment = {
      task: { name: 'knapsack', ...small },
      model: { name: 'linear' },
      loss: { name: 'mse' },
      steps: 4,
    };
    const run = (options: TrainOptions) => () =>
      train(experiment, { backend: 'wasm', workers: 1, folder: at('run'), ...options });
    await run({})();
    await provoke(run({}));
    await provoke(run({ resume: true, changes: { steps: 9 } }));
    const unlock = lockFolder(at('run'));
    await provoke(run({ resume: true }));
    unlock();
    const data = JSON.parse(readFileSync(at('run/data.json'), 'utf8')) as { digests: { train: string } };
    data.digests.train = '0'.repeat(64);
    writeFileSync(at('run/data.json'), JSON.stringify(data));
    await provoke(run({ resume: true }));
    for (const name of readdirSync(at('run'))) if (name.endsWith('.bin')) appendFileSync(at(`run/${name}`), 'x');
    await provoke(run({ resume: true }));
    const far = { 'optimizer.name': 'sgd', 'optimizer.learningRate': 1e30, steps: 50 };
    await provoke(run({ folder: at('far'), changes: far }));
    const costs = { 'loss.name': 'blackbox', 'task.supervision': 'costs' };
    await provoke(run({ folder: at('costs'), changes: costs }));
    const digits = { backend: 'wasm', data: folder(), folder: at('digits') } as const;
    await provoke(() => train('mnist-sort/quick-softsort/none', digits));
  });

  it('are all those of the page', () => {
    const patterns = quoted.filter((line) => !elsewhere.some((begin) => line.startsWith(begin)));
    expect(patterns.length).to.equal(quoted.length - elsewhere.length);
    const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
    const missing = patterns.filter((line) => {
      const pattern = new RegExp(`^${line.split('…').map((part) => escaped(part)).join('.*')}`, 's');
      return !seen.some((message) => pattern.test(message));
    });
    expect(missing).to.deep.equal([]);
  });
});
