import { LossError } from '../../core/errors.js';
import { type BackendInfo as Info, cpu, namesOf, startBackend, type Starters } from '../../tfjs/backend/backend.js';
import { notInstalled } from '../../tfjs/backend/not-installed.js';
import { setBackend } from '../../tfjs/backend/set-backend.js';
import { type WasmPaths, wasmStarter } from '../../tfjs/backend/wasm.js';

/**
 * webgl: the graphics card, in float32 where it can; wasm: WebAssembly; cpu: plain JavaScript. Best first for large
 * networks; on small ones wasm is as fast as webgl or faster. webgpu: the graphics card too; by name alone, since losses
 * read its tensors in every step, at which it is slow (it warns of that once).
 */
export type BackendName = 'webgl' | 'wasm' | 'cpu' | 'webgpu';

export interface BackendOptions {
  /** Threads of the wasm backend; 1 unless asked. More need a page that is cross-origin isolated. */
  readonly threads?: number;
  /**
   * Where the .wasm files of @tensorflow/tfjs-backend-wasm are: their folder, with "/" at its end, or the URL of each; else
   * beside the page. The first call that starts wasm decides.
   */
  readonly wasmPaths?: WasmPaths;
}

export type BackendInfo = Info<BackendName>;

const startersWith = (wasmPaths?: WasmPaths): Starters<BackendName> => ({
  webgl: {
    async start() {
      await import('@tensorflow/tfjs-backend-webgl').catch(notInstalled('@tensorflow/tfjs-backend-webgl'));
      await setBackend('webgl');
      return 1;
    },
  },
  wasm: wasmStarter(() => wasmPaths, (_threads, start) => start()),
  cpu,
  webgpu: { byNameOnly: true, start: startWebGpu },
});

/** UNSUPPORTED, saying what is missing. */
async function startWebGpu(): Promise<number> {
  const { navigator } = globalThis as { navigator?: { gpu?: { requestAdapter(): Promise<unknown> } } };
  if (!navigator?.gpu) throw new LossError('UNSUPPORTED', 'there is no WebGPU here; browsers that have it want HTTPS');
  if (!(await navigator.gpu.requestAdapter())) throw new LossError('UNSUPPORTED', 'WebGPU finds no graphics card');
  await import('@tensorflow/tfjs-backend-webgpu').catch(notInstalled('@tensorflow/tfjs-backend-webgpu'));
  await setBackend('webgpu');
  return 1;
}

/** Those that 'auto' tries, best first. */
export const backends: readonly BackendName[] = namesOf(startersWith());

/**
 * Makes a tfjs backend the current one: with 'auto' the best that works, saying why the better ones do not; a backend
 * asked for by name works or is an UNSUPPORTED error. One that works has computed something small. Registers the
 * gradients that networks need and, on wasm, the kernels that it lacks for training.
 *
 * May be called again: the backends that run stay, with their tensors, and after an error the current one is as before.
 * The number of threads of wasm is fixed by the first call that starts it (UNSUPPORTED).
 */
export function useBackend(
  choice: 'auto' | BackendName = 'auto',
  { threads, wasmPaths }: BackendOptions = {},
): Promise<BackendInfo> {
  return startBackend(startersWith(wasmPaths), choice, threads);
}
