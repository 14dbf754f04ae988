import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import type { ComparisonFile } from '../../../harness/compare/comparison-file.js';
import type { GroupSummary } from '../../../harness/report/summary.js';
import { chosenBackend } from '../../../harness/run/backend.js';
import { type Environment, environment } from '../../node/tfjs/fake-environment.js';
import { type Ended, start } from '../command-line.js';
import { temporaryFolder } from '../helpers.js';

const experiment = {
  task: { name: 'knapsack', items: 4, train: 10, validation: 5, test: 5 },
  model: { name: 'linear' },
  loss: { name: 'spo-plus' },
  steps: 2,
  batchSize: 2,
  variants: { none: { newton: { curvature: 'none' } }, fisher: { newton: { curvature: 'fisher' } } },
};

describe('the backend that an experiment was tuned on', function() {
  this.timeout(60_000);
  const folder = temporaryFolder();
  const at = (name: string): string => path.join(folder(), name);

  /** Writes the experiment, tuned on a backend, and runs the command line where `env` names what is installed. */
  const run = (env: Environment, backend: string | undefined, ...words: string[]): Promise<Ended> => {
    writeFileSync(
      at('mine.json'),
      JSON.stringify({ ...experiment, backend, task: { ...experiment.task, supervision: 'costs' } }),
    );
    return start(words, { cwd: folder(), env: environment(env) }).ended;
  };
  const read = <T>(name: string): T => JSON.parse(readFileSync(at(name), 'utf8')) as T;
  const backendOf = (name: string): string => read<{ backend: { name: string } }>(`${name}/versions.json`).backend.name;

  it('is what auto takes, if it is one that is everywhere', () => {
    expect(chosenBackend('auto', { backend: 'wasm' })).to.equal('wasm');
    expect(chosenBackend('auto', { backend: 'cpu' })).to.equal('cpu');
    expect(chosenBackend('native', { backend: 'wasm' })).to.equal('native');
    for (const tuned of [{ backend: 'native' }, { backend: 'cuda' }, {}] as const) {
      expect(chosenBackend('auto', tuned)).to.equal('auto');
    }
  });

  it('is taken before a better one, unless another is asked for', async () => {
    const { stderr } = await run({ FAKE_TFJS_NODE: 'cpu' }, 'wasm', 'train', 'mine.json/none', '--out', 'own');
    expect(stderr).to.match(/^backend: wasm with SIMD( and FMA)?, 1 thread$/m).and.not.match(/tuned/);
    await run({ FAKE_TFJS_NODE: 'cpu' }, 'wasm', 'train', 'mine.json/none', '--out', 'other', '--backend', 'native');
    expect([backendOf('own'), backendOf('other')]).to.deep.equal(['wasm', 'native']);
    expect(readFileSync(at('other/report.html'), 'utf8')).to.include('Backend native, tuned on wasm.');
  });

  it('gives way to the best that works where it is not installed', async () => {
    const absent = { FAKE_TFJS_NODE: 'cpu', FAKE_NO_WASM: '1' };
    const { stderr } = await run(absent, 'wasm', 'train', 'mine.json/none', '--out', 'best');
    expect(stderr).to.match(/^backend: native, 1 thread$[^]*^ {2}tuned on wasm$/m);
    const named = await run(absent, 'wasm', 'train', 'mine.json/none', '--out', 'none', '--backend', 'wasm');
    expect(named.stderr).to.match(/got wasm: not installed/);
  });

  it('is named where it is not there', async () => {
    const { stderr } = await run({}, 'native', 'train', 'mine.json/none', '--out', 'none');
    expect(stderr).to.match(/^ {2}passed over native: not installed: npm install \S+\n {2}tuned on native$/m);
    const { stdout } = await run({}, 'native', 'info', 'mine.json/none');
    expect(JSON.parse(stdout)).to.deep.include({ backend: 'native' });
  });

  it('differs in runs of a comparison: its table and its page warn of that', async () => {
    const words = ['compare', 'mine.json', '--seeds', '1', '--out', 'all'];
    await run({ FAKE_TFJS_NODE: 'cpu' }, 'native', ...words, '--variants', 'none');
    const { stdout } = await run({}, 'native', ...words, '--variants', 'none,fisher');
    const warning = 'Warning: runs are on different backends (none on native, fisher on wasm), whose figures differ';
    expect(stdout).to.include(warning);
    expect(readFileSync(at('all/report.html'), 'utf8')).to.include(warning);
    const { groups: [{ tunedOn, variants }] } = read<{ groups: GroupSummary[] }>('all/summary.json');
    expect(tunedOn).to.equal('native');
    expect(variants.map(({ backends }) => backends)).to.deep.equal([['native'], ['wasm']]);
  });
});

describe('runs on CUDA', function() {
  this.timeout(60_000);
  const folder = temporaryFolder();

  /** A machine with the package for CUDA and two GPUs. */
  const machine = (state: string): NodeJS.ProcessEnv => {
    const bin = path.join(folder(), 'bin');
    mkdirSync(bin);
    writeFileSync(path.join(bin, 'nvidia-smi'), '#!/bin/sh\nprintf "Some GPU, 535\\nAnother GPU, 535\\n"\n');
    chmodSync(path.join(bin, 'nvidia-smi'), 0o755);
    return environment({ FAKE_TFJS_NODE_GPU: state, PATH: `${bin}:${process.env['PATH'] ?? ''}` });
  };
  const run = (env: NodeJS.ProcessEnv, ...words: string[]): Promise<Ended> => {
    writeFileSync(path.join(folder(), 'mine.json'), JSON.stringify({ ...experiment, loss: { name: 'identity' } }));
    return start(words, { cwd: folder(), env }).ended;
  };
  const NOTICE = /^CUDA: .* first step .* minutes$/m;

  before(function() {
    if (process.platform === 'win32') this.skip();
  });

  it('are told that the first step may take long', async () => {
    const { code, stderr } = await run(machine('gpu'), 'train', 'mine.json/none');
    expect(code, stderr).to.equal(0);
    expect(stderr).to.match(NOTICE).and.match(/^backend: cuda/m);
  });

  it('are compared one a GPU unless asked otherwise, and only where they are on it', async () => {
    const pair = ['compare', 'mine.json', '--variants', 'none', '--seeds', '2'];
    const jobs = async (
      env: NodeJS.ProcessEnv,
      out: string,
      ...words: string[]
    ): Promise<[number | undefined, string]> => {
      const { code, stderr } = await run(env, ...pair, '--out', out, ...words);
      expect(code, stderr).to.equal(0);
      const file = readFileSync(path.join(folder(), out, 'comparison.json'), 'utf8');
      return [(JSON.parse(file) as ComparisonFile).jobs, stderr];
    };
    const env = machine('gpu');
    const one = { ...env, CUDA_VISIBLE_DEVICES: '1' };
    const [onOne, said] = await jobs(one, 'one');
    expect(onOne).to.equal(1);
    expect(said).to.match(NOTICE);
    expect((await jobs(one, 'asked', '--jobs', '2'))[0]).to.equal(2);
    expect((await jobs(env, 'two', '--backend', 'cuda'))[0]).to.equal(2);
    expect((await jobs(one, 'elsewhere', '--backend', 'wasm', '--steps', '1'))[1]).to.not.match(NOTICE);
  });
});
