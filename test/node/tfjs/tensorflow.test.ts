import { execFile } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';
import type { BackendInfo, BackendProbe } from '../../../node/tfjs/index.js';
import { type Environment, environment } from './fake-environment.js';

const execute = promisify(execFile);
const here = (name: string): string => new URL(name, import.meta.url).href;
const main = fileURLToPath(here('../../../harness/cli/main.js'));

const prelude = `
  import * as tf from '@tensorflow/tfjs-core';
  import { probeBackends, useBackend } from ${JSON.stringify(here('../../../node/tfjs/index.js'))};
  const attempt = (...args) => useBackend(...args).catch(({ code }) => ({ code, current: tf.getBackend() }));
  const print = (...values) => console.log(JSON.stringify(values));
`;

/** What a program prints. */
async function run<T>(env: Environment, program: string): Promise<T> {
  const words = ['--input-type=module', '-e', prelude + program];
  const { stdout } = await execute(process.execPath, words, { env: environment(env) });
  return JSON.parse(stdout) as T;
}

interface Refused {
  readonly code: string;
  readonly current: string | null;
}

const installed = (name: string): RegExp => new RegExp(`^not installed: npm install ${name}@4\\.`);

describe('TensorFlow backends', function() {
  this.timeout(60_000);

  it('say how they are installed where they are not', async () => {
    const [{ name, passedOver }] = await run<[BackendInfo]>({}, 'print(await useBackend())');
    expect(name).to.equal('wasm');
    expect(passedOver.map(({ backend }) => backend)).to.deep.equal(['cuda', 'native']);
    expect(passedOver[0].reason).to.match(installed('@tensorflow/tfjs-node-gpu'));
    expect(passedOver[1].reason).to.match(installed('@tensorflow/tfjs-node'));
  });

  it('compute where node:util lacks what their packages call, from Node 23 on', async () => {
    const [{ name, passedOver }, sum] = await run<[BackendInfo, number]>(
      { FAKE_TFJS_NODE: 'cpu', FAKE_NODE_23: '1' },
      'print(await useBackend(), tf.sum(tf.tensor1d([1, 2, 3])).dataSync()[0])',
    );
    expect([name, sum]).to.deep.equal(['native', 6]);
    expect(passedOver.map(({ backend }) => backend)).to.deep.equal(['cuda']);
  });

  it('take their own gradient of a ReLU, which others have none of', async () => {
    const program = `
      const [x, w] = [[-1, 0, 0.5, 2], [3, -1, 2, 5]];
      const gradient = () => Array.from(tf.grad((v) => tf.sum(tf.mul(w, tf.relu(v))))(tf.tensor1d(x)).dataSync());
      const kernel = () => Boolean(tf.getKernel('ReluGrad', tf.getBackend()));
      await useBackend('native');
      const native = [kernel(), gradient()];
      await useBackend('cpu');
      print(native, [kernel(), gradient()]);`;
    const [native, cpu] = await run<[boolean, number[]][]>({ FAKE_TFJS_NODE: 'cpu' }, program);
    expect(native).to.deep.equal([true, [0, 0, 2, 5]]);
    expect(cpu).to.deep.equal([false, [0, 0, 2, 5]]);
  });

  it('are passed over where only their first operation fails', async () => {
    const env = { FAKE_TFJS_NODE_GPU: 'gpu-without-kernels' };
    const program = "print(await useBackend(), await attempt('cuda'))";
    const [{ name, passedOver }, named] = await run<[BackendInfo, Refused]>(env, program);
    expect(name).to.equal('wasm');
    expect(passedOver[0]).to.deep.equal({ backend: 'cuda', reason: 'DNN library is not found' });
    expect(named).to.deep.include({ code: 'UNSUPPORTED', current: 'wasm' });
  });

  it('tell a reason to its end, in one line', async () => {
    const [{ passedOver }] = await run<[BackendInfo]>({ FAKE_TFJS_NODE: 'no-addon' }, 'print(await useBackend())');
    expect(passedOver[1].reason).to.equal("There is no addon at /lost. Please run 'npm rebuild' to rebuild it.");
  });

  it('name the command that runs the install script, where npm did not', async () => {
    const [{ passedOver }] = await run<[BackendInfo]>(
      { FAKE_TFJS_NODE: 'not-built', FAKE_TFJS_NODE_GPU: 'not-built' },
      'print(await useBackend())',
    );
    passedOver.forEach(({ reason }, k) => {
      const name = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'][k];
      expect(reason).to.equal(
        `the install script of ${name} has not run, or failed: npm rebuild ${name}, with npm 12 after npm install-scripts approve ${name}`,
      );
    });
  });

  it('both installed and no GPU: the one that was loaded serves, as often as one asks', async () => {
    const [first, probes, second, same, value] = await run<[BackendInfo, BackendProbe[], BackendInfo, boolean, number]>(
      { FAKE_TFJS_NODE: 'cpu', FAKE_TFJS_NODE_GPU: 'no-gpu' },
      `const first = await useBackend();
       const [backend, kept] = [tf.backend(), tf.scalar(7)];
       const probes = await probeBackends();
       const second = await useBackend('auto');
       print(first, probes, second, tf.backend() === backend, kept.dataSync()[0]);`,
    );
    expect(first.name).to.equal('native');
    expect(first.passedOver.map(({ backend }) => backend)).to.deep.equal(['cuda']);
    expect(second).to.deep.equal(first);
    expect(probes.map(({ reason }) => reason === undefined)).to.deep.equal([false, true, true, true]);
    expect(probes[0].reason).to.match(/\(could not load libcudnn\.so\.8\)$/);
    expect([same, value]).to.deep.equal([true, 7]);
  });

  it('the one for CUDA computes on the CPU where it is alone and finds no GPU, asked by name or not', async () => {
    for (const choice of ['auto', 'native']) {
      const program = `print(await useBackend('${choice}'))`;
      const [{ name }] = await run<[BackendInfo]>({ FAKE_TFJS_NODE_GPU: 'no-gpu' }, program);
      expect(name, choice).to.equal('native');
    }
  });

  it('do not change places in one process, and the live one stays', async () => {
    const both = { FAKE_TFJS_NODE: 'cpu', FAKE_TFJS_NODE_GPU: 'gpu' };
    const program = (first: string, second: string): string => `
      const first = await useBackend('${first}');
      const [backend, kept] = [tf.backend(), tf.scalar(7)];
      print(first, await attempt('${second}'), await useBackend('auto'));
      if (tf.backend() !== backend || kept.dataSync()[0] !== 7) throw new Error('the live backend is gone');`;
    for (const [first, second] of [['cuda', 'native'], ['native', 'cuda']] as const) {
      const [info, refused, auto] = await run<[BackendInfo, Refused, BackendInfo]>(both, program(first, second));
      expect([info.name, auto.name]).to.deep.equal([first, first]);
      expect(refused).to.deep.include({ code: 'UNSUPPORTED', current: 'tensorflow' });
    }
  });

  it('one that cannot start makes room for the other, and is not tried again', async () => {
    const [first, named, second] = await run<[BackendInfo, Refused, BackendInfo]>(
      { FAKE_TFJS_NODE: 'cpu', FAKE_TFJS_NODE_GPU: 'no-context' },
      "print(await useBackend(), await attempt('cuda'), await useBackend())",
    );
    expect(first.name).to.equal('native');
    expect(first.passedOver[0]).to.deep.equal({ backend: 'cuda', reason: 'no context' });
    expect(named).to.deep.include({ code: 'UNSUPPORTED', current: 'tensorflow' });
    expect(second.name).to.equal('native');
  });

  it('run on one thread or those asked for at first, and refuse to change', async () => {
    const [infos, refused, atLoad] = await run<[BackendInfo[], Refused[], string]>(
      { FAKE_TFJS_NODE: 'cpu' },
      `const infos = [await useBackend('native'), await useBackend('native', { threads: 1 })];
       const refused = [];
       for (const name of ['native', 'cuda', 'auto']) refused.push(await attempt(name, { threads: 2 }));
       print([...infos, await useBackend()], refused, tf.backend().threadsAtLoad);`,
    );
    for (const info of infos) expect(info).to.deep.include({ name: 'native', threads: 1 });
    expect(infos.length).to.equal(3);
    expect(refused).to.deep.equal(Array.from({ length: 3 }, () => ({ code: 'UNSUPPORTED', current: 'tensorflow' })));
    expect(atLoad).to.equal('1');
    const asked = "print(await useBackend('native', { threads: 3 }), tf.backend().threadsAtLoad, await useBackend())";
    const [three, loaded, still] = await run<[BackendInfo, string, BackendInfo]>({ FAKE_TFJS_NODE: 'cpu' }, asked);
    expect([three.threads, loaded, still.threads]).to.deep.equal([3, '3', 3]);
  });

  it('leave the environment its word, and report what it says', async () => {
    const program = `const info = await useBackend('native', { threads: 2 });
      print(info, tf.backend().threadsAtLoad, tf.backend().logLevelAtLoad)`;
    const [five, threads, level] = await run<[BackendInfo, string, string]>(
      { FAKE_TFJS_NODE: 'cpu', TF_NUM_INTRAOP_THREADS: '5', TF_CPP_MIN_LOG_LEVEL: '0' },
      program,
    );
    expect([five.threads, threads, level]).to.deep.equal([5, '5', '0']);
    const [all] = await run<[BackendInfo]>({ FAKE_TFJS_NODE: 'cpu', TF_NUM_INTRAOP_THREADS: '0' }, program);
    expect(all.threads).to.equal(availableParallelism());
    const [, , quiet] = await run<[BackendInfo, string, string]>({ FAKE_TFJS_NODE: 'cpu' }, program);
    expect(quiet).to.equal('1');
  });

  it('that the program imported itself run as they are', async () => {
    const [all, refused] = await run<[BackendInfo, Refused]>(
      { FAKE_TFJS_NODE: 'cpu' },
      `await import(${JSON.stringify(here('fake-tensorflow.js'))}); // what a user's import of the package resolves to
       print(await useBackend(), await attempt('native', { threads: ${availableParallelism() + 1} }));`,
    );
    expect(all).to.deep.include({ name: 'native', threads: availableParallelism() });
    expect(refused.code).to.equal('UNSUPPORTED');
  });
});

describe('doctor on a machine with TensorFlow', function() {
  this.timeout(60_000);

  const doctor = async (env: Environment): Promise<{ used: BackendInfo; backends: BackendProbe[] }> => {
    const { stdout } = await execute(process.execPath, [main, 'doctor', '--json'], { env: environment(env) });
    return JSON.parse(stdout) as { used: BackendInfo; backends: BackendProbe[] };
  };

  it('outlives a library that ends its process, and says how it ended', async () => {
    const { used, backends } = await doctor({ FAKE_TFJS_NODE: 'abort' });
    expect(used.name).to.equal('wasm');
    expect(backends[1].reason).to.equal('its process ended with SIGABRT: libfake: unknown processor');
    expect(used.passedOver[1]).to.deep.equal({ backend: 'native', reason: backends[1].reason });
  });

  it('tries each package by itself, and tells where it computes', async () => {
    const { used, backends } = await doctor({ FAKE_TFJS_NODE: 'cpu', FAKE_TFJS_NODE_GPU: 'gpu' });
    expect(used).to.deep.include({ name: 'cuda', passedOver: [] });
    expect(backends.slice(0, 2)).to.deep.equal([{ backend: 'cuda', gpu: true }, { backend: 'native', gpu: false }]);
  });
});
