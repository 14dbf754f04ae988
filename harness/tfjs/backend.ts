import * as tf from '@tensorflow/tfjs-core';
import { LossError } from '../../core/errors.js';
import { registerGradients } from './gradients/index.js';
import { registerWasmKernels } from './kernels/index.js';
import { wasmPackage, withNodeThreads } from './threads.js';

/** cuda: @tensorflow/tfjs-node-gpu; native: @tensorflow/tfjs-node; wasm: WebAssembly; cpu: plain JavaScript. Best first. */
export const backends = ['cuda', 'native', 'wasm', 'cpu'] as const;
export type BackendName = (typeof backends)[number];

export interface BackendOptions {
  /** Threads of the wasm and native backends; 1 unless asked, so that runs side by side do not fight and sums keep their order. */
  readonly threads?: number;
}

export interface BackendInfo {
  readonly name: BackendName;
  /** Of tfjs. */
  readonly version: string;
  readonly threads: number;
  /** Whether WebAssembly runs with SIMD; always false on the other backends. */
  readonly simd: boolean;
  /** The better backends and why they were not used, best first. */
  readonly passedOver: readonly { readonly backend: BackendName; readonly reason: string }[];
}

/**
 * Makes a tfjs backend the current one: with 'auto' the best that works, saying why the better ones do not; a backend asked for by name
 * works or is an UNSUPPORTED error. Registers the gradients that networks need and, on wasm, the kernels that it lacks for training. May be
 * called again, but the number of wasm threads is fixed by the first call that starts wasm (UNSUPPORTED).
 */
export async function useBackend(choice: 'auto' | BackendName = 'auto', options: BackendOptions = {}): Promise<BackendInfo> {
  const threads = options.threads ?? wasmThreads ?? 1;
  checkChoice(choice, threads);
  tf.enableProdMode(); // no advice on the console
  const passedOver: { backend: BackendName; reason: string }[] = [];
  for (const name of choice === 'auto' ? backends : [choice]) {
    const reason = await tryStart(name, threads);
    if (reason === undefined) {
      registerGradients();
      const simd = name === 'wasm' && (await hasSimd());
      return { name, version: tf.version_core, threads: name === 'cpu' ? 1 : threads, simd, passedOver };
    }
    passedOver.push({ backend: name, reason });
  }
  const reasons = passedOver.map(({ backend, reason }) => `${backend}: ${reason}`).join('; ');
  throw new LossError('UNSUPPORTED', `useBackend: expected a tfjs backend that works here, got ${reasons}`);
}

function checkChoice(choice: 'auto' | BackendName, threads: number): void {
  if (choice !== 'auto' && !backends.includes(choice)) {
    throw new LossError('UNSUPPORTED', `useBackend: expected auto, ${backends.join(', ')}, got ${JSON.stringify(choice)}`);
  }
  if (!Number.isInteger(threads) || threads < 1) {
    throw new LossError('UNSUPPORTED', `useBackend: threads should be a positive integer, got ${threads}`);
  }
  if ((choice === 'auto' || choice === 'wasm') && wasmThreads !== undefined && wasmThreads !== threads) {
    throw new LossError('UNSUPPORTED', `useBackend: wasm runs on ${wasmThreads} thread(s) in this process, cannot change to ${threads}`);
  }
}

/** Every backend, best first, with the reason why it does not work here, or undefined where it does. The current one stays current. */
export async function probeBackends(): Promise<{ backend: BackendName; reason: string | undefined }[]> {
  const current = tf.getBackend();
  const probes = [];
  for (const backend of backends) probes.push({ backend, reason: await tryStart(backend, wasmThreads ?? 1) });
  if (current) await tf.setBackend(current);
  return probes;
}

/** Makes the backend current, or says in one line why not: an optional package can be absent or broken in many ways. */
async function tryStart(name: BackendName, threads: number): Promise<string | undefined> {
  try {
    await start[name](threads);
    return undefined;
  } catch (error) {
    const { code, message } = error as { code?: string; message?: string };
    const line = (message ?? String(error)).trim().split('\n')[0]!.trim();
    return code === 'ERR_MODULE_NOT_FOUND' ? `not installed (${line.replace(/ imported from .*/, '')})` : line;
  }
}

const hasSimd = async (): Promise<boolean> => (await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT')) === true;

let wasmThreads: number | undefined;

/** Makes the backend current or throws. */
const start: Record<BackendName, (threads: number) => Promise<void>> = {
  cuda: (threads) => startNative('@tensorflow/tfjs-node-gpu', threads, true),
  native: (threads) => startNative('@tensorflow/tfjs-node', threads, false),

  async wasm(threads) {
    const wasm = await import('@tensorflow/tfjs-backend-wasm');
    if (wasmThreads === undefined) {
      wasm.setWasmPaths(`${wasmPackage}/dist/`);
      wasm.setThreadsCount(threads);
      tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', threads > 1);
    }
    const setWasm = (): Promise<void> => setBackend('wasm');
    await (threads > 1 && wasmThreads === undefined ? withNodeThreads(threads, setWasm) : setWasm());
    if (wasm.getThreadsCount() !== threads && threads > 1) {
      throw new LossError('UNSUPPORTED', `wasm started ${wasm.getThreadsCount()} thread(s) instead of ${threads}`);
    }
    wasmThreads = threads;
    registerWasmKernels();
  },

  async cpu() {
    await import('@tensorflow/tfjs-backend-cpu');
    await setBackend('cpu');
  },
};

/** The two native packages register the same backend name, and the one for CUDA also starts without a GPU. */
async function startNative(packageName: string, threads: number, gpu: boolean): Promise<void> {
  process.env['TF_NUM_INTRAOP_THREADS'] ??= String(threads); // libtensorflow reads it when it is loaded
  await import(packageName);
  await setBackend('tensorflow');
  const { isUsingGpuDevice } = tf.backend() as { isUsingGpuDevice?: boolean };
  if (gpu && isUsingGpuDevice !== true) {
    tf.removeBackend('tensorflow');
    throw new LossError('UNSUPPORTED', `${packageName} is installed, but found no CUDA device`);
  }
}

async function setBackend(name: string): Promise<void> {
  const works = await tf.setBackend(name);
  if (!works) throw new LossError('UNSUPPORTED', `the ${name} backend of tfjs failed to initialise`);
}
