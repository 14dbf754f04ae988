import {
  cpu,
  type BackendInfo as Info,
  namesOf,
  startBackend,
  type Starters,
  type Trial,
  tryStarter,
} from '../../tfjs/backend/backend.js';
import { wasmStarter } from '../../tfjs/backend/wasm.js';
import { startHelpers } from './kernel-threads.js';
import { checkTensorFlowThreads, startTensorFlow, type TensorFlowName } from './tensorflow.js';
import { wasmPackage, withNodeThreads } from './threads.js';

/**
 * cuda: TensorFlow on a GPU, by @tensorflow/tfjs-node-gpu; native: TensorFlow on the CPU, by @tensorflow/tfjs-node or
 * by that one without a GPU; wasm: WebAssembly; cpu: plain JavaScript. Best first for large networks; on small ones
 * wasm is about as fast as native.
 */
export type BackendName = TensorFlowName | 'wasm' | 'cpu';

export interface BackendOptions {
  /**
   * Threads of the wasm, native and cuda backends; 1 unless asked, so that runs side by side do not fight and sums keep
   * their order. For native and cuda, TF_NUM_INTRAOP_THREADS goes before where the environment sets it.
   */
  readonly threads?: number;
}

export type BackendInfo = Info<BackendName>;

const tensorFlow = (name: TensorFlowName) => ({
  start: (threads: number | undefined) => startTensorFlow(name, threads),
  checkThreads: checkTensorFlowThreads,
});

const starters: Starters<BackendName> = {
  cuda: tensorFlow('cuda'),
  native: tensorFlow('native'),
  wasm: wasmStarter(() => `${wasmPackage()}/dist/`, withNodeThreads, startHelpers),
  cpu,
};

/** Best first. */
export const backends: readonly BackendName[] = namesOf(starters);

/**
 * Makes a tfjs backend the current one: with 'auto' the best that works, saying why the better ones do not; a backend
 * asked for by name works or is an UNSUPPORTED error. One that works has computed something small. Registers the
 * gradients that networks need and, on wasm, the kernels that it lacks for training.
 *
 * May be called again: the backends that run stay, with their tensors, and after an error the current one is as before.
 * The number of threads is fixed by the first call that starts wasm or TensorFlow (UNSUPPORTED), and a process has CUDA
 * or native, not both.
 */
export function useBackend(choice: 'auto' | BackendName = 'auto', options: BackendOptions = {}): Promise<BackendInfo> {
  return startBackend(starters, choice, options.threads);
}

/** Makes the backend current, or says why it does not work. */
export function tryBackend(name: BackendName): Promise<Trial> {
  return tryStarter(starters[name], undefined);
}
