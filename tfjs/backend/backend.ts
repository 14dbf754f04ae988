import * as tf from '@tensorflow/tfjs-core';
import { MOST_THREADS } from '../../core/algorithms/pool.js';
import { LossError } from '../../core/errors.js';
import { registerGradients } from './gradients/index.js';
import { registerWasmKernels } from './kernels/index.js';
import { setBackend } from './set-backend.js';
import { checkTensorFlowThreads, startTensorFlow } from '../../node/tfjs/tensorflow.js';
import { wasmPackage, withNodeThreads } from '../../node/tfjs/threads.js';

/**
 * cuda: TensorFlow on a GPU, by @tensorflow/tfjs-node-gpu; native: TensorFlow on the CPU, by @tensorflow/tfjs-node or
 * by that one without a GPU; wasm: WebAssembly; cpu: plain JavaScript. Best first for large networks; on small ones
 * wasm is as fast as native or faster.
 */
export const backends = ['cuda', 'native', 'wasm', 'cpu'] as const;
export type BackendName = (typeof backends)[number];

export interface BackendOptions {
  /**
   * Threads of the wasm, native and cuda backends; 1 unless asked, so that runs side by side do not fight and sums keep
   * their order. For native and cuda, TF_NUM_INTRAOP_THREADS goes before where the environment sets it.
   */
  readonly threads?: number;
}

export interface BackendInfo {
  readonly name: BackendName;
  /** Of tfjs. */
  readonly version: string;
  /** Those that it runs on. */
  readonly threads: number;
  /** Whether WebAssembly runs with SIMD; always false on the other backends. */
  readonly simd: boolean;
  /** The better backends and why they were not used, best first. */
  readonly passedOver: readonly { readonly backend: BackendName; readonly reason: string }[];
}

/**
 * Makes a tfjs backend the current one: with 'auto' the best that works, saying why the better ones do not; a backend
 * asked for by name works or is an UNSUPPORTED error. One that works has computed something small. Registers the
 * gradients that networks need and, on wasm, the kernels that it lacks for training.
 *
 * May be called again: the backends that run stay, with their tensors, and after an error the current one is as before.
 * The number of threads is fixed by the first call that starts wasm or TensorFlow (UNSUPPORTED), and a process has CUDA
 * or native, not both.
 */
export async function useBackend(
  choice: 'auto' | BackendName = 'auto',
  options: BackendOptions = {},
): Promise<BackendInfo> {
  checkChoice(choice, options.threads);
  const current = tf.getBackend();
  try {
    return await startFirst(choice === 'auto' ? backends : [choice], options.threads);
  } catch (error) {
    if (current) await tf.setBackend(current);
    throw error;
  }
}

async function startFirst(names: readonly BackendName[], threads: number | undefined): Promise<BackendInfo> {
  const passedOver: { backend: BackendName; reason: string }[] = [];
  for (const name of names) {
    checkThreads[name](threads);
    const trial = await tryBackend(name, threads);
    if ('threads' in trial) {
      registerGradients();
      const simd = name === 'wasm' && (await hasSimd());
      return { name, version: tf.version_core, threads: trial.threads, simd, passedOver };
    }
    passedOver.push({ backend: name, reason: trial.reason });
  }
  const reasons = passedOver.map(({ backend, reason }) => `${backend}: ${reason}`).join('; ');
  throw new LossError('UNSUPPORTED', `useBackend: expected a tfjs backend that works here, got ${reasons}`);
}

function checkChoice(choice: 'auto' | BackendName, threads = 1): void {
  if (choice !== 'auto' && !backends.includes(choice)) {
    throw new LossError(
      'UNSUPPORTED',
      `useBackend: expected auto, ${backends.join(', ')}, got ${JSON.stringify(choice)}`,
    );
  }
  if (!Number.isInteger(threads) || threads < 1 || threads > MOST_THREADS) {
    const expected = `an integer from 1 to ${MOST_THREADS}`;
    throw new LossError('UNSUPPORTED', `useBackend: threads should be ${expected}, got ${threads}`);
  }
}

/** UNSUPPORTED where the backend runs already, on another number of threads. */
const checkThreads: Record<BackendName, (threads: number | undefined) => void> = {
  cuda: checkTensorFlowThreads,
  native: checkTensorFlowThreads,
  wasm(threads) {
    if (wasmThreads !== undefined && threads !== undefined && wasmThreads !== threads) {
      const running = `wasm runs on ${wasmThreads} thread(s) in this process`;
      throw new LossError('UNSUPPORTED', `useBackend: ${running}, cannot change to ${threads}`);
    }
  },
  cpu: () => undefined,
};

/** What came of it: the threads that the backend runs on, or why it does not work. */
type Trial = { readonly threads: number } | { readonly reason: string };

/**
 * Makes the backend current and returns its threads, or why it does not work, in one line: an optional package can be
 * absent or broken in many ways.
 */
export async function tryBackend(name: BackendName, threads?: number): Promise<Trial> {
  tf.enableProdMode(); // no advice on the console
  try {
    const running = await start[name](threads);
    computeSomething();
    return { threads: running };
  } catch (error) {
    return { reason: inOneLine(error) };
  }
}

/**
 * The whole message: what to do about it is often said last. The list of modules that asked for a lost one says nothing
 * to users.
 */
function inOneLine(error: unknown): string {
  const { message } = error as { message?: string };
  return (message ?? String(error)).replace(/\nRequire stack:[^]*/, '').trim().replace(/\s*\n\s*/g, ' ');
}

/**
 * A convolution and a product whose result is known: native libraries load the rest, and fail, at the first operation
 * that needs it.
 */
function computeSomething(): void {
  const ones = (...shape: [number, number, number, number]): tf.Tensor4D => tf.ones(shape);
  const [result] = tf.tidy(() => {
    const nine = tf.reshape(tf.conv2d(ones(1, 3, 3, 1), ones(3, 3, 1, 1), 1, 'valid'), [1, 1]);
    return tf.matMul(nine, tf.fill([1, 1], 2)).dataSync();
  });
  if (result !== 18) throw new LossError('UNSUPPORTED', `its kernels computed ${String(result)} where 18 is right`);
}

const hasSimd = async (): Promise<boolean> => (await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT')) === true;

let wasmThreads: number | undefined;

/** Makes the backend current and returns the threads that it runs on, or throws. */
const start: Record<BackendName, (threads: number | undefined) => Promise<number>> = {
  cuda: (threads) => startTensorFlow('cuda', threads),
  native: (threads) => startTensorFlow('native', threads),

  async wasm(asked) {
    const threads = asked ?? wasmThreads ?? 1;
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
    return threads;
  },

  async cpu() {
    await import('@tensorflow/tfjs-backend-cpu');
    await setBackend('cpu');
    return 1;
  },
};
