import { execFile } from 'node:child_process';
import os from 'node:os';
import { promisify } from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import type { LossError } from '../../../core/errors.js';
import { backends, probeBackends, useBackend } from '../../../node/tfjs/index.js';

const run = promisify(execFile);

async function codeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(() => 'no error', (error: unknown) => (error as LossError).code);
}

describe('useBackend', () => {
  it('takes the best backend that works and says why better ones do not', async () => {
    const { name, passedOver, version } = await useBackend();
    expect(passedOver.map(({ backend }) => backend)).to.deep.equal(backends.slice(0, backends.indexOf(name)));
    for (const { reason } of passedOver) expect(reason).to.match(/^[^\n]+$/);
    expect(version).to.equal(tf.version_core);
  });

  it('runs wasm with SIMD on one thread unless asked otherwise', async () => {
    expect(await useBackend('wasm')).to.deep.include({ name: 'wasm', threads: 1, simd: true, passedOver: [] });
    expect(tf.getBackend()).to.equal('wasm');
  });

  it('runs plain JavaScript when asked to', async () => {
    expect(await useBackend('cpu')).to.deep.include({ name: 'cpu', threads: 1, simd: false });
    expect(tf.getBackend()).to.equal('cpu');
  });

  it('refuses a backend that does not work, an unknown one, and a number of threads that is none', async () => {
    const missing = (await probeBackends()).find(({ reason }) => reason !== undefined);
    if (missing) expect(await codeOf(useBackend(missing.backend))).to.equal('UNSUPPORTED');
    expect(await codeOf(useBackend('abacus' as 'cpu'))).to.equal('UNSUPPORTED');
    for (const threads of [0, -1, 1.5, NaN, 1e9]) {
      expect(await codeOf(useBackend('wasm', { threads })), String(threads)).to.equal('UNSUPPORTED');
    }
  });

  it('refuses to change the number of wasm threads', async () => {
    await useBackend('wasm');
    expect(await codeOf(useBackend('wasm', { threads: 3 }))).to.equal('UNSUPPORTED');
    expect(await codeOf(useBackend('auto', { threads: 3 }))).to.equal('UNSUPPORTED');
    expect(tf.getBackend()).to.equal('wasm');
  });
});

describe('probeBackends', () => {
  it('tells what works, and leaves the current backend alone', async () => {
    await useBackend('wasm');
    const probes = await probeBackends();
    expect(probes.map(({ backend }) => backend)).to.deep.equal(backends);
    expect(probes.slice(2)).to.deep.equal([{ backend: 'wasm', reason: undefined }, {
      backend: 'cpu',
      reason: undefined,
    }]);
    expect(tf.getBackend()).to.equal('wasm');
  });
});

describe('wasm threads in Node', () => {
  it('compute the same, put every global back, and let the process end', async () => {
    const script = `
      import os from 'node:os';
      import { Worker } from 'node:worker_threads';
      import * as tf from '@tensorflow/tfjs-core';
      import { useBackend } from ${JSON.stringify(new URL('../../../node/tfjs/index.js', import.meta.url).href)};
      const { threads } = await useBackend('wasm', { threads: 2 });
      const product = tf.matMul(tf.fill([300, 200], 2), tf.fill([200, 100], 3)).dataSync();
      const fresh = new Worker('0', { eval: true });
      await new Promise((resolve) => fresh.on('exit', resolve));
      const right = product.every((c) => c === 1200);
      console.log(JSON.stringify({ threads, right, cores: os.cpus().length, global: typeof globalThis.Worker }));`;
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], { timeout: 15000 });
    expect(JSON.parse(stdout)).to.deep.equal({ threads: 2, right: true, cores: os.cpus().length, global: 'undefined' });
  });
});
